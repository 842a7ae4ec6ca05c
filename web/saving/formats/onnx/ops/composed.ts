// Operations that ONNX has no operator for, made of several.
import type { GraphBuilder } from '../graph/builder.js';
import {
  absolute,
  add,
  cast,
  clip,
  divide,
  equal,
  greater,
  less,
  log,
  multiply,
  not,
  sign,
  sqrt,
  square,
  subtract,
  where,
} from '../graph/elementwise.js';
import { matmul } from '../graph/products.js';
import {
  any,
  argument,
  axesOf,
  cumulativeSum,
  mean,
  reduce,
  reduceBool,
  sum,
} from '../graph/reducing.js';
import {
  at,
  concat,
  moveAxis,
  pad,
  reshape,
  sizesOf,
  slice,
  split,
  squeeze,
  transpose,
  unsqueeze,
} from '../graph/shaping.js';
import { axisOf, isFloat, NoOnnxForm, staticDim, type Value } from '../graph/value.js';
import { type Call, type Form } from '../model/call.js';
import { isClose, isNan } from './elementwise.js';
import { sorted } from './reductions.js';
import {
  asFloat,
  axisOption,
  floatInput,
  keepdimsOption,
  table,
  valueOf,
  type Forms,
} from './support.js';

// --- Without NaN ---

const withoutNan = (g: GraphBuilder, x: Value, value: number): Value =>
  isFloat(x.dtype) ? where(g, isNan(g, x), g.scalar(value, x.dtype), x) : x;

const nanReduction =
  (kind: string, filler: number): Form =>
  (call) => {
    const { g, input } = call;
    const [axis, keepdims] = [axisOption(call), keepdimsOption(call)];
    const result = reduce(g, kind, withoutNan(g, input, filler), axis, keepdims);
    if (!isFloat(input.dtype) || Number.isFinite(filler)) return result;
    const isEmpty = reduceBool(g, 'Min', isNan(g, input), axis, keepdims);
    return where(g, isEmpty, g.scalar(NaN, input.dtype), result);
  };

function nanMean(call: Call, keepdims = keepdimsOption(call), x = floatInput(call)): Value {
  const { g } = call;
  const axis = axisOption(call);
  const count = sum(g, cast(g, not(g, isNan(g, x)), x.dtype), axis, keepdims);
  return divide(g, sum(g, withoutNan(g, x, 0), axis, keepdims), count);
}

function nanVariance(call: Call): Value {
  const { g } = call;
  const x = floatInput(call);
  return nanMean(call, keepdimsOption(call), square(g, subtract(g, x, nanMean(call, true, x))));
}

const nanIndex =
  (opType: 'ArgMax' | 'ArgMin', filler: number): Form =>
  (call) => {
    const { g, input } = call;
    const axis = call.option<number | null>('axis', null);
    const index = argument(g, opType, withoutNan(g, input, filler), axis, keepdimsOption(call));
    if (!isFloat(input.dtype)) return index;
    const isEmpty = reduceBool(g, 'Min', isNan(g, input), axis, keepdimsOption(call));
    return where(g, isEmpty, g.scalar(-1, 'int32'), index);
  };

// --- Diagonals ---

function diagonalOf(
  g: GraphBuilder,
  x: Value,
  offset: number,
  axis1: number,
  axis2: number,
): Value {
  const rank = x.shape.length;
  const [a, b] = [axisOf(axis1, rank), axisOf(axis2, rank)];
  const others = x.shape.map((_, i) => i).filter((i) => i !== a && i !== b);
  const moved = transpose(g, x, [...others, a, b]);
  const [rows, columns] = [staticDim(moved.shape, -2), staticDim(moved.shape, -1)];
  const count = Math.max(0, Math.min(rows + Math.min(0, offset), columns - Math.max(0, offset)));
  const flat = reshape(g, moved, [...sizesOf(moved, 0, rank - 2), rows * columns]);
  const first = offset >= 0 ? offset : -offset * columns;
  const indices = Array.from({ length: count }, (_, i) => first + i * (columns + 1));
  const shape = [...flat.shape.slice(0, -1), count];
  return g.op('Gather', [flat, g.numbers(indices, 'int64')], { axis: -1 }, [shape, x.dtype]);
}

const diagonal = (call: Call): Value =>
  diagonalOf(
    call.g,
    call.input,
    call.option('offset', 0),
    call.option('axis1', 0),
    call.option('axis2', 1),
  );

function diagonalMatrix(g: GraphBuilder, vector: Value, k: number): Value {
  const size = staticDim(vector.shape, 0) + Math.abs(k);
  const padded = pad(g, vector, [[Math.max(0, k), Math.max(0, -k)]]);
  const keep = Array.from({ length: size * size }, (_, i) =>
    Number((i % size) - Math.floor(i / size) === k),
  );
  const mask = g.numbers(keep, 'bool', [size, size]);
  return where(g, mask, unsqueeze(g, padded, 0), g.scalar(0, vector.dtype));
}

