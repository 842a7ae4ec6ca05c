// Data as JSON: nested arrays of numbers, booleans or strings.
import { CommandError } from '../failure.js';
import type { DataArray } from './data_array.js';

type Leaf = number | boolean | string;

/** Parses JSON. CommandError for text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CommandError(`it is not JSON: ${(error as Error).message}`);
  }
}

/** Nested arrays as one array. CommandError for arrays of different lengths, and for other values. */
export function arrayOfJson(data: unknown): DataArray {
  const shape: number[] = [];
  for (let item = data; Array.isArray(item); item = item[0] as unknown) shape.push(item.length);
  const values: Leaf[] = [];
  const collect = (item: unknown, axis: number): void => {
    if (axis < shape.length) {
      if (!Array.isArray(item) || item.length !== shape[axis])
        throw new CommandError(
          `its arrays have different lengths where ${shape[axis]} were expected`,
        );
      for (const each of item as unknown[]) collect(each, axis + 1);
    } else values.push(leaf(item));
  };
  collect(data, 0);
  return { shape, dtype: dtypeOf(values), values };
}

function leaf(value: unknown): Leaf {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string')
    return value;
  throw new CommandError(
    `it has ${value === null ? 'null' : Array.isArray(value) ? 'an array' : 'an object'} in place of a number`,
  );
}

function dtypeOf(values: readonly Leaf[]): DataArray['dtype'] {
  const kinds = new Set(values.map((value) => typeof value));
  if (kinds.size > 1) throw new CommandError(`it mixes ${[...kinds].join('s and ')}s`);
  const [kind] = kinds;
  return kind === 'string' ? 'string' : kind === 'boolean' ? 'bool' : 'float64';
}
