// Weights at the paths that Keras 3 gives the objects of a model, such as `layers/dense/vars/0`
// (keras/src/saving/saving_lib.py).
import type { RawObject } from '../boundary/raw.js';
import { wrapTensor, type Tensor } from '../tensors/tensor.js';
import { fromCore, toCore } from './core_arrays.js';
import type { CountProgress, RestoreOptions, SavedWeights } from './formats/file_format.js';
import { saving, type RawSavedObjects } from './raw_saving.js';
import type { StoredArray } from './stored_array.js';
import type { WeightReader } from './weight_reader.js';
import type { WeightWriter } from './weight_writer.js';

const groupOf = (path: string): string => (path === '' ? 'vars' : `${path}/vars`);

/**
 * Writes the weights of a model, each object once, in Keras's order.
 *
 * @param skip ids of layers that are left out together with the layers below them.
 * @param onProgress called after each object; an error that it throws ends the writing.
 */
export function writeObjectWeights(
  model: RawObject,
  writer: WeightWriter<unknown>,
  skip: readonly number[] = [],
  onProgress?: CountProgress,
): void {
  const objects = saving().savingObjects(model, JSON.stringify(skip));
  try {
    const rows = JSON.parse(saving().savingObjectsInfo(objects)) as [string, string, string[]][];
    rows.forEach(([path, name, keys], object) => {
      const group = groupOf(path);
      writer.attribute(group, 'name', name);
      keys.forEach((key, index) =>
        writer.write(`${group}/${key}`, valueOf(objects, object, index)),
      );
      onProgress?.(object + 1, rows.length);
    });
  } finally {
    objects.delete();
  }
}

function valueOf(objects: RawSavedObjects, object: number, index: number): StoredArray {
  const value = saving().savingValue(objects, object, index);
  try {
    return fromCore(value);
  } finally {
    value.delete();
  }
}

/** The weights of a file whose arrays are at the paths of a model's objects. */
export const objectWeights = (reader: WeightReader): SavedWeights => ({
  options: ['objectsToSkip'],
  openReader: () => Promise.resolve(reader),
  restore: (model, options) => restoreObjectWeights(model, reader, options),
  close: () => reader.close(),
});

function restoreObjectWeights(
  model: RawObject,
  reader: WeightReader,
  { skipMismatch = false, skip = [], config, onProgress }: RestoreOptions,
): string[] {
  const total = (JSON.parse(saving().savingPaths(model)) as unknown[]).length;
  const reordered = config === undefined ? undefined : reorderedPaths(model, config);
  let done = 0;
  // Freed when the core asks for the next object: it holds its own references to what it needs.
  let values: Record<string, Tensor> = {};
  const dispose = (): void => Object.values(values).forEach((value) => value.dispose());
  const answer = (question: string, path: string): unknown => {
    if (question === 'hasGroup') return reader.has(storedPath(reader, path));
    onProgress?.(Math.min(++done, total), total);
    dispose();
    return (values = valuesAt(reader, groupOf(reordered?.get(path) ?? path)));
  };
  try {
    return JSON.parse(
      saving().savingLoad(model, answer, skipMismatch, JSON.stringify(skip)),
    ) as string[];
  } finally {
    dispose();
  }
}

// The paths in the file of objects that have another path in the model.
const reorderedPaths = (model: RawObject, config: string): ReadonlyMap<string, string> =>
  new Map(JSON.parse(saving().savingReorderedPaths(model, config)) as [string, string][]);

// Names of path components in older files: `_layer_checkpoint_dependencies` in Keras 2.12 and 2.13, a leading underscore
// for the parts of tf.keras's MultiHeadAttention.
const formerNames = (name: string): string[] => [
  ...(name === 'layers' ? ['_layer_checkpoint_dependencies'] : []),
  `_${name}`,
];

function storedPath(reader: WeightReader, path: string): string {
  if (reader.has(path)) return path;
  let stored = '';
  for (const name of path.split('/')) {
    const below = (member: string): string => (stored === '' ? member : `${stored}/${member}`);
    const found = [name, ...formerNames(name)].find((member) => reader.has(below(member)));
    stored = below(found ?? name);
  }
  return stored;
}

function valuesAt(reader: WeightReader, path: string): Record<string, Tensor> {
  const group = storedPath(reader, path);
  const values: [string, Tensor][] = [];
  try {
    for (const name of reader.keys(group))
      values.push([name, wrapTensor(toCore(reader.read(`${group}/${name}`)))]);
  } catch (error) {
    for (const [, value] of values) value.dispose();
    throw error;
  }
  return Object.fromEntries(values);
}
