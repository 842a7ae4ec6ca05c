// Loading weights into a model, from a file of weights or of a whole model.
import { readOptions, type OptionNames } from '../boundary/option_reader.js';
import { ValueError } from '../errors/errors.js';
import { withFile } from './file_to_read.js';
import type { FileToRead, SavedWeights } from './formats/file_format.js';
import { formatsOf, formatsWith, hasEnding, listEndings } from './formats/find_format.js';
import { uidsOf, type SavableLayer, type SavableModel } from './savable_model.js';
import type { FilesByName, LoadProgress, ModelSource } from './source.js';

export interface LoadWeightsOptions {
  /** Leave layers unchanged whose weights do not fit, with a warning. Default false. */
  skipMismatch?: boolean;
  /** For legacy `.h5` files: match layers by name, not by order. Default false. */
  byName?: boolean | null;
  /** For `.weights.h5` files: layers that keep their weights, as do the layers below them. */
  objectsToSkip?: readonly SavableLayer[] | null;
  onProgress?: (progress: LoadProgress) => void;
}

const optionNames: OptionNames<LoadWeightsOptions> = {
  skipMismatch: true,
  byName: true,
  objectsToSkip: true,
  onProgress: true,
};

/**
 * Loads the weights of a `.weights.h5`, `.weights.json`, `.keras` or legacy `.h5` file into a model.
 *
 * @param source as for `loadModel`. For weights in several files: the path or address of the `.weights.json`, with the
 *   other files beside it, or all files by name, `{ 'x.weights.json': file, 'x_00000.weights.h5': file }`.
 * @returns the names of layers that were left unchanged; none unless `skipMismatch` is set.
 * @throws ValueError when the model is not built, when weights do not fit, and for options that the file does not support.
 */
export async function loadWeights(
  model: SavableModel,
  source: ModelSource | FilesByName,
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
  return withFile(indexOf(source), source, options.onProgress, async (file) => {
    const weights = await openWeights(file);
    try {
      return restore(model, weights, file.name, options);
    } finally {
      weights.reader.close();
    }
  });
}

// Among files by name, the one that lists the others.
function indexOf(source: ModelSource | FilesByName): ModelSource {
  if (!isFilesByName(source)) return source;
  const indexFormats = formatsWith('createShardWriter');
  const index = Object.keys(source).find((name) =>
    indexFormats.some((format) => hasEnding(name, format)),
  );
  if (index === undefined)
    throw new ValueError(
      `Among files by name one is a ${listEndings(indexFormats)}. Received: [${Object.keys(source).join(', ')}]`,
    );
  return source[index]!;
}

function isFilesByName(source: unknown): source is FilesByName {
  return (
    typeof source === 'object' &&
    source !== null &&
    Object.getPrototypeOf(source) === Object.prototype
  );
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

function restore(
  model: SavableModel,
  weights: SavedWeights,
  name: string,
  { skipMismatch = false, byName, objectsToSkip, onProgress }: LoadWeightsOptions,
): string[] {
  if ((objectsToSkip ?? null) !== null && !weights.options.includes('objectsToSkip'))
    throw new ValueError(
      `\`objects_to_skip\` only supports loading '.weights.h5' files. Received: ${name}`,
    );
  if (byName && !weights.options.includes('byName'))
    throw new ValueError(
      `\`by_name\` only supports loading legacy '.h5' or '.hdf5' files. Received: ${name}`,
    );
  return weights.restore(model.raw, {
    skipMismatch,
    byName: byName ?? false,
    skip: uidsOf(objectsToSkip),
    onProgress: (loaded, total) => onProgress?.({ phase: 'weights', loaded, total }),
  });
}
