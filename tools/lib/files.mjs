// Walking folders.
import { existsSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';

/**
 * Paths of the files below a folder whose names end in one of the endings, sorted; none if there is no such folder.
 * Installed packages are not ours.
 */
export function filesBelow(folder, ...endings) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((path) => !path.slice(folder.length).split(sep).includes('node_modules'))
    .sort();
}
