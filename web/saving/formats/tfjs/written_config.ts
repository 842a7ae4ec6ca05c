// Configs that TensorFlow.js writes: Keras 2 configs, with `null` for arguments that it leaves open.

import { RecursionError } from '../../../errors/errors.js';

// Arguments that are not null in Keras.
const DEFAULTS: Readonly<Record<string, unknown>> = {
  unit_forget_bias: false, // TensorFlow.js treats null so
  implementation: 2,
  reset_after: false,
  dropout: 0,
  recurrent_dropout: 0,
};

/** Levels of nesting that the core accepts, too. */
const MAX_DEPTH = 512;

/** The record of a model with what Keras expects in place of such nulls. RecursionError for deeper nesting. */
export function withKerasDefaults<T>(value: T, depth = 0): T {
  if (depth > MAX_DEPTH)
    throw new RecursionError(`A config is nested more than ${MAX_DEPTH} levels deep.`);
  if (Array.isArray(value))
    return value.map((each: unknown) => withKerasDefaults(each, depth + 1)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]): [string, unknown] => [
      key,
      each === null && Object.hasOwn(DEFAULTS, key)
        ? DEFAULTS[key]
        : withKerasDefaults(each, depth + 1),
    ]),
  ) as T;
}
