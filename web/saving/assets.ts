// Files that belong to layers, such as a vocabulary, inside of a `.keras` file.
import { ValueError } from '../errors.js';
import type { RawObject } from '../raw.js';
import { objectOf } from '../registry.js';
import { bytesOf, type Archive } from './archive.js';
import { saving } from './raw_saving.js';

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
export async function collectAssets(model: RawObject): Promise<Archive> {
  const members = Object.create(null) as Archive;
  for (const [place, owner] of ownersOf(model)) {
    const folder: AssetFolder = new Map();
    await owner.saveAssets?.(folder);
    for (const [name, content] of folder) {
      checkName(name);
      members[place + name] = typeof content === 'string' ? bytesOf(content) : content;
    }
  }
  return members;
}

/** Gives the objects of the model their files from the archive, if it has any. */
export async function restoreAssets(model: RawObject, archive: Archive): Promise<void> {
  const names = Object.keys(archive).filter((name) => name.startsWith(ROOT) && name !== ROOT);
  names.forEach((name) => checkName(name.slice(ROOT.length)));
  if (names.length === 0) return;
  for (const [place, owner] of ownersOf(model)) {
    const own = names.filter((name) => name.startsWith(place) && !name.endsWith('/'));
    await owner.loadAssets?.(
      new Map(own.map((name) => [name.slice(place.length), archive[name]!])),
    );
  }
}

function checkName(name: string): void {
  const steps = name.split(/[\\/]/);
  if (name.startsWith('/') || /^\w+:/.test(name) || steps.includes('..') || name === '')
    throw new ValueError(`Invalid asset path: '${name}' escapes the asset directory.`);
}