function kronecker(call: Call): Value {
  const { g } = call;
  let [a, b] = [valueOf(g, call.operand(0, 'x1')), valueOf(g, call.operand(1, 'x2'))];
  while (a.shape.length < b.shape.length) a = unsqueeze(g, a, 0);
  while (b.shape.length < a.shape.length) b = unsqueeze(g, b, 0);
  const wide = (x: Value, after: number): Value =>
    unsqueeze(g, x, ...x.shape.map((_, i) => 2 * i + after));
  const sizes = a.shape.map((_, i) => staticDim(a.shape, i) * staticDim(b.shape, i));
  return reshape(g, multiply(g, wide(a, 1), wide(b, 0)), sizes);
}

function corrcoef(call: Call): Value {
  const { g } = call;
  const given = floatInput(call);
  const x = given.shape.length === 1 ? unsqueeze(g, given, 0) : given;
  const centered = subtract(g, x, mean(g, x, 1, true));
  const products = matmul(g, centered, transpose(g, centered, [1, 0]));
  const deviations = sqrt(g, diagonalOf(g, products, 0, 0, 1));
  const scaled = divide(g, products, unsqueeze(g, deviations, 1));
  const result = clip(g, divide(g, scaled, unsqueeze(g, deviations, 0)), -1, 1);
  return given.shape.length === 1 ? squeeze(g, result, 0, 1) : result;
}

function trapezoid(call: Call): Value {
  const { g } = call;
  if (call.option<unknown>('x', null) !== null) throw new NoOnnxForm('it has positions of its own');
  const y = asFloat(g, call.tensor(0, 'y'));
  const axis = call.option('axis', -1);
  const heights = add(g, slice(g, y, axis, 1, null), slice(g, y, axis, 0, -1));
  return multiply(g, sum(g, heights, axis), 0.5 * call.option('dx', 1));
}

function cross(call: Call): Value {
  const { g } = call;
  const axis = call.option<number | null>('axis', null);
  const [a, b] = ['x1', 'x2'].map((name, i) => {
    const x = valueOf(g, call.operand(i, name));
    const moved = moveAxis(g, x, axis ?? call.option(i === 0 ? 'axisa' : 'axisb', -1), -1);
    if (staticDim(moved.shape, -1) !== 3)
      throw new NoOnnxForm('its vectors have not three elements');
    return [0, 1, 2].map((index) => at(g, moved, -1, index));
  }) as [Value[], Value[]];
  const part = (i: number, j: number): Value =>
    unsqueeze(g, subtract(g, multiply(g, a[i]!, b[j]!), multiply(g, a[j]!, b[i]!)), -1);
  const result = concat(g, [part(1, 2), part(2, 0), part(0, 1)], -1);
  return moveAxis(g, result, -1, axis ?? call.option('axisc', -1));
}

// --- Order ---

function quantileOf(call: Call, x: Value, q: number): Value {
  const { g } = call;
  const method = call.option<string>('method', 'linear');
  if (method !== 'linear') throw new NoOnnxForm(`its method is ${method}`);
  const rank = x.shape.length;
  const axes = axesOf(axisOption(call), rank);
  const others = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const moved = transpose(g, x, [...others, ...axes]);
  const size = axes.reduce((product, axis) => product * staticDim(x.shape, axis), 1);
  const flat = reshape(g, moved, [...sizesOf(moved, 0, others.length), size]);
  const [values] = sorted(g, flat, -1);
  const position = q * (size - 1);
  const [low, high] = [Math.floor(position), Math.ceil(position)];
  const below = at(g, values, -1, low);
  const result =
    low === high
      ? below
      : add(
          g,
          multiply(g, below, high - position),
          multiply(g, at(g, values, -1, high), position - low),
        );
  return keepdimsOption(call) ? unsqueeze(g, result, ...axes) : result;
}

const quantile =
  (factor: number): Form =>
  (call) => {
    const q = call.operand(1, 'q');
    if (typeof q !== 'number') throw new NoOnnxForm('its quantiles are a tensor');
    return quantileOf(call, floatInput(call), q * factor);
  };

// How many bounds lie below each value, or below and at it.
function countBelow(g: GraphBuilder, bounds: Value, values: Value, orEqual: boolean): Value {
  const each = unsqueeze(g, values, -1);
  const isBelow = orEqual ? not(g, less(g, each, bounds)) : less(g, bounds, each);
  return sum(g, cast(g, isBelow, 'int32'), -1);
}

// --- Products along an axis ---

function cumulativeProduct(call: Call, x: Value): Value {
  const { g } = call;
  const axis = call.option<number | null>('axis', null);
  const rows = axis === null ? reshape(g, x, [-1]) : x;
  const size = staticDim(rows.shape, axis ?? 0);
  if (size > 64) throw new NoOnnxForm('it multiplies more than 64 elements');
  const parts = split(
    g,
    rows,
    axis ?? 0,
    Array.from({ length: size }, () => 1),
  );
  const products = parts.reduce<Value[]>((done, part) => {
    const last = done.at(-1);
    return [...done, last ? multiply(g, last, part) : part];
  }, []);
  return concat(g, products, axis ?? 0);
}

// --- Determinants and scores ---

const determinant = ({ g, input }: Call): Value =>
  g.op('Det', [input], {}, [input.shape.slice(0, -2), input.dtype]);

