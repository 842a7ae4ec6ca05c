// Elements of arrays in the order and byte order that this package uses.

/**
 * Elements that lie apart, in row-major order of `shape`.
 *
 * @param steps bytes between elements along each axis.
 * @param size bytes of an element.
 */
export function gathered(
  bytes: Uint8Array,
  shape: readonly number[],
  steps: readonly number[],
  size: number,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.length);
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to += size) {
    for (let i = 0; i < size; ++i) out[to + i] = bytes[from + i]!;
    for (let axis = shape.length - 1; axis >= 0; --axis) {
      from += steps[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= steps[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}

/** The elements of an array in column-major (Fortran) order in row-major order. `size` is the bytes of an element. */
export function inRowMajorOrder(
  bytes: Uint8Array,
  shape: readonly number[],
  size: number,
): Uint8Array {
  const steps: number[] = [];
  let step = size;
  for (const dim of shape) {
    steps.push(step);
    step *= dim;
  }
  return gathered(bytes, shape, steps, size);
}

/** The elements with their bytes in the opposite order. `size` is the bytes of an element. */
export function swapBytes(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += size)
    for (let i = 0; i < size; ++i) out[at + i] = bytes[at + size - 1 - i]!;
  return out;
}
