// Opening files of models: `.keras` and legacy whole-model `.h5`.
import { core } from '../boundary/core.js';
import {
  orCustomObjects,
  revivalNames,
  type CustomObjects,
  type RevivalNames,
} from '../serialization/custom_objects.js';
import { KeyError, ValueError } from '../errors/errors.js';
import type { Model } from '../models/model.js';
import { readOptions, type OptionNames } from '../boundary/option_reader.js';
import { readAll } from '../runtime/platform/byte_source.js';
import type { RawObject } from '../boundary/raw.js';
import { wrapObject } from '../boundary/registry.js';
import { isCurrent } from '../serialization/keras_version.js';
import { withRevivalScope } from '../serialization/serialization.js';
import {
  CONFIG,
  readArchive,
  readWeights,
  WEIGHTS,
  type Archive,
} from './formats/keras/archive.js';
import { restoreAssets } from './assets.js';
import { withHdf5 } from './formats/hdf5/open.js';
import { jsonText } from './json_text.js';
import {
  legacyConfig,
  legacyTrainingConfig,
  legacyVersion,
  restoreLegacyWeights,
} from './formats/legacy_h5/legacy_h5.js';
import { keepOptimizerState, readOptimizerState } from './optimizer_state.js';
import { saving } from './raw_saving.js';
import { describeBytes, isHdf5, isZip, readSignature } from './signatures.js';
import { isName, withSource, type LoadProgress, type ModelSource } from './source.js';
import { listingUnknown } from '../serialization/unknown_objects.js';
import { restoreWeights } from './weights.js';

export interface LoadOptions extends RevivalNames {
  /** Refuse what would run code that the file carries. Default true. */
  safeMode?: boolean;
  /** Keep how the model was compiled. Default true. */
  compile?: boolean;
  /** Largest `config.json` to read, in bytes; a larger one is refused before it is decompressed. Default 2^26: 64 MB. */
  maxConfigBytes?: number;
  /** Told about downloading and about the layers whose weights are in place. */
  onProgress?: (progress: LoadProgress) => void;
}

const optionNames: OptionNames<LoadOptions> = {
  safeMode: true,
  compile: true,
  maxConfigBytes: true,
  onProgress: true,
  ...revivalNames,
};

/**
 * Opens a model that Keras or this package saved: a `.keras` file, or a legacy whole-model `.h5` file.
 *
 * @param given options, or the custom objects alone, as in Keras.
 * @throws ValueError when there is no such file or it is not a model, and for a config that is too large; KeyError when
 *   the archive lacks its config; KerasError of kind BadZipFile when the archive is damaged or was edited; the errors of
 *   Keras for configs and weights that cannot be restored.
 */
