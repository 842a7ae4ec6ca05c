// `.npy` data: one array with a header that describes it (numpy/lib/format.py).
import { ValueError } from '../../errors/errors.js';
import type { ArrayInfo, ArrayValue } from '../named_arrays.js';
import {
  bytesPerElement,
  elementCount,
  fromNumpy,
  unusableType,
  type StoredArray,
  type StoredDType,
} from '../stored_array.js';
import { parseLiteral } from './python_literal.js';
import { inRowMajorOrder, swapBytes } from './reorder.js';

export const NPY_MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
/** Magic bytes, version, and a length of two bytes or, from version 2 on, of four. */
const PREFIX_BYTES = 8;
/** As in NumPy; longer headers take long to parse. */
const MAX_HEADER_BYTES = 10_000;
/** As in NumPy. */
const MAX_RANK = 64;

/** An array as its header describes it. */
export interface NpyHeader {
  /** NumPy's code of the dtype, such as `<f4`. */
  readonly descr: string;
  readonly isFortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly start: number;
}

const damaged = (path: string, reason: string): ValueError =>
  new ValueError(`The array ${path} cannot be read: ${reason}.`);

/** Reads the header. `path` is what messages call the array. */
export function readNpyHeader(bytes: Uint8Array, path: string): NpyHeader {
  if (!NPY_MAGIC.every((byte, i) => bytes[i] === byte))
    throw damaged(path, 'it does not begin with the magic bytes of NumPy');
  const version = bytes[6]!;
  if (bytes.length < PREFIX_BYTES) throw damaged(path, 'it is cut short');
  if (version < 1 || version > 3)
    throw damaged(path, `its format has the unknown version ${version}`);
  const lengthBytes = version === 1 ? 2 : 4;
  const start = PREFIX_BYTES + lengthBytes;
  if (bytes.length < start) throw damaged(path, 'it is cut short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES) throw damaged(path, `its header has ${length} bytes`);
  if (start + length > bytes.length) throw damaged(path, 'it is cut short');
  const encoding = version === 3 ? 'utf-8' : 'latin1';
  const text = new TextDecoder(encoding).decode(bytes.subarray(start, start + length));
  return { ...describedBy(text, path), start: start + length };
}

function describedBy(text: string, path: string): Omit<NpyHeader, 'start'> {
  const fields = parseLiteral(text);
  if (!(fields instanceof Map)) throw damaged(path, 'its header is not a dict');
  if (fields.size !== 3)
    throw damaged(path, `its header has the keys ${[...fields.keys()].join(', ')}`);
  const descr = fields.get('descr');
  const isFortranOrder = fields.get('fortran_order');
  const shape = fields.get('shape');
  if (Array.isArray(descr)) throw unusableType(path, 'records of several fields');
  const isShape =
    Array.isArray(shape) &&
    shape.length <= MAX_RANK &&
    shape.every((dim) => Number.isSafeInteger(dim) && (dim as number) >= 0);
  if (typeof descr !== 'string' || typeof isFortranOrder !== 'boolean' || !isShape)
    throw damaged(path, `its header is not one of NumPy: ${text.trim().slice(0, 100)}`);
  return { descr, isFortranOrder, shape: shape as number[] };
}

/** Shape and dtype of the array; the dtype is NumPy's code for types that weights cannot have. */
export const infoOf = ({ descr, shape }: NpyHeader): ArrayInfo => ({
  shape,
  dtype: dtypeOf(descr) ?? descr,
});

// NumPy stores the bfloat16 of ml_dtypes as two bytes of no type.
function dtypeOf(descr: string): StoredDType | undefined {
  if (/^[<|]V2$/.test(descr)) return 'bfloat16';
  if (/^[<>|=]?b1$/.test(descr)) return 'bool';
  return fromNumpy(descr);
}

const KINDS: Record<string, string> = {
  O: 'objects of Python (pickle)',
  c: 'complex numbers',
  U: 'strings',
  S: 'strings of bytes',
  M: 'times',
  m: 'times',
};

/** The array. Throws ValueError for types that weights cannot have, and for bytes that do not fit the shape. */
export function readNpy(bytes: Uint8Array, path: string): StoredArray {
  const { descr, isFortranOrder, shape, start } = readNpyHeader(bytes, path);
  const dtype = dtypeOf(descr);
  if (dtype === undefined)
    throw unusableType(path, KINDS[descr.replace(/^[<>|=]/, '')[0] ?? ''] ?? `NumPy's '${descr}'`);
  const size = bytesPerElement(dtype);
  const expected = elementCount(shape) * size;
  const stored = bytes.subarray(start, start + expected); // as NumPy, which ignores what follows
  if (stored.length !== expected)
    throw damaged(path, `its shape takes ${expected} bytes, and ${stored.length} are there`);
  const ordered = isFortranOrder ? inRowMajorOrder(stored, shape, size) : stored;
  return { shape, dtype, bytes: descr.startsWith('>') ? swapBytes(ordered, size) : ordered };
}

const CODES: Partial<Record<ArrayValue['dtype'], string>> = {
  bool: '|b1',
  uint8: '|u1',
  uint16: '<u2',
  uint32: '<u4',
  uint64: '<u8',
  int8: '|i1',
  int16: '<i2',
  int32: '<i4',
  int64: '<i8',
  float16: '<f2',
  float32: '<f4',
  float64: '<f8',
};

/** Whether NumPy has the dtype. */
export const isNumpyDType = (dtype: ArrayValue['dtype']): boolean => dtype in CODES;

/** Elements begin at a multiple of this. */
const ALIGNMENT = 64;
/** NumPy leaves room for the first dimension to grow to this many digits. */
const DIGITS_TO_GROW = 21;

/** The bytes that `numpy.save` writes for an array of a dtype that NumPy has. */
export function writeNpy({ shape, dtype, bytes }: ArrayValue): Uint8Array {
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const dict = `{'descr': '${CODES[dtype]!}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const room = shape.length > 0 ? DIGITS_TO_GROW - String(shape[0]).length : 0;
  const start = PREFIX_BYTES + 2;
  const minimum = start + dict.length + room + 1;
  const length = ALIGNMENT * Math.ceil(minimum / ALIGNMENT) - start;
  const file = new Uint8Array(start + length + bytes.length);
  file.set(NPY_MAGIC);
  file[6] = 1;
  new DataView(file.buffer).setUint16(PREFIX_BYTES, length, true);
  file.set(new TextEncoder().encode(`${dict.padEnd(length - 1)}\n`), start);
  file.set(bytes, start + length);
  return file;
}
