// NumPy's .npy files as data: numbers, and strings, which weights do not have.
import type { DType, Tensor, TypedArray } from '../../index.js';
import {
  infoOf,
  isNumpyDType,
  readNpy as readStored,
  readNpyHeader,
  writeNpy as writeStored,
  type NpyHeader,
} from '../../saving/npy/npy.js';
import { inRowMajorOrder } from '../../saving/npy/reorder.js';
import type { StoredDType } from '../../saving/stored_array.js';
import { CommandError } from '../failure.js';
import { sizeOf, type DataArray } from './data_array.js';

const valuesAs =
  (Typed: new (buffer: ArrayBuffer) => TypedArray) =>
  (bytes: Uint8Array): TypedArray =>
    new Typed(bytes.slice().buffer);

const VALUES: Partial<Record<DType, (bytes: Uint8Array) => TypedArray>> = {
  float16: (bytes) => fromHalf(new Uint16Array(bytes.slice().buffer)),
  float32: valuesAs(Float32Array),
  float64: valuesAs(Float64Array),
  bool: valuesAs(Uint8Array),
  uint8: valuesAs(Uint8Array),
  uint16: valuesAs(Uint16Array),
  uint32: valuesAs(Uint32Array),
  uint64: valuesAs(BigUint64Array),
  int8: valuesAs(Int8Array),
  int16: valuesAs(Int16Array),
  int32: valuesAs(Int32Array),
  int64: valuesAs(BigInt64Array),
};

/** Reads a file. `path` is its name in messages. An error for other files, and for objects, records and times. */
export function readNpy(bytes: Uint8Array, path: string): DataArray {
  const header = readNpyHeader(bytes, path);
  const text = /^([<>=|])U(\d+)$/.exec(header.descr);
  if (text) return readText(bytes, header, Number(text[2]), text[1] === '>');
  if (!VALUES[infoOf(header).dtype as DType])
    throw new CommandError(
      `It has elements of type ${header.descr}, which are not numbers or strings.`,
    );
  const stored = readStored(bytes, path);
  return { shape: stored.shape, dtype: stored.dtype, values: VALUES[stored.dtype]!(stored.bytes) };
}

// Fixed numbers of UTF-32 characters, padded with zeros.
function readText(
  bytes: Uint8Array,
  { shape, isFortranOrder, start }: NpyHeader,
  width: number,
  isBigEndian: boolean,
): DataArray {
  const count = sizeOf(shape);
  const size = 4 * width;
  const content = bytes.subarray(start, start + size * count);
  if (content.length !== size * count)
    throw new CommandError(`It is cut short: ${content.length} bytes of ${size * count}.`);
  const elements = isFortranOrder ? inRowMajorOrder(content, shape, size) : content;
  const view = new DataView(elements.buffer, elements.byteOffset, elements.byteLength);
  const values = Array.from({ length: count }, (_, i) => {
    const codes = Array.from({ length: width }, (_, j) =>
      view.getUint32(i * size + 4 * j, !isBigEndian),
    );
    if (codes.some((code) => code > 0x10ffff)) throw new CommandError('It has damaged strings.');
    return String.fromCodePoint(...codes).replace(/\0+$/, '');
  });
  return { shape, dtype: 'string', values };
}

/** The values of float16 numbers, given as their bits. */
function fromHalf(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/** The bytes of a file. bfloat16, which NumPy lacks, is written as float32. CommandError for strings. */
export function writeNpy(tensor: Tensor): Uint8Array {
  const { dtype } = tensor;
  const shape = tensor.shape as readonly number[]; // a tensor with data knows its sizes
  if (dtype === 'string')
    throw new CommandError('An .npy file cannot hold these strings: use .json');
  if (isNumpyDType(dtype as StoredDType))
    return writeStored({ shape, dtype: dtype as StoredDType, bytes: tensor.bytes() });
  return writeStored({ shape, dtype: 'float32', bytes: new Uint8Array(tensor.data().buffer) });
}
