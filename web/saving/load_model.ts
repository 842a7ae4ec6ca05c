// Opening files: `.keras`, legacy whole-model `.h5`, and weights alone.
import { core } from '../core.js';
import type { RevivalNames } from '../custom_objects.js';
import { KeyError, ValueError } from '../errors.js';
import type { Model } from '../model.js';
import { readAll, type ByteSource } from '../platform/byte_source.js';
import type { RawObject } from '../raw.js';
import { wrapObject } from '../registry.js';
import { withRevivalScope } from '../serialization.js';
import { readArchive, text, type Archive } from './archive.js';
import { withHdf5 } from './hdf5.js';
import { isLegacy, legacyConfig, legacyTrainingConfig, restoreLegacyWeights } from './legacy_h5.js';
import { saving } from './raw_saving.js';
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

export interface LoadWeightsOptions {
  /** Leave layers as they are whose weights do not fit, with a warning. Default false. */
  skipMismatch?: boolean;
  /** For legacy `.h5` files: match layers by name, not by order. Default false. */
  byName?: boolean;
  onProgress?: (progress: LoadProgress) => void;
}

const SIGNATURE_BYTES = 8;
const startsWith = (bytes: Uint8Array, signature: readonly number[]): boolean =>
  signature.every((byte, i) => bytes[i] === byte);
const isZip = (bytes: Uint8Array): boolean => startsWith(bytes, [0x50, 0x4b]);
const isHdf5 = (bytes: Uint8Array): boolean =>
  startsWith(bytes, [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * Opens a model that Keras or this package saved: a `.keras` file, or a legacy whole-model `.h5` file.
 *
 * @throws ValueError when there is no such file or it is no model; KeyError when the archive lacks its config;
 *   the errors of Keras for configs and weights that cannot be restored.
 */
export async function loadModel(source: ModelSource, options: LoadOptions = {}): Promise<Model> {
  core(); // says so when the package is not initialized
  return withSource(source, options.onProgress, async ({ input, name }) => {
    const head = await input.read(0, Math.min(SIGNATURE_BYTES, input.size));
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

function revive(config: string, legacy: boolean, options: LoadOptions): RawObject {
  options.onProgress?.({ phase: 'config', loaded: config.length, total: config.length });
  const safeMode = options.safeMode ?? true;
  return withRevivalScope(options, safeMode, () =>
    listingUnknown(
      () => ({ json: config, tensors: undefined, objects: undefined }),
      safeMode,
      () => saving().savingModelFromConfig(config, options.compile ?? true, legacy),
    ),
  );
}

async function loadArchive(archive: Archive, options: LoadOptions): Promise<Model> {
  const config = archive['config.json'];
  if (config === undefined)
    throw new KeyError(`"There is no item named 'config.json' in the archive"`);
  const weights = archive['model.weights.h5'];
  if (weights === undefined)
    throw new ValueError('Expected a model.weights.h5 or model.weights.npz file.');
  const raw = revive(text(config), false, options);
  try {
    await withHdf5(weights, (file) => restoreWeights(raw, file, false, progressOf(options)));
  } catch (error) {
    raw.delete();
    throw error;
  }
  return wrapObject(raw) as Model;
}

const progressOf =
  (options: { onProgress?: (progress: LoadProgress) => void }) =>
  (loaded: number, total: number): void =>
    options.onProgress?.({ phase: 'weights', loaded, total });

async function loadLegacy(bytes: Uint8Array, name: string, options: LoadOptions): Promise<Model> {
  return await withHdf5(bytes, (file) => {
    const config = legacyConfig(file);
    if (config === undefined) throw new ValueError(`No model config found in the file at ${name}.`);
    const raw = revive(config, true, options);
    try {
      restoreLegacyWeights(raw, file, { byName: false, skipMismatch: false });
      const training = legacyTrainingConfig(file);
      if (training !== undefined && (options.compile ?? true))
        core().modelSetCompileConfig(raw, compileConfigOf(training));
    } catch (error) {
      raw.delete();
      throw error;
    }
    return wrapObject(raw) as Model;
  });
}

// `optimizer_config` is the legacy name of `optimizer`, and its record has no module.
function compileConfigOf(training: string): string {
  const { optimizer_config: optimizer, ...config } = JSON.parse(training) as Record<
    string,
    unknown
  >;
  return JSON.stringify(optimizer === undefined ? config : { optimizer, ...config });
}

/**
 * Gives a model the weights of a `.weights.h5`, `.keras` or legacy `.h5` file.
 *
 * @returns the names of layers that were left as they are; none unless `skipMismatch` is set.
 * @throws ValueError when the model is not built, or weights do not fit.
 */
export async function loadWeights(
  model: Model,
  source: ModelSource,
  options: LoadWeightsOptions = {},
): Promise<string[]> {
  if (!model.built) {
    throw new ValueError(
      'You are loading weights into a model that has not yet been built. Try building the model first by calling it on some data or by using `build()`.',
    );
  }
  const skipMismatch = options.skipMismatch ?? false;
  const byName = options.byName ?? false;
  return withSource(source, options.onProgress, async ({ input, name }) => {
    const weights = await readWeights(input, name, isName(source));
    return await withHdf5(weights, (file) => {
      if (isLegacy(file)) {
        restoreLegacyWeights(model.raw, file, { byName, skipMismatch });
        return [];
      }
      if (byName) {
        throw new ValueError(
          `Invalid keyword arguments: {'by_name': True} for ${name}: \`by_name\` only supports loading legacy '.h5' or '.hdf5' files.`,
        );
      }
      return restoreWeights(model.raw, file, skipMismatch, progressOf(options));
    });
  });
}

// The HDF5 bytes of a file of weights, or of those in a `.keras` file.
async function readWeights(input: ByteSource, name: string, isNamed: boolean): Promise<Uint8Array> {
  const head = await input.read(0, Math.min(SIGNATURE_BYTES, input.size));
  const weights = isZip(head)
    ? (await readArchive(input, name, isNamed))['model.weights.h5']
    : await readAll(input);
  if (weights === undefined)
    throw new ValueError('Expected a model.weights.h5 or model.weights.npz file.');
  if (isHdf5(weights)) return weights;
  throw new ValueError(
    `File format not supported: filepath=${name}. Keras 3 only supports V3 \`.keras\` files, \`.weights.h5\` files, legacy H5 format files (\`.h5\` extension), or Orbax checkpoints.`,
  );
}
