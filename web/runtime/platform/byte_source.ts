// Sources of bytes that can be read in parts, without loading a whole file into memory.

import type { FileBlob } from './platform_types.js';

/** A source of `size` bytes. Close it when done. */
export interface ByteSource {
  readonly size: number;
  /** All bytes, when they are in memory. */
  readonly bytes?: Uint8Array;
  /** The bytes from `start` up to `end`: a new buffer, or a view of bytes that are already in memory. */
  read(start: number, end: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Bytes in memory. */
export function sourceOfBytes(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.byteLength,
    bytes,
    read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
    close: () => Promise.resolve(),
  };
}

/** A Blob, or a File that a user picked. */
export function sourceOfBlob(blob: FileBlob): ByteSource {
  return {
    size: blob.size,
    read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
    close: () => Promise.resolve(),
  };
}

/** `size` bytes of a source from `start` on. Closing the part leaves the source open. */
export function partOf(source: ByteSource, start: number, size: number): ByteSource {
  if (source.bytes) return sourceOfBytes(source.bytes.subarray(start, start + size));
  return {
    size,
    read: (from, to) => source.read(start + from, start + Math.min(to, size)),
    close: () => Promise.resolve(),
  };
}

/** Bytes read at once where a whole file would take too much memory. */
const BLOCK_BYTES = 2 ** 22;

/** The bytes from `start` up to `end` in blocks. They end early when the file was cut short meanwhile. */
export async function* blocksOf(
  source: ByteSource,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = start; at < end;) {
    const block = await source.read(at, Math.min(end, at + BLOCK_BYTES));
    if (block.length === 0) return;
    yield block;
    at += block.length;
  }
}

/** Reads all bytes. */
export const readAll = (source: ByteSource): Promise<Uint8Array> => source.read(0, source.size);
