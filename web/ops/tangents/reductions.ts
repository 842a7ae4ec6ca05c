// Derivatives of reductions over axes, and of what sorts or counts elements.

import type { Tensor } from '../../tensors/tensor.js';
import * as ops from '../generated.js';
import { composed, tangentOf, type Call, type Rule, type Rules } from './rule.js';

const { divide, multiply, subtract, sum, where } = ops;

type AxisValue = number | readonly number[] | null;

interface Reduction {
  readonly x: Tensor;
  readonly axis: AxisValue;
  readonly keepdims: boolean;
}

const rankOf = (x: Tensor): number => x.shape.length;
const axesOf = (x: Tensor, axis: AxisValue): number[] =>
  axis === null
    ? x.shape.map((_, i) => i)
    : [axis].flat().map((each) => (each < 0 ? each + rankOf(x) : each));

/** The shape of a reduction that keeps its axes. */
export const keptShape = (x: Tensor, axis: AxisValue): number[] => {
  const axes = axesOf(x, axis);
  return (x.shape as number[]).map((size, i) => (axes.includes(i) ? 1 : size));
};

/** The result of a reduction, with its reduced axes. */
const kept = (x: Tensor, y: Tensor, axis: AxisValue): Tensor => ops.reshape(y, keptShape(x, axis));

const axisIn = (values: Call['values']): AxisValue => (values['axis'] ?? null) as AxisValue;

/** For the largest or smallest element: the mean tangent of those elements. */
const extremum: Rule = ({ values, result }) => {
  const x = values['x'] as Tensor;
  const axis = axisIn(values);
  const isChosen = ops.cast(ops.equal(x, kept(x, result as Tensor, axis)), x.dtype);
  const [tangents, count] = [multiply(tangentOf(x)!, isChosen), isChosen].map((each) =>
    sum(each, axis),
  );
  // None is chosen where `initial` exceeds all elements.
  return ops.reshape(divide(tangents!, ops.maximum(count!, 1)), (result as Tensor).shape);
};

/** The elements that a reduction combines, along one last axis. */
function flattened(x: Tensor, axis: AxisValue): Tensor {
  const axes = axesOf(x, axis);
  const others = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const moved = ops.transpose(x, [...others, ...axes]);
  return ops.reshape(moved, [...others.map((i) => x.shape[i]!), -1]);
}

/** Multiplies halves: a quotient by each element would fail for zeros. */
function product({ x, axis, keepdims }: Reduction): Tensor {
  let rows = flattened(x, axis);
  for (;;) {
    const count = rows.shape.at(-1)!;
    if (count <= 1) break;
    const half = Math.floor(count / 2);
    const [first, second, rest] = ops.split(rows, [half, 2 * half], -1) as [Tensor, Tensor, Tensor];
    rows = ops.concatenate([multiply(first, second), rest], -1);
  }
  const y = ops.squeeze(rows, -1);
  return keepdims ? ops.reshape(y, keptShape(x, axis)) : y;
}

const varianceOf = ({ values }: Call): Tensor => {
  const { x, axis, keepdims } = values as unknown as Reduction;
  const centered = subtract(x, ops.mean(x, axis, true));
  return multiply(2, ops.mean(multiply(centered, tangentOf(x)!), axis, keepdims));
};

interface Quantiles extends Reduction {
  readonly q: Tensor | number;
  readonly method: string;
}

