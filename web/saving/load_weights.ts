// Weights from a file of their own, or from the file of a model.
import { ValueError } from '../errors/errors.js';
import type { Layer } from '../layers/layer.js';
import type { Model } from '../models/model.js';
import { readAll } from '../runtime/platform/byte_source.js';
import { readArchive, readWeights } from './formats/keras/archive.js';
import { withHdf5 } from './formats/hdf5/open.js';
import { jsonText } from './json_text.js';
import { isLegacy, restoreLegacyWeights } from './formats/legacy_h5/legacy_h5.js';
import { uidsOf } from './save_model.js';
import { readShardingConfig, ShardedFile, shardNames } from './formats/shards/shards.js';
import { isHdf5, isZip, readSignature } from './signatures.js';
import {
  isName,
  sourceBeside,
  withSource,
  type FilesByName,
  type LoadProgress,
  type ModelSource,
} from './source.js';
import type { WeightFile } from './weight_file.js';
import { readOptions, type OptionNames } from '../boundary/option_reader.js';
import { restoreWeights } from './weights.js';

export interface LoadWeightsOptions {
  /** Leave layers as they are whose weights do not fit, with a warning. Default false. */
  skipMismatch?: boolean;
  /** For legacy `.h5` files: match layers by name, not by order. Default false. */
  byName?: boolean | null;
  /** For `.weights.h5` files: layers that keep their weights, as do the layers below them. */
  objectsToSkip?: readonly Layer[] | null;
  onProgress?: (progress: LoadProgress) => void;
}

const optionNames: OptionNames<LoadWeightsOptions> = {
  skipMismatch: true,
  byName: true,
  objectsToSkip: true,
  onProgress: true,
};

/**
 * Gives a model the weights of a `.weights.h5`, `.weights.json`, `.keras` or legacy `.h5` file.
 *
 * @param source as for `loadModel`. For weights in several files: the path or address of the `.weights.json`, beside
 *   which the others are, or all files by name, `{ 'x.weights.json': file, 'x_00000.weights.h5': file }`.
 * @returns the names of layers that were left as they are; none unless `skipMismatch` is set.
 * @throws ValueError when the model is not built, weights do not fit, or an option is for files of another kind.
 */
export async function loadWeights(
  model: Model,
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
  return withSource(indexOf(source), options.onProgress, async ({ input, name }) => {
    const restore = (file: WeightFile): string[] => restoreFrom(file, model, name, options);
    const head = await readSignature(input);
    if (isZip(head)) {
      refuseOptions(name, options, { byName: true, objectsToSkip: true });
      const weights = await readWeights(await readArchive(input, name, isName(source)));
      return await withHdf5([weights], ([file]) => restore(file!));
    }
    const bytes = await readAll(input);
    if (isHdf5(head)) return await withHdf5([bytes], ([file]) => restore(file!));
    if (head[0] === OPENING_BRACE) {
      const parts = shardNames(readShardingConfig(jsonText(bytes, name), name));
      const files: Uint8Array[] = [];
      // Not all at once: a file may list any number of parts that are not there.
      for (let i = 0; i < parts.length; i += PARTS_AT_ONCE) {
        const some = parts.slice(i, i + PARTS_AT_ONCE);
        files.push(...(await Promise.all(some.map((part) => readBeside(source, part)))));
      }
      return await withHdf5(files, (opened) => restore(new ShardedFile(opened)));
    }
    throw new ValueError(
      `File format not supported: filepath=${name}. Keras 3 only supports V3 \`.keras\` files, \`.weights.h5\` files, legacy H5 format files (\`.h5\` extension), or Orbax checkpoints.`,
    );
  });
}

const readBeside = (source: ModelSource | FilesByName, name: string): Promise<Uint8Array> =>
  withSource(sourceBeside(source, name), undefined, ({ input }) => readAll(input));

const OPENING_BRACE = 0x7b;
const PARTS_AT_ONCE = 8;

// Of files by name, the one that says what the others are.
function indexOf(source: ModelSource | FilesByName): ModelSource {
  if (!isFilesByName(source)) return source;
  const index = Object.keys(source).find((name) => name.endsWith('.weights.json'));
  if (index === undefined)
    throw new ValueError(
      `Among files by name one is a \`.weights.json\`. Received: [${Object.keys(source).join(', ')}]`,
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

function restoreFrom(
  file: WeightFile,
  model: Model,
  name: string,
  options: LoadWeightsOptions,
): string[] {
  const { skipMismatch = false, objectsToSkip, onProgress } = options;
  if (isLegacy(file)) {
    refuseOptions(name, options, { objectsToSkip: true });
    const byName = options.byName ?? false;
    restoreLegacyWeights(model.raw, file, { byName, skipMismatch });
    return [];
  }
  refuseOptions(name, options, { byName: true });
  return restoreWeights(model.raw, file, {
    skipMismatch,
    skip: uidsOf(objectsToSkip),
    onProgress: (loaded, total) => onProgress?.({ phase: 'weights', loaded, total }),
  });
}

function refuseOptions(
  name: string,
  { byName, objectsToSkip }: LoadWeightsOptions,
  refused: { byName?: boolean; objectsToSkip?: boolean },
): void {
  if (refused.objectsToSkip && (objectsToSkip ?? null) !== null)
    throw new ValueError(
      `\`objects_to_skip\` only supports loading '.weights.h5' files. Received: ${name}`,
    );
  if (refused.byName && byName)
    throw new ValueError(
      `\`by_name\` only supports loading legacy '.h5' or '.hdf5' files. Received: ${name}`,
    );
}
