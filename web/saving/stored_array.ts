// Arrays as files store them.
import type { DType } from '../base/config.js';
import { ValueError } from '../errors/errors.js';
import type { Part } from './parted_bytes.js';

/** Element types of stored weights, by Keras's names. */
export type StoredDType = Exclude<DType, `float8_${string}` | 'complex64' | 'string'>;

/** One array: little-endian elements in row-major order. */
export interface StoredArray {
  readonly shape: readonly number[];
  readonly dtype: StoredDType;
  readonly bytes: Uint8Array;
}

/** An array to write, often a view of the engine's memory. */
export interface ArrayToWrite extends Omit<StoredArray, 'bytes'> {
  readonly bytes: Part;
}

/** An array of an open file, whose elements are read on demand. */
export interface ArrayToRead extends Omit<StoredArray, 'bytes'> {
  /**
   * Reads the elements into the memory that `memory` returns. It is called again after each wait, since WebAssembly memory
   * moves when it grows.
   */
  readInto(memory: () => Uint8Array): Promise<void>;
}

/** An array that is in memory already. */
export const arrayInMemory = ({ shape, dtype, bytes }: StoredArray): ArrayToRead => ({
  shape,
  dtype,
  readInto: (memory) => Promise.resolve(memory().set(bytes)),
});

/** Reads an array into memory of its own. */
export async function readArray(array: ArrayToRead): Promise<StoredArray> {
  const { shape, dtype } = array;
  const bytes = new Uint8Array(elementCount(shape) * bytesPerElement(dtype));
  await array.readInto(() => bytes);
  return { shape, dtype, bytes };
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

/** The number of elements: 0 when any dimension is 0; Infinity when the product overflows. */
export const elementCount = (shape: readonly number[]): number =>
  shape.includes(0) ? 0 : shape.reduce((product, dim) => product * dim, 1);

/** The error for an array whose element type no weight can have. */
export const unusableType = (path: string, elements: string): ValueError =>
  new ValueError(
    `The dataset ${path} has elements that weights cannot have: ${elements}. Weights are booleans, integers or floating-point numbers of at most 8 bytes.`,
  );

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

/** The dtype of a NumPy type code such as `<f4`; undefined for types that no weight has. */
export function fromNumpy(code: string): StoredDType | undefined {
  const plain = code.replace(/^[<>|=]/, '');
  return Object.hasOwn(FROM_NUMPY, plain) ? FROM_NUMPY[plain] : undefined;
}
