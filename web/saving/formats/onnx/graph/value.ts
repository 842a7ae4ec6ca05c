// Values of an ONNX graph, with their shapes as far as they are known.
import type { ElementType } from '../proto/messages.js';

/** A size; null when it differs from call to call. */
export type Dim = number | null;
export type Shape = readonly Dim[];

/** The content of an array that is known when the model is saved. */
export interface Constant {
  readonly shape: readonly number[];
  readonly dtype: ElementType;
  /** Little-endian elements in row-major order. */
  readonly bytes: Uint8Array;
}

/** A tensor of the graph: the output of a node, an input, or a constant. */
export interface Value {
  /** The name in the file; empty for a constant that no node has used yet. */
  name: string;
  readonly shape: Shape;
  readonly dtype: ElementType;
  readonly constant?: Constant | undefined;
  /** The mask that Keras would have set on the tensor: bool, [batch, steps]. */
  mask?: Value | undefined;
}

/** Trees of values, and other arguments of a call. */
export type Tree<T> = T | readonly Tree<T>[] | { readonly [key: string]: Tree<T> };

/** A layer, operation or option that has no form in ONNX. The message says what it is. */
export class NoOnnxForm extends Error {}

/** The non-negative axis. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** The sizes of a shape that must be known. Throws NoOnnxForm when one differs from call to call. */
export function staticDims(shape: Shape, what: string): number[] {
  return shape.map((dim) => {
    if (dim === null) throw new NoOnnxForm(`${what} must have a fixed shape`);
    return dim;
  });
}

/** The size along an axis, which must be known. */
export function staticDim(shape: Shape, axis: number): number {
  const dim = shape[axisOf(axis, shape.length)];
  if (dim === undefined || dim === null)
    throw new NoOnnxForm(`the size of axis ${axis} must be fixed`);
  return dim;
}

/** The shape of an elementwise result. */
export function broadcast(a: Shape, b: Shape): Dim[] {
  if (a.length < b.length) return broadcast(b, a);
  const shift = a.length - b.length;
  return a.map((dim, i) => {
    const other = i < shift ? 1 : b[i - shift]!;
    if (dim === 1) return other;
    return dim === null && other !== 1 ? other : dim;
  });
}

const FLOATS: readonly ElementType[] = ['float16', 'bfloat16', 'float32', 'float64'];
const INTEGERS: readonly ElementType[] = [
  'bool',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'uint64',
  'int64',
];

export const isFloat = (dtype: ElementType): boolean => FLOATS.includes(dtype);
export const isInteger = (dtype: ElementType): boolean =>
  INTEGERS.includes(dtype) && dtype !== 'bool';

/** The dtype that holds values of both, as keras.backend.result_type without Python scalars. */
export function promote(a: ElementType, b: ElementType): ElementType {
  if (a === b) return a;
  if (isFloat(a) || isFloat(b)) {
    if (!isFloat(a)) return b;
    if (!isFloat(b)) return a;
    const both = [a, b];
    if (both.includes('float16') && both.includes('bfloat16')) return 'float32';
    return FLOATS.indexOf(a) > FLOATS.indexOf(b) ? a : b;
  }
  const [low, high] = INTEGERS.indexOf(a) < INTEGERS.indexOf(b) ? [a, b] : [b, a];
  const isMixed = low.startsWith('uint') !== high.startsWith('uint') && low !== 'bool';
  if (!isMixed) return high;
  const bits = (dtype: ElementType): number => Number(/\d+$/.exec(dtype)![0]);
  if (low.startsWith('uint') && bits(high) > bits(low)) return high;
  const unsigned = low.startsWith('uint') ? low : high;
  return bits(unsigned) === 64
    ? 'float32'
    : (`int${Math.max(2 * bits(unsigned), bits(high))}` as ElementType);
}
