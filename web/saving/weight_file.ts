// What a file of weights offers, whatever reads it: arrays at paths such as `layers/dense/vars/0`.

import { ValueError } from '../errors/errors.js';

/** Element types that weights are stored in, under Keras's names. */
export type StoredDType =
  | 'bool'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'float16'
  | 'bfloat16'
  | 'float32'
  | 'float64';

/** One array: little-endian elements in row-major order, often a view of the file's own bytes. */
export interface StoredArray {
  readonly shape: readonly number[];
  readonly dtype: StoredDType;
  readonly bytes: Uint8Array;
}

/** An open file of weights. Paths have no leading slash. ValueError for links, which Keras never writes. */
export interface WeightFile {
  /** Whether there is a group or array at the path. */
  has(path: string): boolean;
  /** Names in a group, in the file's order; empty when there is no such group. */
  keys(group: string): string[];
  /** The array at a path. Throws for a path that is none. */
  read(path: string): StoredArray;
  /** An attribute of a group (the root is the empty path); undefined when it is missing. */
  attribute(group: string, name: string): unknown;
  close(): void;
}

const BYTES: Record<StoredDType, number> = {
  bool: 1,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  float16: 2,
  bfloat16: 2,
  float32: 4,
  float64: 8,
};

/** Bytes of one element. */
export const bytesPerElement = (dtype: StoredDType): number => BYTES[dtype];

// As Keras guards itself: what is large and stored in next to nothing is a bomb, not a weight.
export const BOMB_FLOOR = 2 ** 28;
const MOST_EXPANSION = 1000;
const READS = 8;

/** Throws ValueError for an array that says it is much larger than a file of `stored` bytes can hold. */
function checkStoredSize(path: string, declared: number, stored: number): void {
  if (declared <= BOMB_FLOOR || declared <= MOST_EXPANSION * stored) return;
  throw new ValueError(
    `Not allowed: H5 dataset '${path}' declares ${readableSize(declared)} but only ${readableSize(stored)} are stored on disk; refusing to load a potential decompression/shape bomb.`,
  );
}

/** Number of elements: exact, or Infinity; 0 as soon as one dimension is. */
export const elementCount = (shape: readonly number[]): number =>
  shape.includes(0) ? 0 : shape.reduce((product, dim) => product * dim, 1);

/**
 * Counts the bytes that are read from a file. Loading reads each array a few times at most: what comes to much more than the
 * file holds is one array under thousands of names.
 */
export class ReadBudget {
  readonly #stored: number;
  #left: number;

  /** @param expansion how many bytes of arrays, read once, one byte of the file may stand for. */
  constructor(stored: number, expansion: number) {
    this.#stored = stored;
    this.#left = BOMB_FLOOR + READS * expansion * stored;
  }

  /** Throws ValueError for an array that is too large for its file, alone or with those before it. */
  spend(path: string, declared: number, chunk = 0): void {
    checkStoredSize(path, Math.max(declared, chunk), this.#stored);
    this.#left -= declared;
    if (this.#left < 0)
      throw new ValueError(
        `Not allowed: the arrays read up to '${path}' are larger than the file of ${readableSize(this.#stored)} can hold.`,
      );
  }
}

/** The error for an array whose elements are not numbers that a weight can have. */
export const unusableType = (path: string, elements: string): ValueError =>
  new ValueError(
    `The dataset ${path} has elements that weights cannot have: ${elements}. Weights are booleans, integers or floating-point numbers of at most 8 bytes.`,
  );

/** As Keras prints a number of bytes: `39.06 KB`. */
export function readableSize(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  let size = bytes;
  let unit = 0;
  for (; size >= 1024 && unit < units.length - 1; ++unit) size /= 1024;
  return `${size.toFixed(2)} ${units[unit]}`;
}

const FROM_NUMPY: Record<string, StoredDType> = {
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
};

/** The dtype that NumPy writes as `<f4`; undefined for what weights never are. */
export function fromNumpy(code: string): StoredDType | undefined {
  const plain = code.replace(/^[<>|=]/, '');
  return Object.hasOwn(FROM_NUMPY, plain) ? FROM_NUMPY[plain] : undefined;
}
