// Reading the files that an index lists.
import type { FileToRead } from './file_format.js';

/** Limits the requests for files that a hostile index lists. */
const READS_AT_ONCE = 8;

/** The content of files in the folder of the index, in the order of the names. */
export async function readAllBeside(
  file: FileToRead,
  names: readonly string[],
): Promise<Uint8Array[]> {
  const contents: Uint8Array[] = [];
  for (let i = 0; i < names.length; i += READS_AT_ONCE) {
    const some = names.slice(i, i + READS_AT_ONCE).map((name) => file.readBeside(name));
    contents.push(...(await Promise.all(some)));
  }
  return contents;
}

/** Whether it is the name of a file in the folder of the index: a path could lead elsewhere. */
export const isNameBeside = (name: unknown): name is string =>
  typeof name === 'string' && name !== '' && !/[\\/]/.test(name);
