// NumPy's .npy files (numpy/lib/format.py).
import type { DType, Tensor, TypedArray } from '../../index.js';
import { CommandError } from '../failure.js';
import { sizeOf, type DataArray } from './data_array.js';

const MAGIC = '\x93NUMPY';
const MOST_DIMENSIONS = 64;

interface Kind {
  readonly dtype: DType;
  readonly size: number;
  readonly values: (bytes: Uint8Array) => TypedArray;
}

const kind = (
  dtype: DType,
  Typed: (new (buffer: ArrayBuffer) => TypedArray) & { readonly BYTES_PER_ELEMENT: number },
): Kind => ({
  dtype,
  size: Typed.BYTES_PER_ELEMENT,
  values: (bytes) => new Typed(bytes.slice().buffer),
});

const KINDS: Readonly<Record<string, Kind>> = {
  f2: {
    dtype: 'float16',
    size: 2,
    values: (bytes) => fromHalf(new Uint16Array(bytes.slice().buffer)),
  },
  f4: kind('float32', Float32Array),
  f8: kind('float64', Float64Array),
  b1: kind('bool', Uint8Array),
  u1: kind('uint8', Uint8Array),
  u2: kind('uint16', Uint16Array),
  u4: kind('uint32', Uint32Array),
  u8: kind('uint64', BigUint64Array),
  i1: kind('int8', Int8Array),
  i2: kind('int16', Int16Array),
  i4: kind('int32', Int32Array),
  i8: kind('int64', BigInt64Array),
};

interface Header {
  readonly descr: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly start: number;
}

/** Reads a file. CommandError for other files, and for objects, records and times. */
export function readNpy(bytes: Uint8Array): DataArray {
  const { descr, isFortran, shape, start } = readHeader(bytes);
  const count = sizeOf(shape);
  const content = bytes.subarray(start);
  const text = /^([<>=|])U(\d+)$/.exec(descr);
  if (text) return readText(content, shape, Number(text[2]), text[1] === '>', isFortran);
  const found = KINDS[descr.slice(1)];
  if (!/^[<>=|]/.test(descr) || !found)
    throw new CommandError(`It has elements of type ${descr}, which are not numbers or strings.`);
  checkSize(content, count * found.size);
  let elements = content.slice(0, count * found.size);
  if (descr.startsWith('>')) elements = swapped(elements, found.size);
  if (isFortran) elements = toRowMajor(elements, shape, found.size);
  return { shape, dtype: found.dtype, values: found.values(elements) };
}

function checkSize(content: Uint8Array, needed: number): void {
  if (!(needed <= content.length))
    throw new CommandError(`It is cut short: ${content.length} bytes of ${needed}.`);
}

function readHeader(bytes: Uint8Array): Header {
  const head = String.fromCharCode(...bytes.subarray(0, 6));
  const version = bytes[6];
  if (head !== MAGIC || version === undefined || version < 1 || version > 3 || bytes.length < 12)
    throw new CommandError('It is not an .npy file.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [at, size] = version === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const text = new TextDecoder().decode(bytes.subarray(at, at + size));
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const dims = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (at + size > bytes.length || descr === undefined || order === undefined || dims === undefined)
    throw new CommandError('Its header is damaged, or it has elements of several fields.');
  const shape = dims
    .split(',')
    .map((dim) => dim.trim())
    .filter(Boolean)
    .map(Number);
  if (shape.length > MOST_DIMENSIONS || !shape.every(Number.isSafeInteger))
    throw new CommandError('Its shape is damaged.');
  return { descr, isFortran: order === 'True', shape, start: at + size };
}

// Fixed numbers of UTF-32 characters, padded with zeros.
function readText(
  content: Uint8Array,
  shape: readonly number[],
  width: number,
  isBigEndian: boolean,
  isFortran: boolean,
): DataArray {
  const count = sizeOf(shape);
  checkSize(content, 4 * width * count);
  const elements = isFortran ? toRowMajor(content, shape, 4 * width) : content;
  const view = new DataView(elements.buffer, elements.byteOffset, elements.byteLength);
  const values = Array.from({ length: count }, (_, i) => {
    const codes = Array.from({ length: width }, (_, j) =>
      view.getUint32(4 * (i * width + j), !isBigEndian),
    );
    if (codes.some((code) => code > 0x10ffff)) throw new CommandError('It has damaged strings.');
    return String.fromCodePoint(...codes).replace(/\0+$/, '');
  });
  return { shape, dtype: 'string', values };
}

function swapped(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const out = bytes.slice();
  for (let at = 0; at < out.length; at += size) out.subarray(at, at + size).reverse();
  return out;
}

/** Elements of which the first axis varies fastest, in row-major order. */
function toRowMajor(
  bytes: Uint8Array,
  shape: readonly number[],
  size: number,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(sizeOf(shape) * size);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  for (let at = 0; at < out.length; at += size) {
    const from = index.reduce((sum, i, axis) => sum + i * strides[axis]!, 0) * size;
    out.set(bytes.subarray(from, from + size), at);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; --axis)
      index[axis] = 0;
  }
  return out;
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

const HEADER_MULTIPLE = 64;

/** The bytes of a file. bfloat16, which NumPy lacks, is written as float32. CommandError for strings. */
export function writeNpy(tensor: Tensor): Uint8Array {
  const { dtype } = tensor;
  const known = Object.entries(KINDS).find(([, each]) => each.dtype === dtype);
  if (dtype === 'string')
    throw new CommandError('An .npy file cannot hold these strings: use .json');
  const [code, bytes] = known
    ? [known[0], tensor.bytes()]
    : ['f4', new Uint8Array(tensor.data().buffer)];
  const isByte = code.endsWith('1');
  const dims = `(${tensor.shape.join(', ')}${tensor.rank === 1 ? ',' : ''})`;
  const text = `{'descr': '${isByte ? '|' : '<'}${code}', 'fortran_order': False, 'shape': ${dims}, }`;
  const PREFIX = 10;
  const padded = Math.ceil((PREFIX + text.length + 1) / HEADER_MULTIPLE) * HEADER_MULTIPLE;
  const header = `${text.padEnd(padded - PREFIX - 1)}\n`;
  const file = new Uint8Array(padded + bytes.length);
  file.set(Uint8Array.from(MAGIC, (character) => character.charCodeAt(0)));
  file.set([1, 0, header.length & 255, header.length >> 8], 6);
  file.set(new TextEncoder().encode(header), PREFIX);
  file.set(bytes, padded);
  return file;
}