/** Positions between sorted elements, whose number `ignoresNan` counts without NaN. */
function quantile({ x, q, axis, method, keepdims }: Quantiles, ignoresNan: boolean): Tensor {
  const rows = flattened(x, axis);
  const isNan = ops.isnan(rows);
  const sorted = ops.sort(ignoresNan ? where(isNan, Infinity, rows) : rows, -1);
  const present = ops.cast(ops.logicalNot(isNan), 'float32');
  const total = ignoresNan
    ? sum(present, -1)
    : multiply(rows.shape.at(-1)!, ops.onesLike(sum(present, -1)));
  const one = (level: Tensor): Tensor => {
    const position = multiply(level, subtract(total, 1));
    const [low, high] = [ops.floor(position), ops.ceil(position)];
    const at = (index: Tensor): Tensor =>
      ops.squeeze(ops.takeAlongAxis(sorted, ops.expandDims(ops.cast(index, 'int32'), -1), -1), -1);
    if (method === 'lower') return at(low);
    if (method === 'higher') return at(high);
    if (method === 'nearest') return at(ops.round(position));
    if (method === 'midpoint') return divide(ops.add(at(low), at(high)), 2);
    const weight = subtract(position, low);
    return ops.add(multiply(at(low), subtract(1, weight)), multiply(at(high), weight));
  };
  const levels = ops.convertToTensor(q, 'float32');
  const shaped = (y: Tensor): Tensor => (keepdims ? ops.reshape(y, keptShape(x, axis)) : y);
  if (rankOf(levels) === 0) return shaped(one(levels));
  return ops.stack(ops.unstack(levels, null, 0).map((level) => shaped(one(level))));
}

const quantiles = (ignoresNan: boolean, fixed: (values: Quantiles) => Quantiles): Rule =>
  composed((values: Quantiles) => quantile(fixed(values), ignoresNan));
const same = (values: Quantiles): Quantiles => values;
const asMedian = (values: Quantiles): Quantiles => ({ ...values, q: 0.5, method: 'linear' });
const asPercentile = (values: Quantiles): Quantiles => ({
  ...values,
  q: divide(ops.convertToTensor(values.q, 'float32'), 100),
});

/** The edges, which follow the smallest and the largest element; counts have no derivative. */
const histogram: Rule = (call) => {
  const [counts] = call.result as [Tensor, Tensor];
  const edges = composed(
    ({ x, bins, range }: { x: Tensor; bins: number; range: readonly number[] | null }) =>
      range === null ? ops.linspace(ops.min(x), ops.max(x), bins + 1) : ops.zeros([bins + 1]),
  )(call);
  return [ops.zerosLike(counts), edges];
};

/** Of each segment: the mean tangent of its largest or smallest elements. */
const segmentExtremum: Rule = ({ values, result }) => {
  const [data, ids] = [values['data'], values['segment_ids']] as [Tensor, Tensor];
  const count = (result as Tensor).shape[0]!;
  const isChosen = ops.cast(ops.equal(data, ops.take(result as Tensor, ids, 0)), data.dtype);
  const [tangents, chosen] = [multiply(tangentOf(data)!, isChosen), isChosen].map((each) =>
    ops.segmentSum(each, ids, count),
  );
  return divide(tangents!, ops.maximum(chosen!, 1));
};

/** The product of each segment, as if each element were multiplied to the segment's one by one. */
function segmentProduct(
  values: { data: Tensor; segment_ids: Tensor; num_segments: number | null },
  { result }: Call,
): Tensor {
  const { data, segment_ids: ids } = values;
  const count = (result as Tensor).shape[0]!;
  const segments = Array.from({ length: count }, (_, i) => {
    const belongs = ops.reshape(ops.equal(ids, i), [-1, ...data.shape.slice(1).map(() => 1)]);
    return product({ x: where(belongs, data, ops.onesLike(data)), axis: 0, keepdims: false });
  });
  return ops.stack(segments, 0);
}

export const reductions: Rules = {
  amax: extremum,
  amin: extremum,
  max: extremum,
  min: extremum,
  logsumexp: ({ values, result }) => {
    const { x, axis, keepdims } = values as unknown as Reduction;
    const weights = ops.exp(subtract(x, kept(x, result as Tensor, axis)));
    return sum(multiply(weights, tangentOf(x)!), axis, keepdims);
  },
  prod: composed(product),
  std: (call) => divide(varianceOf(call), multiply(2, call.result as Tensor)),
  var: varianceOf,
  median: quantiles(false, asMedian),
  nanmedian: quantiles(true, asMedian),
  quantile: quantiles(false, same),
  nanquantile: quantiles(true, same),
  percentile: quantiles(false, asPercentile),
  nanpercentile: quantiles(true, asPercentile),
  histogram,
  segment_max: segmentExtremum,
  segment_min: segmentExtremum,
  segment_prod: composed(segmentProduct),
};
