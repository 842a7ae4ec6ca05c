// Arrays of files to and from tensors of the core.
import { core } from '../boundary/core.js';
import type { RawTensor } from '../boundary/raw.js';
import { writeSpec } from '../boundary/scratch_buffer.js';
import { ValueError } from '../errors/errors.js';
import type { StoredArray, StoredDType } from './stored_array.js';

/** A core tensor with a copy of the array. The caller deletes it. */
export function toCore(array: StoredArray): RawTensor {
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
  const { shape, dtype } = JSON.parse(core().tensorInfo(raw)) as {
    shape: number[];
    dtype: StoredDType;
  };
  return { shape, dtype, bytes: core().tensorView(raw).slice() };
}
