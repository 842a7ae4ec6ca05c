// Numbers that cross the border without text (src/bindings/scratch_buffer_bindings.cpp): shapes through a few words of the
// core's memory, data where it lies.

import { core } from './core.js';
import type { TypedArray, TypedArrayConstructor } from '../tensors/data.js';
import { perEngine } from './engine.js';
import { ValueError } from '../errors/errors.js';
import type { RawTensor } from './raw.js';
import type { DType } from '../serialization/config.js';

const dtypeWord = 0;
const rankWord = 1;
const addressWord = 2;
const bytesWord = 3;
const dimsFrom = 4;

// As NumPy; the scratchBuffer has room for them.
const maxRank = 64;

interface Mailbox {
  words: Float64Array;
  readonly dtypes: readonly DType[];
}

const current = perEngine<Mailbox>(() => ({
  words: core().scratchBuffer(),
  dtypes: JSON.parse(core().scratchBufferDTypes()) as DType[],
}));

function scratchBuffer(): Float64Array {
  const box = current();
  // Memory that grew is another buffer; the view of the old one has no length.
  if (box.words.length === 0) box.words = core().scratchBuffer();
  return box.words;
}

/** Describes a tensor to the core. ValueError for a shape that no tensor can have. */
export function writeSpec(shape: readonly number[], dtype: DType): void {
  if (shape.length > maxRank)
    throw new ValueError(
      `maximum supported dimension for an ndarray is currently ${maxRank}, found ${shape.length}`,
    );
  const to = scratchBuffer();
  to[dtypeWord] = current().dtypes.indexOf(dtype);
  to[rankWord] = shape.length;
  for (let i = 0; i < shape.length; ++i) {
    const dim = shape[i]!;
    if (!Number.isSafeInteger(dim) || dim < 0)
      throw new ValueError(
        `Cannot convert '(${shape.join(', ')})' to a shape. Found invalid dimension '${String(dim)}'.`,
      );
    to[dimsFrom + i] = dim;
  }
}

/** The tensor that the core described. */
export function readSpec(): { shape: number[]; dtype: DType } {
  const from = scratchBuffer();
  const rank = from[rankWord]!;
  const shape: number[] = [];
  for (let i = 0; i < rank; ++i) shape.push(from[dimsFrom + i]!);
  return { shape, dtype: current().dtypes[from[dtypeWord]!]! };
}

/** A copy of the elements of the tensor that the core described. */
export function describedBytes(): Uint8Array {
  const from = scratchBuffer();
  return memory(from[addressWord]!, Uint8Array, from[bytesWord]!).slice() as Uint8Array;
}

/** The memory of the tensor that was described last; good until the next call into the core, which may move it. */
export function describedMemory(constructor: TypedArrayConstructor, length: number): TypedArray {
  return memory(scratchBuffer()[addressWord]!, constructor, length);
}

/** The memory of a tensor of `length` elements; good until the next call into the core. */
export function memoryOf(
  raw: RawTensor,
  constructor: TypedArrayConstructor,
  length: number,
): TypedArray {
  return memory(core().tensorAddress(raw), constructor, length);
}

function memory(address: number, constructor: TypedArrayConstructor, length: number): TypedArray {
  let { buffer } = scratchBuffer();
  // Shared memory that grew leaves the old buffer as it is, which ends earlier.
  if (address + length * constructor.BYTES_PER_ELEMENT > buffer.byteLength)
    ({ buffer } = current().words = core().scratchBuffer());
  return new constructor(buffer, address, length);
}
