// Reads options objects strictly: unknown names and values that are not objects are errors.

import { describe } from '../tensors/data.js';
import { KerasTypeError, ValueError } from '../errors/errors.js';
import { Handle } from './handle.js';
import { didYouMean, toCamelCase } from './names.js';

/** All names of an options type; the compiler checks that none is missing. */
export type OptionNames<T> = { readonly [K in keyof Required<T>]: true };

/**
 * The options under their camelCase names; Keras's snake_case names are accepted. `where` is the function in errors,
 * such as `predict()`.
 *
 * @param sentence makes the message of a ValueError for unknown names, where Keras raises its own.
 * @throws KerasTypeError for values that are not objects and for unknown names, with the closest matches.
 */
export function readOptions<T extends object>(
  where: string,
  options: T | null | undefined,
  names: OptionNames<T>,
  sentence?: (unknown: readonly string[]) => string,
): T {
  const known = Object.keys(names);
  if (options === undefined || options === null) return {} as T;
  if (!isOptionsObject(options)) throw notOptions(where, options, known);
  const nameOf = (key: string) => (known.includes(key) ? key : toCamelCase(key));
  const unknown = Object.keys(options).filter((key) => !known.includes(nameOf(key)));
  if (unknown.length > 0 && sentence) {
    const hint = didYouMean(unknown[0]!, known);
    throw new ValueError(sentence(unknown) + (hint && `.${hint}`));
  }
  if (unknown.length > 0) throw unexpectedOption(where, unknown[0]!, known);
  const read: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const name = nameOf(key);
    if (name in read) throw givenTwice(where, name);
    read[name] = value;
  }
  return read as T;
}

/** Whether a value can be an options object: not an array, a typed array, a Map, a tensor, a layer, ... */
export function isOptionsObject(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]' && !(value instanceof Handle);
}

export function notOptions(where: string, value: unknown, names: readonly string[]): Error {
  const examples = names.slice(0, 3).join(', ');
  const form = `${examples}${names.length > 3 ? ', ...' : ''}`;
  return new KerasTypeError(
    `${where} takes an object of options${form && `, such as { ${form} }`}. Received: ${describe(value)}`,
  );
}

export function givenTwice(where: string, name: string): Error {
  return new KerasTypeError(`${where} got multiple values for argument '${name}'`);
}

export function unexpectedOption(where: string, name: string, names: readonly string[]): Error {
  return new KerasTypeError(
    `${where} got an unexpected keyword argument '${name}'.${didYouMean(name, names)}`,
  );
}
