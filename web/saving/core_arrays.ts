// Arrays of files to and from tensors of the core.
import { core } from '../boundary/core.js';
import type { RawTensor } from '../boundary/raw.js';
import { writeSpec } from '../boundary/scratch_buffer.js';
import { ValueError } from '../errors/errors.js';
import { wrapTensor, type Tensor } from '../tensors/tensor.js';
import type { ArrayValue } from './named_arrays.js';
import {
  bytesPerElement,
  elementCount,
  type ArrayToRead,
  type ArrayToWrite,
  type StoredArray,
} from './stored_array.js';

/** A core tensor with a copy of the array. The caller deletes it. */
export function toCore(array: ArrayValue): RawTensor {
  const raw = allocate(array, array.bytes.length);
  core().tensorView(raw).set(array.bytes);
  return raw;
}

/** A tensor with the elements of an array, read into the core's memory. The caller disposes it. */
export async function readTensor(array: ArrayToRead): Promise<Tensor> {
  const { shape, dtype } = array;
  const raw = allocate(array, elementCount(shape) * bytesPerElement(dtype));
  try {
    await array.readInto(() => core().tensorView(raw));
    return wrapTensor(raw, { shape: [...shape], dtype });
  } catch (error) {
    raw.delete();
    throw error;
  }
}

function allocate({ shape, dtype }: Omit<ArrayValue, 'bytes'>, size: number): RawTensor {
  writeSpec(shape, dtype);
  const raw = core().tensorAllocate();
  const { length } = core().tensorView(raw);
  if (length === size) return raw;
  raw.delete();
  throw new ValueError(
    `An array of shape (${shape.join(', ')}) and dtype ${dtype} has ${length} bytes. The file has ${size}.`,
  );
}

/** A copy of the content of a core tensor. */
export function fromCore(raw: RawTensor): StoredArray {
  const { shape, dtype } = JSON.parse(core().tensorInfo(raw)) as Omit<StoredArray, 'bytes'>;
  return { shape, dtype, bytes: core().tensorView(raw).slice() };
}

/** The content of a core tensor, to be copied when it is written. The tensor must not be deleted before. */
export function inCore(raw: RawTensor): ArrayToWrite {
  const { shape, dtype } = JSON.parse(core().tensorInfo(raw)) as Omit<StoredArray, 'bytes'>;
  const length = elementCount(shape) * bytesPerElement(dtype);
  return { shape, dtype, bytes: { length, view: () => core().tensorView(raw) } };
}

/** The array as float32, which has all values of float16, bfloat16 and float8. */
export function asFloat32({ shape, dtype, bytes }: ArrayValue): StoredArray {
  const given = toCore({ shape, dtype, bytes });
  try {
    const cast = core().tensorCast(given, 'float32');
    try {
      return fromCore(cast);
    } finally {
      cast.delete();
    }
  } finally {
    given.delete();
  }
}
