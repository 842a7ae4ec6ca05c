// Python values that JavaScript lacks: slices, tuples, bytes, `...`, NumPy arrays.

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

/** The end of a slice: a number, or an array where Python takes one. */
export type SliceBound = number | null | ArrayLike<number>;

/** `slice(1, 3)` is Python's `1:3`, `slice(null, null, 2)` is `::2`, `slice()` is `:`. */
export function slice(
  start: SliceBound = null,
  stop: SliceBound = null,
  step: SliceBound = null,
): Slice {
  return new Slice(start, stop, step);
}

/** Python's `...` in an index: as many full slices as are needed. */
export const ellipsis: unique symbol = Symbol('Ellipsis');

/** Python's bytes that are text, as configs may hold them. */
export class Bytes {
  readonly value: string;

  /** @internal Use `bytes()`. */
  constructor(value: string) {
    this.value = value;
  }
}

/** `bytes('hello')` is Python's `b"hello"`. A config keeps bytes that are text. */
export function bytes(text: string): Bytes {
  return new Bytes(text);
}

interface Data {
  readonly shape: readonly (number | null)[];
  readonly dtype: string;
  array(): unknown;
  data(): unknown;
}

/** A NumPy array in a config or graph: serialized as an array, used as a tensor in computations. */
export class Constant<T extends Data = Data> {
  readonly tensor: T;

  /** @internal */
  constructor(tensor: T) {
    this.tensor = tensor;
  }

  get shape(): T['shape'] {
    return this.tensor.shape;
  }

  get dtype(): T['dtype'] {
    return this.tensor.dtype;
  }

  /** The elements as nested arrays. */
  array(): ReturnType<T['array']> {
    return this.tensor.array() as ReturnType<T['array']>;
  }

  /** A copy of the elements as a typed array. */
  data(): ReturnType<T['data']> {
    return this.tensor.data() as ReturnType<T['data']>;
  }
}

const tuples = new WeakSet<readonly unknown[]>();

/** Marks an array as a Python tuple, where lists and tuples mean different things. Returns the array. */
export function tuple<T extends readonly unknown[]>(items: T): T {
  tuples.add(items);
  return items;
}

export function isTuple(items: readonly unknown[]): boolean {
  return tuples.has(items);
}