export async function loadModel(
  source: ModelSource,
  given?: LoadOptions | CustomObjects | null,
): Promise<Model> {
  core(); // says so when the package is not initialized
  const options = readOptions('loadModel()', orCustomObjects(given, optionNames), optionNames);
  return withSource(source, options.onProgress, async ({ input, name }) => {
    const head = await readSignature(input);
    if (isHdf5(head)) return await loadLegacy(await readAll(input), name, options);
    const named = isName(source);
    if (named && !isZip(head) && !/\.keras$/i.test(name.replace(/[?#].*$/, '')))
      throw unsupported(name, await input.read(0, 64));
    return await loadArchive(await readArchive(input, name, named), options);
  });
}

const unsupported = (name: string, start: Uint8Array): ValueError =>
  new ValueError(
    `File format not supported: filepath=${name}. Keras 3 only supports V3 \`.keras\` files, legacy H5 format files (\`.h5\` extension). (As for this file, ${describeBytes(start)}.)`,
  );

const MAX_CONFIG_BYTES = 2 ** 26;
const METADATA = 'metadata.json';
const MAX_METADATA_BYTES = 2 ** 16;

interface Revival {
  readonly config: string;
  /** The version of Keras that wrote it. */
  readonly version: string;
  readonly legacy: boolean;
}

interface Revived {
  readonly raw: RawObject;
  /** The config as today's Keras writes it; undefined when today's Keras wrote it. */
  readonly normalized: string | undefined;
}

function revive({ config, version, legacy }: Revival, options: LoadOptions): Revived {
  options.onProgress?.({ phase: 'config', loaded: config.length, total: config.length });
  const safeMode = options.safeMode ?? true;
  return withRevivalScope(options, safeMode, () => {
    const normalized = isCurrent(version)
      ? undefined
      : saving().savingNormalizedConfig(config, version);
    const json = normalized ?? config;
    const raw = listingUnknown(
      () => core().findUnknownInJson(json, safeMode),
      () => saving().savingModelFromConfig(json, options.compile ?? true, legacy),
    );
    return { raw, normalized };
  });
}

async function loadArchive(archive: Archive, options: LoadOptions): Promise<Model> {
  const config = await archive.read(CONFIG, options.maxConfigBytes ?? MAX_CONFIG_BYTES);
  if (config === undefined)
    throw new KeyError(`"There is no item named '${CONFIG}' in the archive"`);
  await archive.verify([CONFIG, WEIGHTS]);
  const weights = await readWeights(archive);
  const version = await versionOf(archive);
  const { raw, normalized } = revive(
    { config: jsonText(config, CONFIG), version, legacy: false },
    options,
  );
  const onProgress = (loaded: number, total: number): void =>
    options.onProgress?.({ phase: 'weights', loaded, total });
  try {
    const state = await withHdf5([weights], ([file]) => {
      restoreWeights(raw, file!, { reordered: reorderedPaths(raw, normalized), onProgress });
      if (normalized !== undefined) saving().savingRescaleHardSigmoids(raw, version);
      return readOptimizerState(file!);
    });
    await restoreAssets(raw, archive);
    const model = wrapObject(raw) as Model;
    keepOptimizerState(model, state);
    return model;
  } catch (error) {
    raw.delete();
    throw error;
  }
}

async function loadLegacy(bytes: Uint8Array, name: string, options: LoadOptions): Promise<Model> {
  return await withHdf5([bytes], ([file]) => {
    const config = legacyConfig(file!);
    if (config === undefined) throw new ValueError(`No model config found in the file at ${name}.`);
    const version = legacyVersion(file!);
    const { raw, normalized } = revive({ config, version, legacy: true }, options);
    try {
      restoreLegacyWeights(raw, file!, {
        byName: false,
        skipMismatch: false,
        config: normalized ?? '',
      });
      if (normalized !== undefined) saving().savingRescaleHardSigmoids(raw, version);
      const training = legacyTrainingConfig(file!);
      if (training !== undefined && (options.compile ?? true))
        setCompileConfig(raw, training, options);
    } catch (error) {
      raw.delete();
      throw error;
    }
    return wrapObject(raw) as Model;
  });
}

function reorderedPaths(
  raw: RawObject,
  normalized: string | undefined,
): ReadonlyMap<string, string> | undefined {
  if (normalized === undefined) return undefined;
  return new Map(JSON.parse(saving().savingReorderedPaths(raw, normalized)) as [string, string][]);
}

function setCompileConfig(raw: RawObject, training: string, options: LoadOptions): void {
  const config = withRevivalScope(options, options.safeMode ?? true, () =>
    saving().savingCompileConfig(training),
  );
  if (config !== 'null') core().modelSetCompileConfig(raw, config);
}

// Keras does not read the metadata: files without any that can be read are taken for today's.
async function versionOf(archive: Archive): Promise<string> {
  try {
    const metadata = await archive.read(METADATA, MAX_METADATA_BYTES);
    if (metadata === undefined) return '';
    const { keras_version } = JSON.parse(jsonText(metadata, METADATA)) as Record<string, unknown>;
    return typeof keras_version === 'string' ? keras_version : '';
  } catch {
    return '';
  }
}