function signAndLog(call: Call): [Value, Value] {
  const { g } = call;
  const value = determinant(call);
  return [sign(g, value), log(g, absolute(g, value))];
}

function inTopK(call: Call): Value {
  const { g } = call;
  const [targets, scores] = [call.tensor(0, 'targets'), call.tensor(1, 'predictions')];
  const index = unsqueeze(g, cast(g, targets, 'int64'), -1);
  const found = g.op('GatherElements', [scores, index], { axis: -1 }, [index.shape, scores.dtype]);
  const atTarget = where(g, isNan(g, found), g.scalar(-Infinity, scores.dtype), found);
  const better = sum(g, cast(g, greater(g, scores, atTarget), 'int32'), -1);
  return less(g, better, call.option('k', 1));
}

function psnr(call: Call): Value {
  const { g } = call;
  const [a, b] = [asFloat(g, call.tensor(0, 'x1')), asFloat(g, call.tensor(1, 'x2'))];
  const error = mean(g, square(g, subtract(g, a, b)), null);
  const decibels = multiply(g, log(g, error), 10 / Math.LN10);
  return subtract(g, 20 * Math.log10(call.option('max_val', 1)), decibels);
}

const zeroLike: Form = ({ g, input }) => multiply(g, input, g.scalar(0, input.dtype));

export const composedOperations: Forms = table({
  Nansum: nanReduction('Sum', 0),
  Nanprod: nanReduction('Prod', 1),
  Nanmax: nanReduction('Max', -Infinity),
  Nanmin: nanReduction('Min', Infinity),
  Nanmean: (call) => nanMean(call),
  Nanvar: nanVariance,
  Nanstd: (call) => sqrt(call.g, nanVariance(call)),
  Nanargmax: nanIndex('ArgMax', -Infinity),
  Nanargmin: nanIndex('ArgMin', Infinity),
  Nancumsum: (call) => {
    const { g } = call;
    const axis = call.option<number | null>('axis', null);
    const x = withoutNan(g, call.input, 0);
    return axis === null ? cumulativeSum(g, reshape(g, x, [-1]), 0) : cumulativeSum(g, x, axis);
  },
  Nancumprod: (call) => cumulativeProduct(call, withoutNan(call.g, call.input, 1)),
  Cumprod: (call) => cumulativeProduct(call, call.input),
  Diagonal: diagonal,
  Trace: (call) => sum(call.g, diagonal(call), -1),
  Diag: (call) => {
    const { g, input } = call;
    const k = call.option('k', 0);
    return input.shape.length === 1 ? diagonalMatrix(g, input, k) : diagonalOf(g, input, k, 0, 1);
  },
  Diagflat: (call) =>
    diagonalMatrix(call.g, reshape(call.g, call.input, [-1]), call.option('k', 0)),
  Kron: kronecker,
  Corrcoef: corrcoef,
  Trapezoid: trapezoid,
  Cross: cross,
  Det: determinant,
  Logdet: (call) => signAndLog(call)[1],
  Slogdet: signAndLog,
  InTopK: inTopK,
  PSNR: psnr,
  Median: (call) => quantileOf(call, floatInput(call), 0.5),
  Quantile: quantile(1),
  Percentile: quantile(0.01),
  SearchSorted: (call) => {
    const bounds = call.tensor(0, 'sorted_sequence');
    if (bounds.shape.length !== 1) throw new NoOnnxForm('it searches in several sequences');
    const values = valueOf(call.g, call.operand(1, 'values'));
    return countBelow(call.g, bounds, values, call.option<string>('side', 'left') === 'right');
  },
  Digitize: (call) =>
    countBelow(call.g, valueOf(call.g, call.operand(1, 'bins')), call.input, true),
  IsIn: (call) => {
    const { g } = call;
    const [x, list] = [valueOf(g, call.operand(0, 'x1')), valueOf(g, call.operand(1, 'x2'))];
    const found = any(g, equal(g, unsqueeze(g, x, -1), reshape(g, list, [-1])), -1);
    return call.option('invert', false) ? not(g, found) : found;
  },
  AllClose: (call) => reduceBool(call.g, 'Min', isClose(call), null),
  CDist: (call) => {
    const { g } = call;
    const [x, y] = [asFloat(g, call.tensor(0, 'x')), asFloat(g, call.tensor(1, 'y'))];
    const difference = subtract(g, unsqueeze(g, x, -2), unsqueeze(g, y, -3));
    return sqrt(g, sum(g, square(g, difference), -1));
  },
  Imag: zeroLike,
  Isreal: ({ g, input }) => equal(g, cast(g, zeroLikeOf(g, input), 'int32'), 0),
  Angle: (call) => {
    const { g } = call;
    const x = floatInput(call);
    return where(g, less(g, x, 0), g.scalar(Math.PI, x.dtype), g.scalar(0, x.dtype));
  },
});

const zeroLikeOf = (g: GraphBuilder, x: Value): Value => {
  const whole = isFloat(x.dtype) ? cast(g, isNan(g, x), 'int32') : cast(g, x, 'int32');
  return multiply(g, whole, 0);
};
