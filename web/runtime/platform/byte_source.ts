// Sources of bytes that can be read in parts, without loading a whole file into memory.

import type { FileBlob, Signal } from './platform_types.js';

/** Blocks of bytes, each valid until the next one. They end early when the source was cut short meanwhile. */
export type Blocks = AsyncGenerator<Uint8Array, void, undefined>;

/** A source of `size` bytes. Close it when done. */
export interface ByteSource {
  readonly size: number;
  /** All bytes, when they are in memory. */
  readonly bytes?: Uint8Array;
  /** The bytes from `start` up to `end`: a new buffer, or a view of bytes that are already in memory. */
  read(start: number, end: number): Promise<Uint8Array>;
  /** The same in blocks that share a buffer; absent where `read` does as well. */
  blocks?(start: number, end: number): Blocks;
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

/** A Blob, or a File that a user picked. Its stream is not used: in workers of Chromium, reading it may never end. */
export function sourceOfBlob(blob: FileBlob): ByteSource {
  return {
    size: blob.size,
    read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
    async *blocks(start, end) {
      for (let at = start; at < end; at += BLOCK_BYTES) {
        const buffer = await blob.slice(at, Math.min(end, at + BLOCK_BYTES)).arrayBuffer();
        yield new Uint8Array(buffer);
        free(buffer);
      }
    },
    close: () => Promise.resolve(),
  };
}

let unreceived: MessagePort | undefined;

// Browsers collect the buffers of slices late, when they take as much memory as the file. A buffer that is transferred to a
// port whose other end is closed is freed at once.
function free(buffer: ArrayBuffer): void {
  if (typeof MessageChannel !== 'function') return;
  if (unreceived === undefined) {
    const { port1, port2 } = new MessageChannel();
    port2.close();
    unreceived = port1;
  }
  unreceived.postMessage(undefined, [buffer]);
}

/** `size` bytes of a source from `start` on. Closing the part leaves the source open. */
export function partOf(source: ByteSource, start: number, size: number): ByteSource {
  if (source.bytes) return sourceOfBytes(source.bytes.subarray(start, start + size));
  const until = (end: number): number => start + Math.min(end, size);
  return {
    size,
    read: (from, to) => source.read(start + from, until(to)),
    blocks: (from, to) => blocksOf(source, start + from, until(to)),
    close: () => Promise.resolve(),
  };
}

/** The source, which throws the reason of the signal that `options` have at that time once it is aborted. */
export function stoppable(
  source: ByteSource,
  options: { readonly signal?: Signal | undefined },
): ByteSource {
  return {
    ...source,
    async read(start, end) {
      options.signal?.throwIfAborted();
      return await source.read(start, end);
    },
    async *blocks(start, end) {
      for await (const block of blocksOf(source, start, end)) {
        options.signal?.throwIfAborted();
        yield block;
      }
    },
  };
}

/** Bytes of a block. */
export const BLOCK_BYTES = 2 ** 20;

/** The bytes from `start` up to `end` in blocks. */
export async function* blocksOf(source: ByteSource, start: number, end: number): Blocks {
  if (source.blocks && end - start > SMALL_BYTES) return yield* source.blocks(start, end);
  for (let at = start; at < end;) {
    const block = await source.read(at, Math.min(end, at + BLOCK_BYTES));
    if (block.length === 0) return;
    yield block;
    at += block.length;
  }
}

/** Bytes that are read at once. */
const SMALL_BYTES = 2 ** 14;

/** Reads all bytes. */
export const readAll = (source: ByteSource): Promise<Uint8Array> => source.read(0, source.size);

/** Files up to this size are read at once: for a hundred arrays, a read of each took longer than opening the model. */
const MOST_HELD_BYTES = 2 ** 25;

/** The source, in memory when it is small. */
export async function heldIfSmall(source: ByteSource): Promise<ByteSource> {
  if (source.bytes || source.size > MOST_HELD_BYTES) return source;
  try {
    return { ...sourceOfBytes(await readAll(source)), close: () => source.close() };
  } catch (error) {
    await source.close();
    throw error;
  }
}
