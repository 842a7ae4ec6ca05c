// Keyword arguments of a call.

/** The keyword arguments of a call, as its last argument: see `kwargs()`. */
export class Kwargs {
  /** The arguments by name, in camelCase. */
  readonly values: Readonly<Record<string, unknown>>;

  /** @internal Use `kwargs()`. */
  constructor(values: Readonly<Record<string, unknown>>) {
    this.values = values;
  }
}

/**
 * Keyword arguments for the end of a call, as Python's `layer(x, training=True, mask=m)`:
 * `layer.apply(x, kwargs({ training: true, mask: m }))`. Names in camelCase or as Keras spells them.
 */
export function kwargs(values: Readonly<Record<string, unknown>>): Kwargs {
  return new Kwargs(values);
}

/** Reads a plain object at the end of the arguments of `call` as keyword arguments. */
export function withKwargs(args: readonly unknown[]): readonly unknown[] {
  const last = args.at(-1);
  if (args.length < 2 || typeof last !== 'object' || last === null) return args;
  if (Object.getPrototypeOf(last) !== Object.prototype) return args;
  return [...args.slice(0, -1), new Kwargs(last as Record<string, unknown>)];
}
