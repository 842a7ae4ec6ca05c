// The fast path of small predictions: shapes cross through a few numbers in the core's memory, data through its address,
// without any JSON (src/bindings/scratch_buffer_bindings.cpp).

import { core } from './core.js';
import type { TypedArray, TypedArrayConstructor } from '../tensors/data.js';
import { perEngine } from './engine.js';
import { parseJson } from './json.js';
import { ValueError } from '../errors/errors.js';
import type { RawTensor } from './raw.js';
import type { DType } from '../base/config.js';

const dtypeIndex = 0;
const rankIndex = 1;
const addressIndex = 2;
const bytesIndex = 3;
const firstDim = 4;

// As in NumPy; the scratch buffer has room for more.
const maxRank = 64;

interface ScratchBuffer {
  view: Float64Array;
  readonly dtypes: readonly DType[];
}

const current = perEngine<ScratchBuffer>(() => ({
  view: core().scratchBuffer(),
  dtypes: parseJson<DType[]>(core().scratchBufferDTypes()),
}));

function scratchBuffer(): Float64Array {
  const buffer = current();
  // When memory grows the old view is detached: its length is 0.
  if (buffer.view.length === 0) buffer.view = core().scratchBuffer();
  return buffer.view;
}

/** Writes the shape and dtype of a tensor for the core. ValueError for an impossible shape. */
export function writeSpec(shape: readonly number[], dtype: DType): void {
  if (shape.length > maxRank)
    throw new ValueError(
      `maximum supported dimension for an ndarray is currently ${maxRank}, found ${shape.length}`,
    );
  const to = scratchBuffer();
  to[dtypeIndex] = current().dtypes.indexOf(dtype);
  to[rankIndex] = shape.length;
  for (let i = 0; i < shape.length; ++i) {
    const dim = shape[i]!;
    if (!Number.isSafeInteger(dim) || dim < 0)
      throw new ValueError(
        `Cannot convert '(${shape.join(', ')})' to a shape. Found invalid dimension '${String(dim)}'.`,
      );
    to[firstDim + i] = dim;
  }
}

/** The shape and dtype that the core wrote. */
export function readSpec(): { shape: number[]; dtype: DType } {
  const from = scratchBuffer();
  const rank = from[rankIndex]!;
  const shape: number[] = [];
  for (let i = 0; i < rank; ++i) shape.push(from[firstDim + i]!);
  return { shape, dtype: current().dtypes[from[dtypeIndex]!]! };
}

/** A copy of the elements of the tensor that the core wrote about. */
export function describedBytes(): Uint8Array {
  const from = scratchBuffer();
  return memory(from[addressIndex]!, Uint8Array, from[bytesIndex]!).slice() as Uint8Array;
}

/** The size in bytes of the tensor that the core wrote about. */
export const describedSize = (): number => scratchBuffer()[bytesIndex]!;

/** A view of the elements of the tensor that was written about last; valid until the next call into the core. */
export function describedMemory(constructor: TypedArrayConstructor, length: number): TypedArray {
  return memory(scratchBuffer()[addressIndex]!, constructor, length);
}

/** A view of the elements of a tensor of `length` elements; valid until the next call into the core. */
export function memoryOf(
  raw: RawTensor,
  constructor: TypedArrayConstructor,
  length: number,
): TypedArray {
  return memory(core().tensorAddress(raw), constructor, length);
}

function memory(address: number, constructor: TypedArrayConstructor, length: number): TypedArray {
  let { buffer } = scratchBuffer();
  // When shared memory grows the old buffer stays valid, but ends before the new memory.
  if (address + length * constructor.BYTES_PER_ELEMENT > buffer.byteLength)
    ({ buffer } = current().view = core().scratchBuffer());
  return new constructor(buffer, address, length);
}
