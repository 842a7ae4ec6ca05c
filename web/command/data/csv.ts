// Comma-separated values (RFC 4180): one sample per line.
import { CommandError } from '../failure.js';
import type { DataArray } from './data_array.js';

/** The fields of a line. */
export function splitCsv(line: string): string[] {
  if (!line.includes('"')) return line.split(',').map((field) => field.trim());
  const fields: string[] = [];
  const field = /\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*(,|$)/y;
  for (;;) {
    const found = field.exec(line);
    if (!found) throw new CommandError('it has an open or misplaced quotation mark');
    fields.push(found[1]?.replaceAll('""', '"') ?? found[2]!.trim());
    if (found[3] === '') return fields;
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const SPECIAL: Readonly<Record<string, number>> = {
  nan: NaN,
  inf: Infinity,
  infinity: Infinity,
  '-inf': -Infinity,
  '-infinity': -Infinity,
};

/** The number that a field states; undefined for other text. */
export function numberOf(field: string): number | undefined {
  if (NUMBER.test(field)) return Number(field);
  const special = field.toLowerCase();
  return Object.hasOwn(SPECIAL, special) ? SPECIAL[special] : undefined;
}

/** A file of numbers as rows and columns; a first line without any number is a header. */
export function readCsv(text: string): DataArray {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const rows = lines.map((line, i) => {
    try {
      return splitCsv(line);
    } catch (error) {
      throw new CommandError(`line ${i + 1}: ${(error as Error).message}`);
    }
  });
  const hasHeader = rows[0]?.every((field) => numberOf(field) === undefined) ?? false;
  const content = hasHeader ? rows.slice(1) : rows;
  const columns = content[0]?.length ?? 0;
  const values: number[] = [];
  for (const [i, row] of content.entries()) {
    const line = i + (hasHeader ? 2 : 1);
    if (row.length !== columns)
      throw new CommandError(
        `line ${line}: ${row.length} fields, and the first row has ${columns}`,
      );
    for (const field of row) {
      const number = numberOf(field);
      if (number === undefined) throw new CommandError(`line ${line}: not a number: ${field}`);
      values.push(number);
    }
  }
  return { shape: [content.length, columns], dtype: 'float64', values };
}
