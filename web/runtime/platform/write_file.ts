// Writing files in Node, Deno and Bun, so that readers and other writers never see half of one.

import { hasFiles } from './files.js';
import { importNode } from './node.js';

export interface WriteOptions {
  /** Whether a file that is there already is replaced; otherwise it is an error. True by default. */
  overwrite?: boolean;
  /** Whether folders on the way are made. False by default. */
  folders?: boolean;
}

/** A file to write: its path, and its bytes. */
export type FileToWrite = readonly [path: string | URL, bytes: Uint8Array];

// By path: what is done when everything that was to be written there is written.
const turns = new Map<string, Promise<unknown>>();

/**
 * Writes files one after the other as soon as they are known. Calls for one path write in the order of the calls, each all
 * of its files; what other processes or threads write there is replaced or replaces it, whole file by whole file.
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
  for (const [path, bytes] of await files) await writeFile(path, bytes, options);
}

type FileSystem = typeof import('node:fs/promises');

async function writeFile(
  path: string | URL,
  bytes: Uint8Array,
  { overwrite = true, folders = false }: WriteOptions,
): Promise<void> {
  if (!hasFiles()) throw new Error(`There are no files here to write ${String(path)} to.`);
  const fs = await importNode('fs/promises');
  const name = await nameOf(path);
  if (folders) await fs.mkdir(folderOf(name), { recursive: true });
  const target = await followLinks(fs, name);
  const present = await fs.stat(target).catch(() => undefined);
  if (present && !overwrite) throw existsAlready(name);
  if (present?.isDirectory()) throw new Error(`${name} cannot be written: it is a folder.`);
  if (present) await fs.access(target, fs.constants.W_OK); // a rename would replace what is write-protected, too
  // Devices and pipes cannot be replaced, only written to.
  if (present && !present.isFile()) return await fs.writeFile(target, bytes);
  const temporary = `${folderOf(target)}.keras-wasm-${crypto.randomUUID()}.tmp`;
  try {
    await writeSynced(fs, temporary, bytes, present?.mode);
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

// With its separator; empty for a bare name.
const folderOf = (name: string): string =>
  name.slice(0, Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);

const existsAlready = (name: string): Error =>
  new Error(`${name} exists already, and \`overwrite\` is false.`);

const MOST_LINKS = 40;

// As open(path, 'wb') in Python: the link stays, and the file that it leads to is written, whether it is there or not.
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

// On disk when it is done: a rename that comes to the disk before the content would leave an empty file after a crash.
async function writeSynced(
  fs: FileSystem,
  name: string,
  bytes: Uint8Array,
  mode: number | undefined,
): Promise<void> {
  const file = await fs.open(name, 'wx');
  try {
    if (mode !== undefined) await file.chmod(mode & 0o7777);
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

// A hard link fails when the file exists, so that two writers cannot both succeed. Not every file system has them.
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
