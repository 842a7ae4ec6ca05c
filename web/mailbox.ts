// Numbers that cross the border without text (src/bindings/mailbox_bindings.cpp): shapes through a few words of the
// core's memory, data where it lies.

import { core } from './core.js';
import type { TypedArray, TypedArrayConstructor } from './data.js';
import { ValueError } from './errors.js';
import type { RawTensor } from './raw.js';
import type { DType } from './types/config.js';

const dtypeWord = 0;
const rankWord = 1;
const addressWord = 2;
const dimsFrom = 3;

// As NumPy; the mailbox has room for them.
const maxRank = 64;

let words: Float64Array | undefined;
let dtypes: readonly DType[] = [];

function mailbox(): Float64Array {
  if (words === undefined) dtypes = JSON.parse(core().mailboxDTypes()) as DType[];
  // Memory that grew is another buffer; the view of the old one has no length.
  if (words === undefined || words.length === 0) words = core().mailbox();
  return words;
}

/** Describes a tensor to the core. ValueError for a shape that no tensor can have. */
export function writeSpec(shape: readonly number[], dtype: DType): void {
  if (shape.length > maxRank)
    throw new ValueError(
      `maximum supported dimension for an ndarray is currently ${maxRank}, found ${shape.length}`,
    );
  const to = mailbox();
  to[dtypeWord] = dtypes.indexOf(dtype);
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
  const from = mailbox();
  const rank = from[rankWord]!;
  const shape: number[] = [];
  for (let i = 0; i < rank; ++i) shape.push(from[dimsFrom + i]!);
  return { shape, dtype: dtypes[from[dtypeWord]!]! };
}

/** The memory of the tensor that was described last; good until the next call into the core, which may move it. */
export function describedMemory(constructor: TypedArrayConstructor, length: number): TypedArray {
  return memory(mailbox()[addressWord]!, constructor, length);
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
  let { buffer } = mailbox();
  // Shared memory that grew leaves the old buffer as it is, which ends earlier.
  if (address + length * constructor.BYTES_PER_ELEMENT > buffer.byteLength)
    ({ buffer } = words = core().mailbox());
  return new constructor(buffer, address, length);
}
