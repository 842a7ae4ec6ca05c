// Values of Python that JavaScript has no own word for.

/** Python's slice `start:stop:step`, for `ops.getItem`. */
export class Slice {
  readonly start: unknown;
  readonly stop: unknown;
  readonly step: unknown;

  /** @internal Use `slice()`. */
  constructor(start: unknown, stop: unknown, step: unknown) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}

/** `slice(1, 3)` is Python's `1:3`, `slice(null, null, 2)` is `::2`, `slice()` is `:`. */
export function slice(
  start: number | null = null,
  stop: number | null = null,
  step: number | null = null,
): Slice {
  return new Slice(start, stop, step);
}

/** Python's `...` in an index: as many full slices as are needed. */
export const ellipsis: unique symbol = Symbol('Ellipsis');

/** Python's bytes, as its repr shows them. They only pass through. */
export class Bytes {
  readonly value: string;

  constructor(value: string) {
    this.value = value;
  }
}

/** A NumPy array that a graph holds as a constant. */
export class Constant<T> {
  readonly tensor: T;

  constructor(tensor: T) {
    this.tensor = tensor;
  }
}

const tuples = new WeakSet<readonly unknown[]>();

/** Marks an array as one of Python's tuples; where lists and tuples mean different things. Returns the array. */
export function tuple<T extends readonly unknown[]>(items: T): T {
  tuples.add(items);
  return items;
}

export function isTuple(items: readonly unknown[]): boolean {
  return tuples.has(items);
}
