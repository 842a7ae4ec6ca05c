// Loading weights into a model, from a file of weights or of a whole model.
import { readOptions, type OptionNames } from '../boundary/option_reader.js';
import { ValueError } from '../errors/errors.js';
import { withFile } from './file_to_read.js';
import type { FileToRead, SavedWeights } from './formats/file_format.js';
import { formatsOf } from './formats/find_format.js';
import type { LoadMapping } from './name_mapping.js';
import { uidsOf, type SavableLayer, type SavableModel } from './savable_model.js';
import type { FileSource } from './file_set.js';
import type { LoadProgress } from './progress.js';
import type { Signal } from '../runtime/platform/platform_types.js';

export interface LoadWeightsOptions {
  /** Leave layers unchanged whose weights do not fit, with a warning. Default false. */
  skipMismatch?: boolean;
  /** For legacy `.h5` files: match layers by name, not by order. Default false. */
  byName?: boolean | null;
  /** Layers that keep their weights, as do the layers below them. Not for legacy `.h5` files. */
  objectsToSkip?: readonly SavableLayer[] | null;
  /**
   * For `.safetensors` and `.npz` files: which weight the array of a name is for, where the names are not the paths of
   * weights.
   *
   * ```js
   * await model.loadWeights('bert.safetensors', { mapping: { 'head.weight': 'dense/kernel', 'head.steps': null } });
   * await model.loadWeights('own.npz', { mapping: (name) => name.replaceAll('.', '/') });
   * ```
   */
  mapping?: LoadMapping;
  onProgress?: (progress: LoadProgress) => void;
  /** For addresses of the web: keeps the download under this name, as for `loadModel`. */
  cache?: string;
  /** Stops loading; the reason of the signal is thrown. Weights that were assigned before remain. */
  signal?: Signal;
}

const optionNames: OptionNames<LoadWeightsOptions> = {
  skipMismatch: true,
  byName: true,
  objectsToSkip: true,
  mapping: true,
  onProgress: true,
  cache: true,
  signal: true,
};

/**
 * Loads the weights of a file into a model: `.weights.h5`, `.weights.json`, `.keras`, legacy `.h5`, `.safetensors`, `.npz`,
 * or TensorFlow.js's `model.json`.
 *
 * Arrays of `.safetensors` and `.npz` files have the names of weights, `dense/kernel`, or of Keras's objects,
 * `layers/dense/vars/0`; files of `numpy.savez('x.npz', *model.get_weights())` have the order of the weights.
 *
 * @param source as for `loadModel`. For weights in several files: the path or address of the `.weights.json` or of
 *   TensorFlow.js's `model.json`, with the other files beside it; all files, as a list or by name,
 *   `{ 'x.weights.json': file, 'x_00000.weights.h5': file }`; or their folder.
 * @returns the names of layers that were left unchanged; none unless `skipMismatch` is set.
 * @throws ValueError when the model is not built, when weights do not fit, and for options that the file does not support.
 */
export async function loadWeights(
  model: SavableModel,
  source: FileSource,
  given: LoadWeightsOptions = {},
): Promise<string[]> {
  const options = readOptions(
    'loadWeights()',
    given,
    optionNames,
    (unknown) =>
      `Invalid keyword arguments: {${unknown.map((name) => `'${name}': ${String(given[name as never])}`).join(', ')}}`,
  );
  if (!model.built) {
    throw new ValueError(
      'You are loading weights into a model that has not yet been built. Try building the model first by calling it on some data or by using `build()`.',
    );
  }
  return withFile(source, options, async (file) => {
    const weights = await openWeights(file);
    try {
      return await restore(model, weights, file.name, options);
    } finally {
      weights.close();
    }
  });
}

async function openWeights(file: FileToRead): Promise<SavedWeights> {
  for (const format of formatsOf(file.head)) {
    const weights = await format.readWeights?.(file);
    if (weights) return weights;
  }
  throw new ValueError(
    `File format not supported: filepath=${file.name}. Keras 3 only supports V3 \`.keras\` files, \`.weights.h5\` files, legacy H5 format files (\`.h5\` extension), or Orbax checkpoints.`,
  );
}

async function restore(
  model: SavableModel,
  weights: SavedWeights,
  name: string,
  { skipMismatch = false, byName, objectsToSkip, mapping, onProgress, signal }: LoadWeightsOptions,
): Promise<string[]> {
  if ((objectsToSkip ?? null) !== null && !weights.options.includes('objectsToSkip'))
    throw new ValueError(
      `\`objects_to_skip\` only supports loading '.weights.h5' files. Received: ${name}`,
    );
  if (byName && !weights.options.includes('byName'))
    throw new ValueError(
      `\`by_name\` only supports loading legacy '.h5' or '.hdf5' files. Received: ${name}`,
    );
  if (mapping !== undefined && !weights.options.includes('mapping'))
    throw new ValueError(
      `\`mapping\` only supports files of arrays by name: '.safetensors' and '.npz'. Received: ${name}`,
    );
  return await weights.restore(model.raw, {
    skipMismatch,
    byName: byName ?? false,
    mapping,
    skip: uidsOf(objectsToSkip),
    onProgress(loaded, total) {
      signal?.throwIfAborted();
      onProgress?.({ phase: 'weights', loaded, total });
    },
  });
}
