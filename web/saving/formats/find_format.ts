// Finds the format of a file in the list.
import type { FileFormat } from './file_format.js';
import { formats } from './formats.js';

/** The formats with the magic bytes of a file. */
export const formatsOf = (head: Uint8Array): FileFormat[] =>
  formats.filter(({ magic }) =>
    typeof magic === 'function' ? magic(head) : magic.every((byte, i) => head[i] === byte),
  );

export const hasEnding = (name: string, { endings }: FileFormat): boolean =>
  endings.some((ending) => name.endsWith(ending));

/** Formats that can do something: `formatsWith('writeModel')`. */
export const formatsWith = <K extends keyof FileFormat>(
  method: K,
): (FileFormat & Required<Pick<FileFormat, K>>)[] =>
  formats.filter(
    (format): format is FileFormat & Required<Pick<FileFormat, K>> => format[method] !== undefined,
  );

/** The endings of formats, for messages: `.keras` or `.h5`. */
export const listEndings = (some: readonly FileFormat[]): string =>
  some.map(({ endings }) => `\`${endings[0]}\``).join(' or ');
