// Opening files of models: `.keras` and legacy whole-model `.h5`.
import { core } from '../core.js';
import type { RevivalNames } from '../custom_objects.js';
import { KeyError, ValueError } from '../errors.js';
import type { Model } from '../model.js';
import { readAll } from '../platform/byte_source.js';
import type { RawObject } from '../raw.js';
import { wrapObject } from '../registry.js';
import { isCurrent } from '../keras_version.js';
import { withRevivalScope } from '../serialization.js';
import { readArchive, text, type Archive } from './archive.js';
import { restoreAssets } from './assets.js';
import { withHdf5 } from './hdf5.js';
import {
  legacyConfig,
  legacyTrainingConfig,
  legacyVersion,
  restoreLegacyWeights,
} from './legacy_h5.js';
import { keepOptimizerState, readOptimizerState } from './optimizer_state.js';
import { saving } from './raw_saving.js';
import { isHdf5, isZip, readSignature } from './signatures.js';
import { withSource, type LoadProgress, type ModelSource } from './source.js';
import { listingUnknown } from '../unknown_objects.js';
import { restoreWeights } from './weights.js';

export interface LoadOptions extends RevivalNames {
  /** Refuse what would run code that the file carries. Default true. */
  safeMode?: boolean;
  /** Keep how the model was compiled. Default true. */
  compile?: boolean;
  /** Told about downloading and about the layers whose weights are in place. */
  onProgress?: (progress: LoadProgress) => void;
}

/**
 * Opens a model that Keras or this package saved: a `.keras` file, or a legacy whole-model `.h5` file.
 *
 * @throws ValueError when there is no such file or it is no model; KeyError when the archive lacks its config;
 *   the errors of Keras for configs and weights that cannot be restored.
 */
export async function loadModel(source: ModelSource, options: LoadOptions = {}): Promise<Model> {
  core(); // says so when the package is not initialized
  return withSource(source, options.onProgress, async ({ input, name }) => {
    const head = await readSignature(input);
    if (isHdf5(head)) return await loadLegacy(await readAll(input), name, options);
    const named = isName(source);
    if (named && !isZip(head) && !/\.keras$/i.test(name.replace(/[?#].*$/, '')))
      throw unsupported(name);
    return await loadArchive(await readArchive(input, name, isName(source)), options);
  });
}

const isName = (source: ModelSource): boolean =>
  typeof source === 'string' || source instanceof URL;

const unsupported = (name: string): ValueError =>
  new ValueError(
    `File format not supported: filepath=${name}. Keras 3 only supports V3 \`.keras\` files, legacy H5 format files (\`.h5\` extension).`,
  );

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
      () => ({ json, tensors: undefined, objects: undefined }),
      safeMode,
      () => saving().savingModelFromConfig(json, options.compile ?? true, legacy),
    );
    return { raw, normalized };
  });
}

async function loadArchive(archive: Archive, options: LoadOptions): Promise<Model> {
  const config = archive['config.json'];
  if (config === undefined)
    throw new KeyError(`"There is no item named 'config.json' in the archive"`);
  const weights = archive['model.weights.h5'];
  if (weights === undefined)
    throw new ValueError('Expected a model.weights.h5 or model.weights.npz file.');
  const version = versionOf(archive['metadata.json']);
  const { raw, normalized } = revive({ config: text(config), version, legacy: false }, options);
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

// Files without metadata are taken for today's.
function versionOf(metadata: Uint8Array | undefined): string {
  if (metadata === undefined) return '';
  try {
    return String((JSON.parse(text(metadata)) as { keras_version?: unknown }).keras_version ?? '');
  } catch {
    return '';
  }
}
