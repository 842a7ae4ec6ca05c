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

/** The block of the strings. KerasTypeError for other values. */
export function packStrings(leaves: ArrayLike<unknown>): Uint8Array {
  const strings = Array.from(leaves, (leaf) => {
    if (typeof leaf === 'string') return leaf;
    throw new KerasTypeError(`A tensor of strings cannot hold ${String(leaf)}.`);
  });
  const start = 4 * (strings.length + 1);
  const all = strings.join('');
  const isAscii = encodedIsAscii(all);
  const bytes = new Uint8Array(start + (isAscii ? 1 : mostBytes) * all.length);
  const offsets = new Uint32Array(bytes.buffer, 0, strings.length + 1);
  let at = (offsets[0] = start);
  if (isAscii) encoder.encodeInto(all, bytes.subarray(start));
  strings.forEach((text, i) => {
    // One by one: halves of a pair at the ends of two strings must not become one character.
    at += isAscii ? text.length : encoder.encodeInto(text, bytes.subarray(at)).written;
    offsets[i + 1] = at;
  });
  return bytes.subarray(0, at);
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

function encodedIsAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

/** A tensor of the core with the strings of a block. It is copied from a tensor, whose allocation may fail with an error. */
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
