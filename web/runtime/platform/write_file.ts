// Writes files in Node, Deno and Bun atomically: readers and other writers never see a partial file.

import { hasFiles } from './files.js';
import { importNode } from './node.js';
import type { Signal } from './platform_types.js';

export interface WriteOptions {
  /** Whether an existing file is replaced, which is an error otherwise. True by default. */
  overwrite?: boolean;
  /** Whether missing folders are created. False by default. */
  folders?: boolean;
  /** Called with the bytes written of all files. */
  onProgress?: ((written: number, total: number) => void) | undefined;
  /** Stops writing: the file that is being written stays as it was. */
  signal?: Signal | undefined;
}

/** A file to write: its path, and its bytes. */
export type FileToWrite = readonly [path: string | URL, bytes: Uint8Array];

// By path: settles when all writes to the path so far have ended.
const turns = new Map<string, Promise<unknown>>();

/**
 * Writes files one after the other, once `files` resolves. Calls with the same `path` write in the order of the calls.
 * Other processes and threads may replace the files, whole file by whole file.
 */
export async function writeFiles(
  path: string | URL,
  files: Promise<readonly FileToWrite[]>,
  options: WriteOptions = {},
): Promise<void> {
  const key = String(path);
  const before = turns.get(key);
  const turn = inTurn(before, files, options);
  const ended = turn
    .catch(() => undefined)
    .finally(() => {
      if (turns.get(key) === ended) turns.delete(key);
    });
  turns.set(key, ended);
  await turn;
}

async function inTurn(
  before: Promise<unknown> | undefined,
  files: Promise<readonly FileToWrite[]>,
  options: WriteOptions,
): Promise<void> {
  await Promise.allSettled([before, files]);
  const all = await files;
  const total = all.reduce((sum, [, bytes]) => sum + bytes.length, 0);
  let written = 0;
  for (const [path, bytes] of all) {
    options.signal?.throwIfAborted();
    const onPart = (part: number): void => {
      options.onProgress?.(written + part, total);
      options.signal?.throwIfAborted();
    };
    await writeFile(path, bytes, options, onPart);
    written += bytes.length;
  }
}

type FileSystem = typeof import('node:fs/promises');

async function writeFile(
  path: string | URL,
  bytes: Uint8Array,
  { overwrite = true, folders = false }: WriteOptions,
  onPart: (written: number) => void,
): Promise<void> {
  if (!hasFiles()) throw new Error(`There are no files here to write ${String(path)} to.`);
  const fs = await importNode('fs/promises');
  const name = await nameOf(path);
  if (folders) await fs.mkdir(folderOf(name) || '.', { recursive: true });
  const target = await followLinks(fs, name);
  const present = await fs.stat(target).catch(() => undefined);
  if (present && !overwrite) throw existsAlready(name);
  if (present?.isDirectory()) throw new Error(`${name} cannot be written: it is a folder.`);
  if (present) await fs.access(target, fs.constants.W_OK); // a rename would replace a write-protected file
  // Devices and pipes are written to; a rename would replace them.
  if (present && !present.isFile()) return await fs.writeFile(target, bytes);
  const temporary = `${folderOf(target)}.keras-wasm-${crypto.randomUUID()}.tmp`;
  try {
    await writeSynced(fs, temporary, bytes, present?.mode, onPart);
    if (overwrite) await fs.rename(temporary, target);
    else await placeNew(fs, temporary, target, name);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    if ((error as { code?: string }).code === 'ENOENT')
      throw new Error(`${name} cannot be written: its folder does not exist.`, { cause: error });
    throw error;
  }
}

async function nameOf(path: string | URL): Promise<string> {
  if (!String(path).startsWith('file:')) return String(path);
  return (await importNode('url')).fileURLToPath(path);
}

// Ends with the separator; empty for a bare name.
const folderOf = (name: string): string =>
  name.slice(0, Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);

const existsAlready = (name: string): Error =>
  new Error(`${name} exists already, and \`overwrite\` is false.`);

const MOST_LINKS = 40;

// As open(path, 'wb') in Python: writes the target of a link, even a missing one, and keeps the link.
async function followLinks(fs: FileSystem, name: string): Promise<string> {
  let target = name;
  for (let i = 0; i < MOST_LINKS; ++i) {
    const next = await fs.readlink(target).catch(() => undefined);
    if (next === undefined) return target;
    const isAbsolute = /^([\\/]|\w:)/.test(next);
    target = isAbsolute ? next : folderOf(target) + next;
  }
  throw new Error(`${name} cannot be written: its links go in circles.`);
}

/** Bytes between two reports of progress. */
const PART_BYTES = 2 ** 24;

// Flushes the file to disk: a crash after the rename must not leave an empty file.
async function writeSynced(
  fs: FileSystem,
  name: string,
  bytes: Uint8Array,
  mode: number | undefined,
  onPart: (written: number) => void,
): Promise<void> {
  const file = await fs.open(name, 'wx');
  try {
    if (mode !== undefined) await file.chmod(mode & 0o7777);
    for (let at = 0; at < bytes.length || at === 0; at += PART_BYTES) {
      const part = bytes.subarray(at, at + PART_BYTES);
      await file.writeFile(part);
      onPart(at + part.length);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

// A hard link fails when the file exists, so only one of two writers succeeds. Not every file system has links.
async function placeNew(
  fs: FileSystem,
  temporary: string,
  target: string,
  name: string,
): Promise<void> {
  try {
    await fs.link(temporary, target);
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') throw existsAlready(name);
    return await fs.rename(temporary, target);
  }
  await fs.rm(temporary);
}
