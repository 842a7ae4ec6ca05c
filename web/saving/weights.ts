// Weights between a model and a file, by the paths that Keras gives them.
import { core } from '../boundary/core.js';
import { ValueError } from '../errors/errors.js';
import { writeSpec } from '../boundary/scratch_buffer.js';
import type { RawObject, RawTensor } from '../boundary/raw.js';
import { wrapTensor, type Tensor } from '../tensors/tensor.js';
import type { GroupToWrite } from './formats/hdf5/h5wasm_file.js';
import { saving } from './raw_saving.js';
import type { StoredArray, StoredDType, WeightFile } from './weight_file.js';

/** An object of a model as it is written: its values go to the group. */
export interface StoredObject {
  /** `layers/dense/vars` */
  readonly group: string;
  /** The object's own name; files only note it. */
  readonly name: string;
  readonly values: readonly string[];
  /** The value of that index. */
  read(index: number): StoredArray;
}

const groupOf = (path: string): string => (path === '' ? 'vars' : `${path}/vars`);

/** A tensor of the core with the array's content. The caller deletes it. */
export function toCore(array: StoredArray): RawTensor {
  writeSpec(array.shape, array.dtype);
  const raw = core().tensorAllocate();
  const memory = core().tensorView(raw);
  if (memory.length !== array.bytes.length) {
    raw.delete();
    throw new ValueError(
      `An array of shape (${array.shape.join(', ')}) and dtype ${array.dtype} has ${memory.length} bytes. ` +
        `The file has ${array.bytes.length}.`,
    );
  }
  memory.set(array.bytes);
  return raw;
}

/** The content of a tensor of the core. */
export function fromCore(raw: RawTensor): StoredArray {
  const { shape, dtype } = JSON.parse(core().tensorInfo(raw)) as {
    shape: number[];
    dtype: StoredDType;
  };
  return { shape, dtype, bytes: core().tensorView(raw).slice() };
}

/**
 * Runs `body` on the objects of the model, each once, in Keras's order. They are good until it is done.
 *
 * @param skip uids of layers that are left out, with what is below them.
 */
export async function withStoredObjects<T>(
  model: RawObject,
  skip: readonly number[],
  body: (objects: readonly StoredObject[]) => T | Promise<T>,
): Promise<T> {
  const raw = saving().savingObjects(model, JSON.stringify(skip));
  try {
    const rows = JSON.parse(saving().savingObjectsInfo(raw)) as [string, string, string[]][];
    return await body(
      rows.map(([path, name, values], object) => ({
        group: groupOf(path),
        name,
        values,
        read(index) {
          const value = saving().savingValue(raw, object, index);
          try {
            return fromCore(value);
          } finally {
            value.delete();
          }
        },
      })),
    );
  } finally {
    raw.delete();
  }
}

/** The group at a path, made with those above it when there is none. */
export function groupAt(root: GroupToWrite, path: string): GroupToWrite {
  let group = root;
  for (const step of path.split('/').filter(Boolean)) {
    group.groups ??= new Map();
    let child = group.groups.get(step);
    if (!child) group.groups.set(step, (child = {}));
    group = child;
  }
  return group;
}

/** The groups of a weights file: each object's values under `<path>/vars`. */
export async function collectWeights(
  model: RawObject,
  skip: readonly number[] = [],
): Promise<GroupToWrite> {
  return await withStoredObjects(model, skip, (objects) => {
    const root: GroupToWrite = {};
    for (const object of objects) {
      const group = groupAt(root, object.group);
      group.attributes = { name: object.name };
      group.arrays = new Map(object.values.map((name, index) => [name, object.read(index)]));
    }
    return root;
  });
}

/** Called after each object with how many of how many are done. */
export type CountProgress = (done: number, total: number) => void;

export interface RestoreOptions {
  /** Leave objects as they are whose weights do not fit, with a warning. */
  readonly skipMismatch?: boolean;
  /** Uids of layers that are left alone, with what is below them. */
  readonly skip?: readonly number[];
  /** The paths in the file of objects that have another one in the model. */
  readonly reordered?: ReadonlyMap<string, string>;
  readonly onProgress?: CountProgress;
}

/**
 * Gives the model the weights of a file. Returns the names of layers whose weights did not fit; there are none unless
 * `skipMismatch` is set: then they keep their values and a warning is raised.
 */
export function restoreWeights(
  model: RawObject,
  file: WeightFile,
  { skipMismatch = false, skip = [], reordered, onProgress }: RestoreOptions,
): string[] {
  const total = (JSON.parse(saving().savingPaths(model)) as unknown[]).length;
  let done = 0;
  // The core has shares of its own in the values once it asks for the next ones.
  let given: Record<string, Tensor> = {};
  const disposeGiven = (): void => Object.values(given).forEach((value) => value.dispose());
  const answer = (question: string, path: string): unknown => {
    if (question === 'hasGroup') return file.has(storedPath(file, path));
    onProgress?.(Math.min(++done, total), total);
    disposeGiven();
    return (given = valuesAt(file, groupOf(reordered?.get(path) ?? path)));
  };
  try {
    return JSON.parse(
      saving().savingLoad(model, answer, skipMismatch, JSON.stringify(skip)),
    ) as string[];
  } finally {
    disposeGiven();
  }
}

// What older Keras called the members of a path: 2.12 and 2.13 `layers`, tf.keras the parts of MultiHeadAttention.
const formerNames = (name: string): string[] => [
  ...(name === 'layers' ? ['_layer_checkpoint_dependencies'] : []),
  `_${name}`,
];

function storedPath(file: WeightFile, path: string): string {
  if (file.has(path)) return path;
  let stored = '';
  for (const name of path.split('/')) {
    const below = (member: string): string => (stored === '' ? member : `${stored}/${member}`);
    stored = below([name, ...formerNames(name)].find((member) => file.has(below(member))) ?? name);
  }
  return stored;
}

function valuesAt(file: WeightFile, path: string): Record<string, Tensor> {
  const group = storedPath(file, path);
  const values: [string, Tensor][] = [];
  try {
    for (const name of file.keys(group))
      values.push([name, wrapTensor(toCore(file.read(`${group}/${name}`)))]);
  } catch (error) {
    for (const [, value] of values) value.dispose();
    throw error;
  }
  return Object.fromEntries(values);
}
