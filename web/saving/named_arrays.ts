// Arrays of a file by the names that their writer chose.
import type { DType } from '../base/config.js';
import { KeyError } from '../errors/errors.js';
import { arrayInMemory, type ArrayToRead, type StoredArray } from './stored_array.js';
import type { WeightReader } from './weight_reader.js';

/** Element types of arrays by name, by Keras's names. */
export type ArrayDType = Exclude<DType, 'complex64' | 'string'>;

/** Shape and element type of an array in a file. */
export interface ArrayInfo {
  readonly shape: readonly number[];
  /** Keras's name of the dtype, or the file's own name for types that Keras lacks. */
  readonly dtype: string;
}

/** An array: little-endian elements in row-major order. */
export interface ArrayValue {
  readonly shape: readonly number[];
  readonly dtype: ArrayDType;
  readonly bytes: Uint8Array;
}

/** An array to write. */
export interface NamedArray extends ArrayValue {
  readonly name: string;
}

/** The arrays of an open file. */
export interface NamedArrays {
  /** All arrays, in the file's order. */
  readonly infos: ReadonlyMap<string, ArrayInfo>;
  /** What the file states about itself. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The content of one of the arrays. Throws ValueError for elements that weights cannot have. */
  read(name: string): Promise<ArrayValue>;
}

/** The arrays as a tree in which names are split at slashes. */
export function treeOf(arrays: NamedArrays): WeightReader {
  const groups = new Map<string, Set<string>>([['', new Set()]]);
  for (const name of arrays.infos.keys()) {
    for (let path = name; path !== '';) {
      const slash = path.lastIndexOf('/');
      const group = path.slice(0, Math.max(0, slash));
      if (!groups.has(group)) groups.set(group, new Set());
      groups.get(group)!.add(path.slice(slash + 1));
      path = group;
    }
  }
  return new ArrayTree(arrays, groups);
}

class ArrayTree implements WeightReader {
  readonly #arrays: NamedArrays;
  readonly #groups: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(arrays: NamedArrays, groups: ReadonlyMap<string, ReadonlySet<string>>) {
    this.#arrays = arrays;
    this.#groups = groups;
  }

  has(path: string): Promise<boolean> {
    return Promise.resolve(this.#arrays.infos.has(path) || this.#groups.has(path));
  }

  keys(group: string): Promise<string[]> {
    return Promise.resolve([...(this.#groups.get(group) ?? [])]);
  }

  async find(path: string): Promise<ArrayToRead> {
    if (!this.#arrays.infos.has(path)) throw new KeyError(`There is no array ${path} in the file`);
    return arrayInMemory((await this.#arrays.read(path)) as StoredArray);
  }

  attribute(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  close(): void {
    // Nothing is open.
  }
}
