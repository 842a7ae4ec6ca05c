// Files in Node, Deno and Bun.

import { BLOCK_BYTES, readAll, type ByteSource } from './byte_source.js';
import { hasNode, importNode } from './node.js';

/** Whether files can be read from disk. */
export const hasFiles = hasNode;

const files = () => importNode('fs/promises');

/** Whether it is an address of the web, not a path. */
export const isOnTheNet = (path: string | URL): boolean =>
  /^(https?|blob|data):/i.test(String(path));

/** The bytes of a file; undefined for addresses of the web, and when there is no such file. */
export async function readFile(path: string | URL): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const file = await openFile(path);
  if (!file) return undefined;
  try {
    return (await readAll(file)) as Uint8Array<ArrayBuffer>;
  } finally {
    await file.close();
  }
}

/** Node reads at most 2^31 - 1 bytes per call. */
const MOST_AT_ONCE = 2 ** 30;

// Strings that are too long or contain zeros cannot be paths; they may be the content of a file.
const NO_FILE = ['ENOENT', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'];

/** Opens a file for reading in parts; undefined for addresses of the web, and when there is no such file. */
export async function openFile(path: string | URL): Promise<ByteSource | undefined> {
  if (!hasFiles() || isOnTheNet(path)) return undefined;
  const pathOrUrl = String(path).startsWith('file:') ? new URL(path) : path;
  try {
    const file = await (await files()).open(pathOrUrl);
    const stats = await file.stat();
    if (stats.isDirectory()) {
      await file.close();
      throw new Error(`${String(path)} is a folder, and a model is one file.`);
    }
    const { size } = stats;
    // Fills `bytes` unless the file was cut short meanwhile.
    const fill = async (bytes: Uint8Array, start: number): Promise<Uint8Array> => {
      let at = 0;
      while (at < bytes.length) {
        const length = Math.min(bytes.length - at, MOST_AT_ONCE);
        const { bytesRead } = await file.read(bytes, at, length, start + at);
        if (bytesRead === 0) return bytes.subarray(0, at);
        at += bytesRead;
      }
      return bytes;
    };
    let spare: Uint8Array | undefined; // of blocks read before
    return {
      size,
      read: (start, end) => fill(new Uint8Array(end - start), start),
      async *blocks(start, end) {
        const buffer = spare ?? new Uint8Array(BLOCK_BYTES);
        spare = undefined;
        try {
          for (let at = start; at < end;) {
            const block = await fill(buffer.subarray(0, end - at), at);
            if (block.length === 0) return;
            yield block;
            at += block.length;
          }
        } finally {
          spare = buffer;
        }
      },
      close: () => file.close(),
    };
  } catch (error) {
    if (NO_FILE.includes((error as { code?: string }).code ?? '')) return undefined;
    throw error;
  }
}

/** The names of the files in a folder; undefined for other paths, and for addresses of the web. */
export async function namesInFolder(path: string | URL): Promise<string[] | undefined> {
  if (!hasFiles() || isOnTheNet(path)) return undefined;
  const folder = String(path).startsWith('file:') ? new URL(path) : path;
  try {
    return await (await files()).readdir(folder);
  } catch {
    return undefined; // opening the path says what is wrong with it
  }
}

/** A function that reads whole files synchronously. */
export async function readerNow(): Promise<(path: string | URL) => Uint8Array<ArrayBuffer>> {
  const { readFileSync } = await importNode('fs');
  return (path) => readFileSync(String(path).startsWith('file:') ? new URL(path) : path);
}
