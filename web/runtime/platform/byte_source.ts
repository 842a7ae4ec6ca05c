// Sources of bytes that can be read in parts, without loading a whole file into memory.

import type { FileBlob } from './platform_types.js';

/** A source of `size` bytes. Close it when done. */
export interface ByteSource {
  readonly size: number;
  /** The bytes from `start` up to `end`: a new buffer, or a view of bytes that are already in memory. */
  read(start: number, end: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Bytes in memory. */
export function sourceOfBytes(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.byteLength,
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

/** Reads all bytes. */
export const readAll = (source: ByteSource): Promise<Uint8Array> => source.read(0, source.size);
