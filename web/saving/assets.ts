// Files that belong to layers, such as a vocabulary, inside a `.keras` file.
import { KerasTypeError, ValueError } from '../errors/errors.js';
import type { RawObject } from '../boundary/raw.js';
import { objectOf } from '../boundary/registry.js';
import type { AssetReader } from './formats/file_format.js';
import { saving } from './raw_saving.js';
import { bytesIn } from './source_kinds.js';

/** The files of one layer, by name; names may contain slashes. */
export type AssetFolder = Map<string, Uint8Array | string>;

interface HasAssets {
  saveAssets?(folder: AssetFolder): void | Promise<void>;
  loadAssets?(folder: ReadonlyMap<string, Uint8Array>): void | Promise<void>;
}

const ROOT = 'assets/';

/** The layers that define `saveAssets` or `loadAssets`, and the folders of their files. */
function ownersOf(model: RawObject): [folder: string, owner: HasAssets][] {
  const rows = JSON.parse(saving().savingPaths(model, '[]')) as [string, number][];
  return rows
    .filter(([, uid]) => uid !== 0)
    .map(([path, uid]): [string, HasAssets] => [folderOf(path), objectOf(uid) as HasAssets])
    .filter(([, owner]) => owner.saveAssets !== undefined || owner.loadAssets !== undefined);
}

/** The files of all layers, by path. ValueError for a name that leads out of its folder. */
export async function collectAssets(model: RawObject): Promise<Record<string, Uint8Array>> {
  const files = Object.create(null) as Record<string, Uint8Array>;
  for (const [path, owner] of ownersOf(model)) {
    const folder: AssetFolder = new Map();
    await owner.saveAssets?.(folder);
    for (const [name, content] of folder) {
      checkName(name);
      files[path + name] = contentOf(content, name);
    }
  }
  const builtin = JSON.parse(saving().savingAssets(model)) as Record<
    string,
    Record<string, string>
  >;
  for (const [path, texts] of Object.entries(builtin)) {
    for (const [name, text] of Object.entries(texts))
      files[`${folderOf(path)}${name}`] = contentOf(text, name);
  }
  return files;
}

const folderOf = (path: string): string => (path === '' ? ROOT : `${ROOT}${path}/`);

function contentOf(content: unknown, name: string): Uint8Array {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  const bytes = bytesIn(content);
  if (bytes) return bytes;
  throw new KerasTypeError(`The asset '${name}' must be a string or bytes.`);
}

/** Passes the files of a saved model to the layers that load them. */
export async function restoreAssets(model: RawObject, assets: AssetReader): Promise<void> {
  const names = assets.names.filter((name) => name.startsWith(ROOT) && name !== ROOT).sort();
  names.forEach((name) => checkName(name.slice(ROOT.length)));
  if (names.length === 0) return;
  await restoreBuiltin(model, names, assets);
  for (const [path, owner] of ownersOf(model)) {
    const files = new Map<string, Uint8Array>();
    for (let i = firstFrom(names, path); names[i]?.startsWith(path); ++i)
      files.set(names[i]!.slice(path.length), (await assets.read(names[i]!))!);
    await owner.loadAssets?.(files);
  }
}

async function restoreBuiltin(
  model: RawObject,
  names: readonly string[],
  assets: AssetReader,
): Promise<void> {
  const paths = JSON.parse(saving().savingAssetPaths(model)) as string[];
  if (paths.length === 0) return;
  const folders = Object.create(null) as Record<string, Record<string, string>>;
  for (const path of paths) {
    const folder = folderOf(path);
    const files = (folders[path] = Object.create(null) as Record<string, string>);
    for (let i = firstFrom(names, folder); names[i]?.startsWith(folder); ++i) {
      const name = names[i]!.slice(folder.length);
      if (!name.includes('/')) files[name] = textOf((await assets.read(names[i]!))!, names[i]!);
    }
  }
  saving().savingLoadAssets(model, JSON.stringify(folders));
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ValueError(`The asset '${name}' is not valid UTF-8: it is damaged or not a text.`);
  }
}

// The index of the first of the sorted names that does not come before `path`.
function firstFrom(names: readonly string[], path: string): number {
  let low = 0;
  for (let high = names.length; low < high;) {
    const middle = (low + high) >> 1;
    if (names[middle]! < path) low = middle + 1;
    else high = middle;
  }
  return low;
}

function checkName(name: string): void {
  const steps = name.split(/[\\/]/);
  if (name.startsWith('/') || /^\w+:/.test(name) || steps.includes('..') || name === '')
    throw new ValueError(`Invalid asset path: '${name}' escapes the asset directory.`);
}
