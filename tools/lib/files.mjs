// Walking folders.
import { existsSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';

/**
 * Sorted paths of the files below a folder whose names have one of the endings; empty if the folder does not exist.
 * Skips node_modules.
 */
export function filesBelow(folder, ...endings) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((path) => !path.slice(folder.length).split(sep).includes('node_modules'))
    .sort();
}
