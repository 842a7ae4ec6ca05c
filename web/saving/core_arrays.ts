// Arrays of files to and from tensors of the core.
import { core } from '../boundary/core.js';
import type { RawTensor } from '../boundary/raw.js';
import { writeSpec } from '../boundary/scratch_buffer.js';
import { ValueError } from '../errors/errors.js';
import type { ArrayValue } from './named_arrays.js';
import type { StoredArray } from './stored_array.js';

/** A core tensor with a copy of the array. The caller deletes it. */
export function toCore(array: ArrayValue): RawTensor {
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

/** A copy of the content of a core tensor. */
export function fromCore(raw: RawTensor): StoredArray {
  const { shape, dtype } = JSON.parse(core().tensorInfo(raw)) as Omit<StoredArray, 'bytes'>;
  return { shape, dtype, bytes: core().tensorView(raw).slice() };
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
