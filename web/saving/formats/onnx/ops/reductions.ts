// Reductions, sorting and searching of keras.ops.numpy and keras.ops.math.
import type { GraphBuilder } from '../graph/builder.js';
import {
  add,
  cast,
  divide,
  maximum,
  minimum,
  multiply,
  notEqual,
  sqrt,
  square,
  subtract,
  unary,
} from '../graph/elementwise.js';
import {
  argument,
  axesOf,
  cumulativeSum,
  mean,
  reduce,
  reduceBool,
  sum,
  topK,
  variance,
  type Axes,
} from '../graph/reducing.js';
import { flip, reshape, slice, swapAxes } from '../graph/shaping.js';
import { axisOf, isFloat, NoOnnxForm, staticDim, type Value } from '../graph/value.js';
import { elementType, isValue, type Call, type Form } from '../model/call.js';
import {
  asFloat,
  asSum,
  axisOption,
  floatInput,
  keepdimsOption,
  table,
  type Forms,
} from './support.js';

const reduction =
  (kind: string, prepare: (call: Call) => Value): Form =>
  (call) =>
    reduce(call.g, kind, prepare(call), axisOption(call), keepdimsOption(call));

// Booleans are reduced as integers.
function extreme(kind: 'Max' | 'Min'): Form {
  return (call) => {
    const { g, input } = call;
    if (input.dtype === 'bool')
      return reduceBool(g, kind, input, axisOption(call), keepdimsOption(call));
    const result = reduce(g, kind, input, axisOption(call), keepdimsOption(call));
    const initial = call.option<number | null>('initial', null);
    if (initial === null) return result;
    return kind === 'Max' ? maximum(g, result, initial) : minimum(g, result, initial);
  };
}

const summed = (call: Call): Value => {
  const dtype = call.option<string | null>('dtype', null);
  const x = dtype === null ? call.input : cast(call.g, call.input, elementType(dtype));
  return asSum(call.g, x);
};

function deviation(call: Call, root: boolean): Value {
  const { g } = call;
  const result = variance(g, floatInput(call), axisOption(call), keepdimsOption(call));
  return root ? sqrt(g, result) : result;
}

function average(call: Call): Value {
  const { g } = call;
  const weights = call.arg(1, 'weights');
  const x = floatInput(call);
  const axis = axisOption(call);
  if (weights == null) return mean(g, x, axis);
  if (!isValue(weights)) throw new NoOnnxForm('its weights are not a tensor');
  let w = asFloat(g, weights);
  if (w.shape.length === 1 && x.shape.length > 1 && typeof axis === 'number') {
    const sizes = x.shape.map((_, i) =>
      i === axisOf(axis, x.shape.length) ? staticDim(w.shape, 0) : 1,
    );
    w = reshape(g, w, sizes);
  }
  const all = add(g, w, multiply(g, x, 0));
  return divide(g, sum(g, multiply(g, x, w), axis), sum(g, all, axis));
}

function norm(call: Call): Value {
  const { g } = call;
  const x = floatInput(call);
  const axis = axisOption(call);
  const order = call.option<unknown>('ord', null);
  const axes = axesOf(axis, x.shape.length);
  const isVector = axes.length === 1;
  const keepdims = keepdimsOption(call);
  const size = unary(g, 'Abs', x);
  if (order === null || order === 'fro' || (isVector && order === 2))
    return sqrt(g, sum(g, square(g, x), axis, keepdims));
  if (isVector && order === 1) return sum(g, size, axis, keepdims);
  if (isVector && order === Infinity) return reduce(g, 'Max', size, axis, keepdims);
  if (isVector && order === -Infinity) return reduce(g, 'Min', size, axis, keepdims);
  throw new NoOnnxForm(`its order is ${JSON.stringify(order)}`);
}

const index =
  (opType: 'ArgMax' | 'ArgMin'): Form =>
  (call) => {
    const axis = call.option<number | null>('axis', null);
    const { g, input } = call;
    const x = input.dtype === 'bool' ? cast(g, input, 'int32') : input;
    return argument(g, opType, x, axis, keepdimsOption(call));
  };

