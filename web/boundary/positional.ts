// Constructors and functions that take Keras's first arguments by position: `new Dense(8)`, `new Conv2D(16, 3, { padding: 'same' })`.

import type { AnyClass } from '../base/callable.js';
import { ownName } from '../base/registered_names.js';
import { KerasTypeError } from '../errors/errors.js';
import { describe } from '../tensors/data.js';
import { copyFloats } from './json.js';
import { toSnakeCase } from './names.js';
import { givenTwice, isOptionsObject } from './option_reader.js';

/**
 * The options of a call: one object, or arguments by position and perhaps an object after them.
 *
 * @param called the class or the function that was called, for errors.
 * @param names the arguments that may be positional, in their order and separated by spaces.
 * @throws KerasTypeError for more arguments, and for one that the object has, too.
 */
export function named<T extends object>(
  called: AnyClass | string,
  args: readonly unknown[],
  names: string,
): T {
  while (args.length > 1 && args.at(-1) === undefined) args = args.slice(0, -1);
  const last = args.at(-1);
  if (args.length < 2 && (last === undefined || last === null || isOptionsObject(last)))
    return (last ?? {}) as T;
  const options = args.length > 1 && isOptionsObject(last) ? last : undefined;
  const given = options ? args.slice(0, -1) : args;
  const known = names.split(' ');
  const where = typeof called === 'string' ? called : ownName(called);
  if (given.length > known.length)
    throw new KerasTypeError(
      `${where} takes ${known.join(' and ')} by position, and its other arguments in an object of options. Received: ${describe(given[known.length])}`,
    );
  const all: Record<string, unknown> = { ...options };
  if (options) copyFloats(options, all);
  for (const [i, value] of given.entries()) {
    const name = known[i]!;
    if (value === undefined) continue;
    if (name in all || toSnakeCase(name) in all) throw givenTwice(where, name);
    all[name] = value;
  }
  return all as T;
}
