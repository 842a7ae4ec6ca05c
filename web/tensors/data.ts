// Plain JavaScript data and the bytes of tensors: nested arrays, typed arrays, dtypes.

import { ValueError, KerasTypeError } from '../errors/errors.js';
import type { DType, Shape } from '../base/config.js';

/** A typed array of numbers. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** A number, boolean or string, or nested arrays of them. */
export type NestedArray = number | boolean | string | bigint | readonly NestedArray[];

/** Data for a tensor. */
export type TensorData = NestedArray | TypedArray | readonly TypedArray[];

/** The class of a typed array. */
export type TypedArrayConstructor = {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
  readonly BYTES_PER_ELEMENT: number;
  readonly name: string;
};

// The typed arrays that hold the elements of a dtype. Half floats and float8 lack one in some engines.
const arrays: Partial<Record<DType, TypedArrayConstructor>> = {
  bool: Uint8Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** The typed array of a dtype; undefined for dtypes that are converted to float32. */
export function arrayOf(dtype: DType): TypedArrayConstructor | undefined {
  return arrays[dtype];
}

/** The dtype of a typed array. */
export function dtypeOf(array: TypedArray): DType {
  const name = array[Symbol.toStringTag]; // works for arrays of another realm too
  if (name === 'Uint8ClampedArray') return 'uint8';
  for (const [dtype, constructor] of Object.entries(arrays)) {
    if (dtype !== 'bool' && constructor.name === name) return dtype as DType;
  }
  throw new KerasTypeError(`Unsupported typed array: ${array.constructor.name}`);
}

/** Whether the elements are bigints, for arrays of any realm. */
export const isBigArray = (value: unknown): value is BigInt64Array | BigUint64Array =>
  isTypedArray(value) && value[Symbol.toStringTag].startsWith('Big');

export function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && 'length' in value; // a DataView has no length
}

/** Number of elements of a fully known shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce<number>((product, dim) => product * (dim ?? 0), 1);
}

/** Nested data as one list of leaves, and its shape. Throws ValueError when it is ragged. */
export function flatten(data: TensorData): { shape: number[]; leaves: ArrayLike<unknown> } {
  if (isTypedArray(data)) return { shape: [data.length], leaves: data };
  if (!Array.isArray(data)) return { shape: [], leaves: [data] };
  const shape = shapeOf(data);
  const leaves: unknown[] = [];
  collect(data, shape, 0, leaves);
  return { shape, leaves };
}

function shapeOf(data: unknown): number[] {
  const shape: number[] = [];
  let item = data;
  while (Array.isArray(item)) {
    shape.push(item.length);
    item = item[0];
  }
  if (isTypedArray(item)) shape.push(item.length);
  return shape;
}

function collect(data: unknown, shape: readonly number[], axis: number, leaves: unknown[]): void {
  if (axis === shape.length) {
    if (typeof data === 'object' || data === undefined) ragged(shape);
    leaves.push(data);
    return;
  }
  if (!(Array.isArray(data) || isTypedArray(data)) || data.length !== shape[axis]) ragged(shape);
  for (const item of data as ArrayLike<unknown> & Iterable<unknown>)
    collect(item, shape, axis + 1, leaves);
}

function ragged(shape: readonly number[]): never {
  throw new ValueError(
    'setting an array element with a sequence. The requested array has an inhomogeneous shape; ' +
      `its first elements have the shape (${shape.join(', ')}).`,
  );
}

/** The default dtype of data: numbers are float32, whatever their values. */
export function guessDType(leaves: ArrayLike<unknown>): DType {
  if (isTypedArray(leaves)) return dtypeOf(leaves);
  switch (typeof leaves[0]) {
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'bigint':
      return 'int64';
    default:
      return 'float32';
  }
}

/** Writes flat data into the memory of a tensor with that dtype. */
export function fill(target: TypedArray, leaves: ArrayLike<unknown>, dtype: DType): void {
  const isBig = isBigArray(target);
  if (isTypedArray(leaves) && dtype !== 'bool') {
    const isBigSource = isBigArray(leaves);
    if (isBig === isBigSource) {
      target.set(leaves as never);
      return;
    }
  }
  for (let i = 0; i < leaves.length; ++i) target[i] = element(leaves[i], isBig, dtype);
}

function element(value: unknown, isBig: boolean, dtype: DType): number | bigint {
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean')
    throw new KerasTypeError(
      `A tensor of dtype ${dtype} holds numbers. Received: ${describe(value)}`,
    );
  if (dtype === 'bool') return value ? 1 : 0;
  return isBig ? BigInt(typeof value === 'number' ? Math.trunc(value) : value) : Number(value);
}

/** Flat values as nested arrays of a shape; a bare value for a scalar. */
export function nest<T>(values: ArrayLike<T>, shape: readonly number[]): T | unknown[] {
  let at = 0;
  const build = (axis: number): T | unknown[] => {
    if (axis === shape.length) return values[at++] as T;
    const items: unknown[] = [];
    for (let i = 0; i < shape[axis]!; ++i) items.push(build(axis + 1));
    return items;
  };
  return build(0);
}

/** A value as error messages show it. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value !== 'object' || value === null) return String(value);
  const name = (value.constructor as { name?: string } | undefined)?.name;
  return name === undefined || name === 'Object' ? 'an object' : `an instance of ${name}`;
}
