// Weights between a model and a file, by the paths that Keras gives them.
import { core } from '../core.js';
import type { RawObject, RawTensor } from '../raw.js';
import type { GroupToWrite } from './h5wasm_file.js';
import { saving, type RawWeightMap } from './raw_saving.js';
import type { StoredArray, StoredDType, WeightFile } from './weight_file.js';

type SavedObject = readonly [path: string, name: string, variables: number];

const groupOf = (path: string): string => (path === '' ? 'vars' : `${path}/vars`);

/** A tensor of the core with the array's content. The caller deletes it. */
export function toCore(array: StoredArray): RawTensor {
  const raw = core().tensorAllocate(JSON.stringify(array.shape), array.dtype);
  core().tensorView(raw).set(array.bytes);
  return raw;
}

function fromCore(raw: RawTensor): StoredArray {
  const { shape, dtype } = JSON.parse(core().tensorInfo(raw)) as {
    shape: number[];
    dtype: StoredDType;
  };
  return { shape, dtype, bytes: core().tensorView(raw).slice() };
}

/** The groups of a weights file: each object's variables under `<path>/vars`. */
export function collectWeights(model: RawObject): GroupToWrite {
  const root: GroupToWrite = {};
  const objects = saving().savingObjects(model);
  try {
    const rows = JSON.parse(saving().savingObjectsInfo(objects)) as SavedObject[];
    rows.forEach(([path, name, variables], object) => {
      const group = descend(root, groupOf(path));
      group.attributes = { name };
      const arrays: Record<string, StoredArray> = {};
      for (let i = 0; i < variables; ++i) {
        const raw = saving().savingValue(objects, object, i);
        try {
          arrays[String(i)] = fromCore(raw);
        } finally {
          raw.delete();
        }
      }
      group.arrays = arrays;
    });
  } finally {
    objects.delete();
  }
  return root;
}

function descend(root: GroupToWrite, path: string): GroupToWrite {
  let group = root;
  for (const step of path.split('/')) {
    group.groups ??= {};
    group = group.groups[step] ??= {};
  }
  return group;
}

/** Called after each object with how many of how many are done. */
export type CountProgress = (done: number, total: number) => void;

/**
 * Gives the model the weights of a file. Returns the names of layers whose weights did not fit; there are none unless
 * `skipMismatch` is set: then they keep their values and a warning is raised.
 */
export function restoreWeights(
  model: RawObject,
  file: WeightFile,
  skipMismatch: boolean,
  onProgress?: CountProgress,
): string[] {
  const map = saving().savingWeightMap();
  const objects = saving().savingObjects(model);
  try {
    const rows = JSON.parse(saving().savingObjectsInfo(objects)) as SavedObject[];
    rows.forEach(([path], done) => {
      const group = groupOf(path);
      // Numbered from zero, as they were written.
      const count = file.keys(group).length;
      for (let i = 0; i < count; ++i) put(map, path, file.read(`${group}/${i}`));
      onProgress?.(done + 1, rows.length);
    });
    return JSON.parse(saving().savingLoad(model, map, skipMismatch)) as string[];
  } finally {
    objects.delete();
    map.delete();
  }
}

/** Adds an array to the values of a path. */
export function put(map: RawWeightMap, path: string, array: StoredArray): void {
  const raw = toCore(array);
  try {
    saving().savingPut(map, path, raw);
  } finally {
    raw.delete();
  }
}
