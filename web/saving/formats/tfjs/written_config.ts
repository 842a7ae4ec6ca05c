// Configs that TensorFlow.js writes: those of Keras 2, with `null` for arguments that it leaves open.

// Arguments that are not null in Keras.
const DEFAULTS: Readonly<Record<string, unknown>> = {
  unit_forget_bias: false, // TensorFlow.js treats null so
  implementation: 2,
  reset_after: false,
  dropout: 0,
  recurrent_dropout: 0,
};

/** The record of a model with what Keras expects in place of such nulls. */
export function withKerasDefaults<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withKerasDefaults) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]): [string, unknown] => [
      key,
      each === null && Object.hasOwn(DEFAULTS, key) ? DEFAULTS[key] : withKerasDefaults(each),
    ]),
  ) as T;
}
