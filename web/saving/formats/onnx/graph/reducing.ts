// Reductions, and what runs along axes.
import type { GraphBuilder } from './builder.js';
import { cast, divide, exp, subtract, where } from './elementwise.js';
import { reshape, sizesOf, transpose } from './shaping.js';
import { axisOf, type Dim, type Value } from './value.js';

/** Axes: all when null. */
export type Axes = readonly number[] | number | null;

/** The non-negative axes. */
export function axesOf(axes: Axes, rank: number): number[] {
  if (axes === null) return Array.from({ length: rank }, (_, i) => i);
  return (typeof axes === 'number' ? [axes] : axes).map((axis) => axisOf(axis, rank));
}

function reducedShape(x: Value, axes: readonly number[], keepdims: boolean): Dim[] {
  return x.shape.flatMap((dim, i): Dim[] => {
    if (!axes.includes(i)) return [dim];
    return keepdims ? [1] : [];
  });
}

/** `Sum`, `Mean`, `Max`, `Min`, `Prod`, `L2`, `SumSquare` or `LogSumExp` over axes. */
export function reduce(
  g: GraphBuilder,
  kind: string,
  x: Value,
  given: Axes,
  keepdims = false,
): Value {
  const axes = axesOf(given, x.shape.length);
  if (axes.length === 0) return x;
  const shape = reducedShape(x, axes, keepdims);
  return g.op(`Reduce${kind}`, [x, g.numbers(axes, 'int64')], { keepdims: keepdims ? 1 : 0 }, [
    shape,
    x.dtype,
  ]);
}

export const sum = (g: GraphBuilder, x: Value, axes: Axes, keepdims = false): Value =>
  reduce(g, 'Sum', x, axes, keepdims);
export const mean = (g: GraphBuilder, x: Value, axes: Axes, keepdims = false): Value =>
  reduce(g, 'Mean', x, axes, keepdims);

/** Whether any (`Max`) or all (`Min`) elements of a bool tensor hold. */
export const reduceBool = (
  g: GraphBuilder,
  kind: 'Max' | 'Min',
  x: Value,
  axes: Axes,
  keepdims = false,
): Value => cast(g, reduce(g, kind, cast(g, cast(g, x, 'bool'), 'int32'), axes, keepdims), 'bool');

export const any = (g: GraphBuilder, x: Value, axes: Axes, keepdims = false): Value =>
  reduceBool(g, 'Max', x, axes, keepdims);

/** Softmax or LogSoftmax over one axis, or over several as if they were one. */
export function softmax(
  g: GraphBuilder,
  x: Value,
  given: Axes,
  opType: 'Softmax' | 'LogSoftmax' = 'Softmax',
): Value {
  const rank = x.shape.length;
  const axes = axesOf(given, rank);
  const one = (value: Value, axis: number): Value =>
    g.op(opType, [value], { axis }, [value.shape, value.dtype]);
  if (axes.length === 1) return one(x, axes[0]!);
  const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const order = [...kept, ...axes];
  const moved = transpose(g, x, order);
  const flat = reshape(g, moved, [...sizesOf(moved, 0, kept.length), -1]);
  const result = reshape(g, one(flat, kept.length), sizesOf(moved));
  const back = order.map((_, i) => order.indexOf(i));
  return transpose(g, result, back);
}

/** Softmax of what the mask keeps; 0 where a whole row is hidden, as Keras's Softmax layer. */
export function maskedSoftmax(g: GraphBuilder, x: Value, mask: Value, axes: Axes): Value {
  const lowest = x.dtype === 'float16' ? -65504 : -3.4028234663852886e38;
  const hidden = where(g, mask, x, g.scalar(lowest, x.dtype));
  const shifted = subtract(g, hidden, reduce(g, 'Max', hidden, axes, true));
  const parts = where(g, mask, exp(g, shifted), g.scalar(0, x.dtype));
  const total = sum(g, parts, axes, true);
  const isEmpty = g.op('Equal', [total, g.scalar(0, x.dtype)], {}, [total.shape, 'bool']);
  return divide(g, parts, where(g, isEmpty, g.scalar(1, x.dtype), total));
}

/** The index of the largest or smallest element along an axis. */
export function argument(
  g: GraphBuilder,
  opType: 'ArgMax' | 'ArgMin',
  x: Value,
  given: number | null,
  keepdims = false,
): Value {
  const flat = given === null ? reshape(g, x, [-1]) : x;
  const axis = given === null ? 0 : axisOf(given, x.shape.length);
  const shape = reducedShape(flat, [axis], keepdims && given !== null);
  const index = g.op(opType, [flat], { axis, keepdims: keepdims && given !== null ? 1 : 0 }, [
    shape,
    'int64',
  ]);
  const result = cast(g, index, 'int32');
  return given === null && keepdims
    ? reshape(
        g,
        result,
        x.shape.map(() => 1),
      )
    : result;
}

/** The largest elements along the last axis, in descending order, and their indices. */
export function topK(g: GraphBuilder, x: Value, k: number): [values: Value, indices: Value] {
  const shape = [...x.shape.slice(0, -1), k];
  const [values, indices] = g.node(
    'TopK',
    [x, g.numbers([k], 'int64')],
    { axis: -1, largest: 1, sorted: 1 },
    [
      [shape, x.dtype],
      [shape, 'int64'],
    ],
  );
  return [values!, indices!];
}

/** Sums up to each element along an axis. */
export const cumulativeSum = (g: GraphBuilder, x: Value, axis: number): Value =>
  g.op('CumSum', [x, g.scalar(axisOf(axis, x.shape.length), 'int64')], {}, [x.shape, x.dtype]);

/** The mean square difference from the mean. */
export function variance(g: GraphBuilder, x: Value, axes: Axes, keepdims = false): Value {
  const difference = subtract(g, x, mean(g, x, axes, true));
  const squares = g.op('Mul', [difference, difference], {}, [x.shape, x.dtype]);
  return mean(g, squares, axes, keepdims);
}
