// Translation between the names of arrays in a file and the weights of a model.
import { KerasTypeError } from '../errors/errors.js';
import type { ArrayInfo } from './named_arrays.js';

/** The path of a weight, its index in `model.weights`, or null or undefined for none. */
type Target = string | number | null | undefined;

/**
 * Says which weight the array of a name is for: the path of the weight (`dense/kernel`) or its index in `model.weights`;
 * `null` for none. A function, or an object by name, in which missing names stand for themselves.
 */
export type LoadMapping =
  Readonly<Record<string, string | number | null>> | ((name: string, array: ArrayInfo) => Target);

/**
 * Says what the array of a weight is called in the file; `null` leaves the weight out. A function, or an object by path, in
 * which missing paths stand for themselves.
 */
export type SaveMapping =
  | Readonly<Record<string, string | null>>
  | ((path: string, index: number) => string | null | undefined);

/** What the mapping says of a name of a file. KerasTypeError for a result that is neither a path nor an index. */
export function targetOf(
  mapping: LoadMapping,
  name: string,
  info: ArrayInfo,
): string | number | null {
  const found: unknown =
    typeof mapping === 'function' ? mapping(name, info) : ownOr(mapping, name, name);
  if (found === null || found === undefined) return null;
  if (typeof found === 'string' || typeof found === 'number') return found;
  throw wrongResult(name, 'the path of a weight, its index, or null', found);
}

/** What the mapping calls a weight; null to leave it out. KerasTypeError for a result that is not a name. */
export function nameOf(mapping: SaveMapping, path: string, index: number): string | null {
  const found: unknown =
    typeof mapping === 'function' ? mapping(path, index) : ownOr(mapping, path, path);
  if (found === null || found === undefined) return null;
  if (typeof found === 'string') return found;
  throw wrongResult(path, 'a name or null', found);
}

const ownOr = <T>(record: Readonly<Record<string, T>>, key: string, otherwise: T): T =>
  Object.hasOwn(record, key) ? record[key]! : otherwise;

const wrongResult = (of: string, expected: string, found: unknown): KerasTypeError =>
  new KerasTypeError(`\`mapping\` returns ${expected}. For '${of}' it returned ${String(found)}.`);
