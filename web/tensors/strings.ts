// The elements of tensors of strings as one block, which crosses the boundary at once (src/tensor/strings.h): length + 1
// offsets of 32 bits, in bytes from the start of the block, then the UTF-8 bytes of all strings.

import { core } from '../boundary/core.js';
import type { RawTensor } from '../boundary/raw.js';
import { writeSpec } from '../boundary/scratch_buffer.js';
import { KerasTypeError } from '../errors/errors.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

// Of one UTF-16 unit.
const mostBytes = 3;

const mostUnitsHere = 64;

/** The block of the strings. KerasTypeError for other values. */
export function packStrings(leaves: ArrayLike<unknown>): Uint8Array {
  let units = 0;
  for (let i = 0; i < leaves.length; i++) units += stringAt(leaves, i).length;
  const start = 4 * (leaves.length + 1);
  const bytes = new Uint8Array(start + mostBytes * units);
  const offsets = new Uint32Array(bytes.buffer, 0, leaves.length + 1);
  let at = (offsets[0] = start);
  for (let i = 0; i < leaves.length; i++) {
    at = writeText(stringAt(leaves, i), bytes, at);
    offsets[i + 1] = at;
  }
  return bytes.subarray(0, at);
}

function stringAt(leaves: ArrayLike<unknown>, i: number): string {
  const leaf = leaves[i];
  if (typeof leaf === 'string') return leaf;
  throw new KerasTypeError(`A tensor of strings cannot hold ${String(leaf)}.`);
}

/** Writes the UTF-8 bytes of a text from `at` on; returns where they end. */
function writeText(text: string, bytes: Uint8Array, at: number): number {
  let i = 0;
  // A call of the encoder takes longer than these few characters.
  for (; i < text.length && i < mostUnitsHere; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) break;
    bytes[at + i] = unit;
  }
  if (i === text.length) return at + i;
  return at + i + encoder.encodeInto(text.slice(i), bytes.subarray(at + i)).written;
}

/** The strings of a block that is a buffer of its own, not shared memory, which cannot be decoded. */
export function unpackStrings(bytes: Uint8Array, length: number): string[] {
  const offsets = new Uint32Array(bytes.buffer, 0, length + 1);
  const all = decoder.decode(bytes.subarray(offsets[0]));
  const start = offsets[0]!;
  const isAscii = all.length === bytes.length - start;
  const textAt = (begin: number, end: number): string =>
    isAscii ? all.slice(begin - start, end - start) : decoder.decode(bytes.subarray(begin, end));
  return Array.from({ length }, (_, i) => textAt(offsets[i]!, offsets[i + 1]!));
}

/** The tensor of the core that holds the strings of a block. */
export function uploadStrings(block: Uint8Array, shape: readonly number[]): RawTensor {
  writeSpec([block.length], 'uint8');
  const bytes = core().tensorAllocate();
  try {
    core().tensorView(bytes).set(block);
    return core().tensorOfStrings(bytes, JSON.stringify(shape));
  } finally {
    bytes.delete();
  }
}
