// Opening files of models.
import { core, whenStarted } from '../boundary/core.js';
import { readOptions, type OptionNames } from '../boundary/option_reader.js';
import type { RawObject } from '../boundary/raw.js';
import { wrapObject, type CoreObject } from '../boundary/registry.js';
import { ValueError } from '../errors/errors.js';
import {
  orCustomObjects,
  revivalNames,
  type CustomObjects,
  type RevivalNames,
} from '../serialization/custom_objects.js';
import { isCurrent } from '../serialization/keras_version.js';
import { withRevivalScope } from '../serialization/serialization.js';
import { listingUnknown } from '../serialization/unknown_objects.js';
import { restoreAssets } from './assets.js';
import { describeBytes } from './describe_file.js';
import { withFile } from './file_to_read.js';
import type { FileToRead, SavedModel, SavedWeights } from './formats/file_format.js';
import { formatsOf, formatsWith, hasEnding } from './formats/find_format.js';
import { keepOptimizerState, readOptimizerState } from './optimizer_state.js';
import { saving } from './raw_saving.js';
import type { SavableModel } from './savable_model.js';
import type { FileSource } from './file_set.js';
import type { LoadProgress } from './progress.js';
import { inForeground } from '../runtime/platform/foreground.js';
import type { Signal } from '../runtime/platform/platform_types.js';

export interface LoadOptions extends RevivalNames {
  /** Refuse what would run code that the file carries. Default true. */
  safeMode?: boolean;
  /** Keep how the model was compiled. Default true. */
  compile?: boolean;
  /** Largest `config.json` to read, in bytes; a larger one is refused before it is decompressed. Default 2^26: 64 MB. */
  maxConfigBytes?: number;
  /** Called while the file is downloaded, and after each layer that has received its weights. */
  onProgress?: (progress: LoadProgress) => void;
  /**
   * For addresses of the web: keeps the download under this name, in the Cache API of browsers or in a folder in Node, and
   * uses it again while the server states the same ETag or time of the last change.
   */
  cache?: string;
  /** Stops loading; the reason of the signal is thrown. */
  signal?: Signal;
}

const optionNames: OptionNames<LoadOptions> = {
  safeMode: true,
  compile: true,
  maxConfigBytes: true,
  onProgress: true,
  cache: true,
  signal: true,
  ...revivalNames,
};

const MAX_CONFIG_BYTES = 2 ** 26;

/** Opens a model: `loadModel` of `web/models/load_model.ts`, without the type of models. */
export async function loadModel(
  source: FileSource,
  given?: LoadOptions | CustomObjects | null,
): Promise<CoreObject> {
  const started = whenStarted();
  started.catch(() => {}); // thrown below
  const options = readLoadOptions('loadModel()', given);
  const opening = withFile(source, options, async (file) => {
    const { saved } = await readSavedModel(file, options.maxConfigBytes);
    try {
      return await reviveModel(saved, options, started);
    } finally {
      saved.close();
    }
  });
  return await inForeground(opening);
}

export const readLoadOptions = (
  where: string,
  given: LoadOptions | CustomObjects | null | undefined,
): LoadOptions => readOptions(where, orCustomObjects(given, optionNames), optionNames);

/** A model in an open file, and the name of its format. */
export interface FoundModel {
  readonly format: string;
  readonly saved: SavedModel;
}

/** Reads what a file states of its model, without the weights. The caller closes the result. */
export async function readSavedModel(
  file: FileToRead,
  maxConfigBytes = MAX_CONFIG_BYTES,
): Promise<FoundModel> {
  const limits = { maxConfigBytes };
  for (const format of formatsOf(file.head)) {
    const saved = await format.readModel?.(file, limits);
    if (saved) return { format: format.name, saved };
  }
  // The default format explains what is wrong with a file that has its name or no name.
  const standard = formatsWith('readModel')[0]!;
  const name = file.name.replace(/[?#].*$/, '').toLowerCase();
  const saved =
    file.isNamed && !hasEnding(name, standard) ? undefined : await standard.readModel(file, limits);
  if (saved) return { format: standard.name, saved };
  throw new ValueError(
    `File format not supported: filepath=${file.name}. Keras 3 only supports V3 \`.keras\` files, legacy H5 format files (\`.h5\` extension). (As for this file, ${describeBytes(await file.input.read(0, 64))}.)`,
  );
}

/** The model of an open file, with its weights. The file is checked while the engine starts. */
export async function reviveModel(
  saved: SavedModel,
  options: LoadOptions,
  started = whenStarted(),
): Promise<CoreObject> {
  started.catch(() => {}); // thrown below
  options.signal?.throwIfAborted();
  const weights = await saved.openWeights();
  try {
    await started;
    options.signal?.throwIfAborted();
    return await revive(saved, weights, options);
  } finally {
    weights.close();
  }
}

async function revive(
  saved: SavedModel,
  weights: SavedWeights,
  options: LoadOptions,
): Promise<CoreObject> {
  const { version, trainingConfig, assets } = saved;
  const { raw, config } = reviveConfig(saved, options);
  try {
    await weights.restore(raw, {
      config,
      onProgress(loaded, total) {
        options.signal?.throwIfAborted();
        options.onProgress?.({ phase: 'weights', loaded, total });
      },
    });
    if (config !== undefined) saving().savingRescaleHardSigmoids(raw, version);
    const state = weights.openReader ? await readOptimizerState(await weights.openReader()) : [];
    if (assets) await restoreAssets(raw, assets);
    if (trainingConfig !== undefined && (options.compile ?? true))
      setCompileConfig(raw, trainingConfig, options);
    const model = wrapObject(raw);
    keepOptimizerState(model as CoreObject & SavableModel, state);
    return model;
  } catch (error) {
    raw.delete();
    throw error;
  }
}

interface RevivedConfig {
  readonly raw: RawObject;
  /** The config as the current Keras writes it; undefined when it was written like that. */
  readonly config: string | undefined;
}

function reviveConfig(
  { config, version, isLegacy }: SavedModel,
  options: LoadOptions,
): RevivedConfig {
  options.onProgress?.({ phase: 'config', loaded: config.length, total: config.length });
  const safeMode = options.safeMode ?? true;
  return withRevivalScope(options, safeMode, () => {
    const normalized = isCurrent(version)
      ? undefined
      : saving().savingNormalizedConfig(config, version);
    const json = normalized ?? config;
    const raw = listingUnknown(
      () => core().findUnknownInJson(json, safeMode),
      () => saving().savingModelFromConfig(json, options.compile ?? true, isLegacy),
    );
    return { raw, config: normalized };
  });
}

function setCompileConfig(raw: RawObject, training: string, options: LoadOptions): void {
  const config = withRevivalScope(options, options.safeMode ?? true, () =>
    saving().savingCompileConfig(training),
  );
  if (config !== 'null') core().modelSetCompileConfig(raw, config);
}