// All elements along an axis in ascending order, and their indices.
export function sorted(g: GraphBuilder, x: Value, axis: number): [Value, Value] {
  const isLast = axisOf(axis, x.shape.length) === x.shape.length - 1;
  const rows = isLast ? x : swapAxes(g, x, axis, -1);
  const shape = rows.shape;
  const k = g.numbers([staticDim(shape, -1)], 'int64');
  const [values, indices] = g.node('TopK', [rows, k], { axis: -1, largest: 0, sorted: 1 }, [
    [shape, x.dtype],
    [shape, 'int64'],
  ]);
  const back = (value: Value): Value => (isLast ? value : swapAxes(g, value, axis, -1));
  return [back(values!), back(indices!)];
}

function sortCall(call: Call): [Value, Value] {
  const axis = 'axis' in call.config ? (call.config['axis'] as number | null) : -1;
  return axis === null
    ? sorted(call.g, reshape(call.g, call.input, [-1]), 0)
    : sorted(call.g, call.input, axis);
}

function cumsum(call: Call): Value {
  const { g } = call;
  const axis = call.option<number | null>('axis', null);
  const x = summed(call);
  return axis === null ? cumulativeSum(g, reshape(g, x, [-1]), 0) : cumulativeSum(g, x, axis);
}

function top(call: Call): Value[] {
  const { g, input } = call;
  const [values, indices] = topK(g, input, call.option('k', 1));
  return [values, cast(g, indices, 'int32')];
}

function moments(call: Call): Value[] {
  const { g, input } = call;
  const axes = call.option<Axes>('axes', null);
  const keepdims = keepdimsOption(call);
  return [mean(g, input, axes, keepdims), variance(g, input, axes, keepdims)];
}

function difference(call: Call): Value {
  const { g } = call;
  const axis = call.option('axis', -1);
  let x = call.tensor(0, 'a');
  for (let i = call.option('n', 1); i > 0; --i)
    x = subtract(g, slice(g, x, axis, 1, null), slice(g, x, axis, 0, -1));
  return x;
}

export const reductionOperations: Forms = table({
  Sum: reduction('Sum', summed),
  Prod: reduction('Prod', summed),
  Mean: reduction('Mean', floatInput),
  Max: extreme('Max'),
  Amax: extreme('Max'),
  Min: extreme('Min'),
  Amin: extreme('Min'),
  Any: (call) => reduceBool(call.g, 'Max', call.input, axisOption(call), keepdimsOption(call)),
  All: (call) => reduceBool(call.g, 'Min', call.input, axisOption(call), keepdimsOption(call)),
  Var: (call) => deviation(call, false),
  Std: (call) => deviation(call, true),
  Logsumexp: reduction('LogSumExp', floatInput),
  CountNonzero: (call) => {
    const counts = cast(call.g, notEqual(call.g, numeric(call), 0), 'int32');
    return sum(call.g, counts, axisOption(call));
  },
  Ptp: (call) => {
    const { g, input } = call;
    const [axis, keepdims] = [axisOption(call), keepdimsOption(call)];
    return subtract(
      g,
      reduce(g, 'Max', input, axis, keepdims),
      reduce(g, 'Min', input, axis, keepdims),
    );
  },
  Average: average,
  Norm: norm,
  Argmax: index('ArgMax'),
  Argmin: index('ArgMin'),
  Sort: (call) => sortCall(call)[0],
  Argsort: (call) => cast(call.g, sortCall(call)[1], 'int32'),
  TopK: top,
  Cumsum: cumsum,
  Moments: moments,
  Diff: difference,
  Flip: (call) => {
    const axes = axesOf(axisOption(call), call.input.shape.length);
    return axes.reduce((x, axis) => flip(call.g, x, axis), call.input);
  },
  Fliplr: ({ g, input }) => flip(g, input, 1),
  Flipud: ({ g, input }) => flip(g, input, 0),
});

const numeric = ({ g, input }: Call): Value =>
  isFloat(input.dtype) ? input : cast(g, input, 'int32');
