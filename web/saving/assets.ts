// Files that belong to layers, such as a vocabulary, inside of a `.keras` file.
import { KerasTypeError, ValueError } from '../errors/errors.js';
import type { RawObject } from '../boundary/raw.js';
import { objectOf } from '../boundary/registry.js';
import { bytesOf, type Archive, type Members } from './formats/keras/archive.js';
import { saving } from './raw_saving.js';
import { bytesIn } from './source_kinds.js';

/** The files of one layer, by name; names may hold slashes. */
export type AssetFolder = Map<string, Uint8Array | string>;

interface HasAssets {
  saveAssets?(folder: AssetFolder): void | Promise<void>;
  loadAssets?(folder: ReadonlyMap<string, Uint8Array>): void | Promise<void>;
}

const ROOT = 'assets/';

/** The objects of a model that define `saveAssets` or `loadAssets`, with the folders of their files. */
function ownersOf(model: RawObject): [folder: string, owner: HasAssets][] {
  const rows = JSON.parse(saving().savingPaths(model)) as [string, number][];
  return rows
    .filter(([, uid]) => uid !== 0)
    .map(([path, uid]): [string, HasAssets] => [
      path === '' ? ROOT : `${ROOT}${path}/`,
      objectOf(uid) as HasAssets,
    ])
    .filter(([, owner]) => owner.saveAssets ?? owner.loadAssets);
}

/** Members for the archive. ValueError for a name that leads out of its folder. */
export async function collectAssets(model: RawObject): Promise<Members> {
  const members = Object.create(null) as Members;
  for (const [place, owner] of ownersOf(model)) {
    const folder: AssetFolder = new Map();
    await owner.saveAssets?.(folder);
    for (const [name, content] of folder) {
      checkName(name);
      members[place + name] =
        typeof content === 'string' ? bytesOf(content) : contentOf(content, name);
    }
  }
  return members;
}

function contentOf(content: unknown, name: string): Uint8Array {
  const bytes = bytesIn(content);
  if (bytes) return bytes;
  throw new KerasTypeError(`The asset '${name}' must be a string or bytes.`);
}

/** Gives the objects of the model their files from the archive, if it has any. */
export async function restoreAssets(model: RawObject, archive: Archive): Promise<void> {
  const names = archive.names.filter((name) => name.startsWith(ROOT) && name !== ROOT).sort();
  names.forEach((name) => checkName(name.slice(ROOT.length)));
  if (names.length === 0) return;
  for (const [place, owner] of ownersOf(model)) {
    const files = new Map<string, Uint8Array>();
    for (let i = firstFrom(names, place); names[i]?.startsWith(place); ++i)
      files.set(names[i]!.slice(place.length), (await archive.read(names[i]!))!);
    await owner.loadAssets?.(files);
  }
}

// The index of the first of the sorted names that does not come before `place`.
function firstFrom(names: readonly string[], place: string): number {
  let low = 0;
  for (let high = names.length; low < high;) {
    const middle = (low + high) >> 1;
    if (names[middle]! < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

function checkName(name: string): void {
  const steps = name.split(/[\\/]/);
  if (name.startsWith('/') || /^\w+:/.test(name) || steps.includes('..') || name === '')
    throw new ValueError(`Invalid asset path: '${name}' escapes the asset directory.`);
}
