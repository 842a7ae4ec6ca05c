// The derivatives of operations for jvp: rules by the names of keras.ops.

import type { Tensor } from '../tensors/tensor.js';
import { op } from './call.js';
import * as ops from './generated.js';
import { getItem } from './get_item.js';

/** A call of an operation on tensors that have tangents. */
export interface Call {
  readonly name: string;
  readonly parameters: readonly string[];
  /** Arguments by parameter; the arguments of `*operands` are an array. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly result: unknown;
  /** The tangents of the tensors of a value, with zeros for numbers; null when it has no tangents. */
  readonly tangent: (value: unknown) => unknown;
}

/** The tangents of the results of a call. */
export type Rule = (call: Call) => unknown;

const { add, divide, multiply, subtract, sum, where } = ops;

/** The same operation with other arguments. */
function again({ name, parameters, values }: Call, changed: Record<string, unknown>): unknown {
  if (name === 'get_item') return getItem(changed['x'] as Tensor, values['key']);
  const all = { ...values, ...changed };
  const rest = parameters.find((parameter) => /^\*\w/.test(parameter))?.slice(1);
  const given = parameters.filter((each) => !each.startsWith('*'));
  const f = op<(...args: unknown[]) => unknown>(name, parameters.join(' '));
  if (rest !== undefined) return f(...given.map((each) => all[each]), ...(all[rest] as unknown[]));
  return f(...given.map((each) => all[each]));
}

/** For functions that are linear in all these parameters together. */
const linear =
  (...names: string[]): Rule =>
  (call) =>
    again(
      call,
      Object.fromEntries(
        names
          .filter((name) => call.values[name] !== undefined && call.values[name] !== null)
          .map((name) => [name, call.tangent(call.values[name]) ?? zeros(call.values[name])]),
      ),
    );

function zeros(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(zeros);
  return ops.zerosLike(value as Tensor);
}

/** For functions that are linear in each of these parameters. */
const multilinear =
  (...names: string[]): Rule =>
  (call) =>
    total(
      names.map((name) => {
        const tangent = call.tangent(call.values[name]);
        return tangent === null ? null : (again(call, { [name]: tangent }) as Tensor);
      }),
    );

const total = (parts: readonly (Tensor | null)[]): Tensor =>
  parts.filter((part) => part !== null).reduce((a, b) => add(a, b));

type Value = Tensor;

/** The product of the tangent of x with a derivative. */
const unary =
  (derivative: (x: Value, y: Value, values: Call['values']) => Value | number): Rule =>
  ({ values, result, tangent }) =>
    multiply(
      tangent(values['x']) as Tensor,
      derivative(values['x'] as Tensor, result as Tensor, values),
    );

/** The sum of the tangents of x1 and x2 with their derivatives. */
const binary =
  (
    first: (x1: Value, x2: Value, y: Value) => Value | number,
    second: (x1: Value, x2: Value, y: Value) => Value | number,
  ): Rule =>
  ({ values, result, tangent }) => {
    const [x1, x2, y] = [values['x1'], values['x2'], result] as [Tensor, Tensor, Tensor];
    const [d1, d2] = [tangent(x1), tangent(x2)] as [Tensor | null, Tensor | null];
    return total([
      d1 && broadcast(multiply(d1, first(x1, x2, y)), y),
      d2 && broadcast(multiply(d2, second(x1, x2, y)), y),
    ]);
  };

const broadcast = (x: Tensor, y: Tensor): Tensor => ops.broadcastTo(x, y.shape);

/** 1 where `a` was chosen, 1/2 where both are equal, as JAX. */
const chosen = (isChosen: Tensor, isEqual: Tensor): Tensor =>
  where(isEqual, 0.5, ops.cast(isChosen, 'float32'));

const axisOf = ({ axis }: Call['values'], fallback: number | null = null) =>
  (axis === undefined ? fallback : axis) as number | number[] | null;

/** For the largest or smallest element: the mean tangent of those elements. */
const extremum: Rule = ({ values, result, tangent }) => {
  const x = values['x'] as Tensor;
  const axis = axisOf(values);
  const y = kept(x, result as Tensor, axis);
  const isChosen = ops.cast(ops.equal(x, y), x.dtype);
  const sums = [multiply(tangent(x) as Tensor, isChosen), isChosen].map((each) => sum(each, axis));
  return ops.reshape(divide(sums[0]!, sums[1]!), (result as Tensor).shape);
};

/** The result of a reduction, with its reduced axes. */
function kept(x: Tensor, y: Tensor, axis: number | number[] | null): Tensor {
  const axes = axis === null ? x.shape.map((_, i) => i) : [axis].flat();
  const shape = (x.shape as number[]).map((size, i) =>
    axes.includes(i) || axes.includes(i - x.rank) ? 1 : size,
  );
  return ops.reshape(y, shape);
}

const softmaxRule: Rule = ({ values, result, tangent }) => {
  const y = result as Tensor;
  const axis = axisOf(values, -1) as number;
  const weighted = multiply(y, tangent(values['x']) as Tensor);
  return subtract(weighted, multiply(y, sum(weighted, axis, true)));
};

const varianceOf = ({ values, tangent }: Call): Tensor => {
  const x = values['x'] as Tensor;
  const axis = axisOf(values);
  const centered = subtract(x, ops.mean(x, axis, true));
  const product = multiply(centered, tangent(x) as Tensor);
  return multiply(2, ops.mean(product, axis, Boolean(values['keepdims'])));
};

const sigmoid = (x: Tensor): Tensor => ops.sigmoid(x);
const inside = (x: Tensor, low: number, high: number): Tensor =>
  ops.cast(ops.logicalAnd(ops.greater(x, low), ops.less(x, high)), x.dtype);
const isPositive = (x: Tensor): Tensor => ops.cast(ops.greater(x, 0), x.dtype);
const squareOf = (x: Tensor): Tensor => multiply(x, x);
const oneMinus = (x: Tensor): Tensor => subtract(1, x);
const onePlus = (x: Tensor): Tensor => add(1, x);

function geluDerivative(x: Tensor, approximate: boolean): Tensor {
  if (!approximate) {
    const density = multiply(ops.exp(multiply(-0.5, squareOf(x))), 1 / Math.sqrt(2 * Math.PI));
    return add(multiply(0.5, onePlus(ops.erf(divide(x, Math.SQRT2)))), multiply(x, density));
  }
  const scale = Math.sqrt(2 / Math.PI);
  const t = ops.tanh(multiply(scale, add(x, multiply(0.044715, multiply(x, squareOf(x))))));
  const inner = multiply(scale, onePlus(multiply(3 * 0.044715, squareOf(x))));
  return add(
    multiply(0.5, onePlus(t)),
    multiply(multiply(0.5, x), multiply(oneMinus(squareOf(t)), inner)),
  );
}

const number = (value: unknown, fallback: number): number =>
  value === undefined ? fallback : Number(value);

const derivatives: Record<string, Rule> = {
  absolute: unary((x) => ops.sign(x)),
  arccos: unary((x) => ops.negative(ops.rsqrt(oneMinus(squareOf(x))))),
  arccosh: unary((x) => ops.rsqrt(subtract(squareOf(x), 1))),
  arcsin: unary((x) => ops.rsqrt(oneMinus(squareOf(x)))),
  arcsinh: unary((x) => ops.rsqrt(onePlus(squareOf(x)))),
  arctan: unary((x) => ops.reciprocal(onePlus(squareOf(x)))),
  arctanh: unary((x) => ops.reciprocal(oneMinus(squareOf(x)))),
  cbrt: unary((_, y) => divide(1 / 3, squareOf(y))),
  cos: unary((x) => ops.negative(ops.sin(x))),
  cosh: unary((x) => ops.sinh(x)),
  elu: unary((x, y, { alpha }) => where(ops.greater(x, 0), 1.0, add(y, number(alpha, 1)))),
  erf: unary((x) => multiply(2 / Math.sqrt(Math.PI), ops.exp(ops.negative(squareOf(x))))),
  erfc: unary((x) => multiply(-2 / Math.sqrt(Math.PI), ops.exp(ops.negative(squareOf(x))))),
  erfinv: unary((_, y) => multiply(Math.sqrt(Math.PI) / 2, ops.exp(squareOf(y)))),
  exp: unary((_, y) => y),
  exp2: unary((_, y) => multiply(Math.LN2, y)),
  expm1: unary((_, y) => onePlus(y)),
  gelu: unary((x, _, { approximate }) => geluDerivative(x, approximate !== false)),
  hard_sigmoid: unary((x) => divide(inside(x, -3, 3), 6)),
  hard_tanh: unary((x) => inside(x, -1, 1)),
  leaky_relu: unary((x, _, values) =>
    where(ops.greaterEqual(x, 0), 1.0, number(values['negative_slope'], 0.2)),
  ),
  log: unary((x) => ops.reciprocal(x)),
  log10: unary((x) => divide(1 / Math.LN10, x)),
  log1p: unary((x) => ops.reciprocal(onePlus(x))),
  log2: unary((x) => divide(1 / Math.LN2, x)),
  log_sigmoid: unary((x) => sigmoid(ops.negative(x))),
  reciprocal: unary((_, y) => ops.negative(squareOf(y))),
  relu: unary((x) => isPositive(x)),
  relu6: unary((x) => inside(x, 0, 6)),
  rsqrt: unary((_, y) => multiply(-0.5, multiply(y, squareOf(y)))),
  selu: unary((x, y) => where(ops.greater(x, 0), 1.0507009873554805, add(y, 1.7580993408473766))),
  sigmoid: unary((_, y) => multiply(y, oneMinus(y))),
  silu: unary((x) => multiply(sigmoid(x), onePlus(multiply(x, oneMinus(sigmoid(x)))))),
  sin: unary((x) => ops.cos(x)),
  sinh: unary((x) => ops.cosh(x)),
  softplus: unary((x) => sigmoid(x)),
  softsign: unary((x) => ops.reciprocal(squareOf(onePlus(ops.absolute(x))))),
  sqrt: unary((_, y) => divide(0.5, y)),
  square: unary((x) => multiply(2, x)),
  tan: unary((_, y) => onePlus(squareOf(y))),
  tanh: unary((_, y) => oneMinus(squareOf(y))),

  arctan2: binary(
    (a, b) => divide(b, add(squareOf(a), squareOf(b))),
    (a, b) => ops.negative(divide(a, add(squareOf(a), squareOf(b)))),
  ),
  divide: binary(
    (_, b) => ops.reciprocal(b),
    (_, b, y) => ops.negative(divide(y, b)),
  ),
  hypot: binary(
    (a, _, y) => divide(a, y),
    (_, b, y) => divide(b, y),
  ),
  logaddexp: binary(
    (a, _, y) => ops.exp(subtract(a, y)),
    (_, b, y) => ops.exp(subtract(b, y)),
  ),
  maximum: binary(
    (a, b) => chosen(ops.greater(a, b), ops.equal(a, b)),
    (a, b) => chosen(ops.greater(b, a), ops.equal(a, b)),
  ),
  minimum: binary(
    (a, b) => chosen(ops.less(a, b), ops.equal(a, b)),
    (a, b) => chosen(ops.less(b, a), ops.equal(a, b)),
  ),
  mod: binary(
    () => 1,
    (a, b) => ops.negative(ops.floor(divide(a, b))),
  ),
  power: binary(
    (a, b) => where(ops.equal(b, 0), 0.0, multiply(b, ops.power(a, subtract(b, 1)))),
    (a, _, y) => multiply(ops.log(where(ops.equal(a, 0), 1.0, a)), y),
  ),

  clip: ({ values, result, tangent }) => {
    const [x, y] = [values['x'], result] as [Tensor, Tensor];
    return broadcast(multiply(tangent(x) as Tensor, ops.cast(ops.equal(x, y), y.dtype)), y);
  },
  det: ({ values, result, tangent }) => {
    const x = values['x'] as Tensor;
    const product = ops.matmul(ops.inv(x), tangent(x) as Tensor);
    return multiply(result as Tensor, ops.trace(product, 0, -2, -1));
  },
  inv: ({ values, result, tangent }) => {
    const y = result as Tensor;
    return ops.negative(ops.matmul(ops.matmul(y, tangent(values['x']) as Tensor), y));
  },
  log_softmax: ({ values, result, tangent }) => {
    const dx = tangent(values['x']) as Tensor;
    const weighted = multiply(ops.exp(result as Tensor), dx);
    return subtract(dx, sum(weighted, axisOf(values, -1), true));
  },
  logsumexp: ({ values, result, tangent }) => {
    const x = values['x'] as Tensor;
    const axis = axisOf(values);
    const weights = ops.exp(subtract(x, kept(x, result as Tensor, axis)));
    return sum(multiply(weights, tangent(x) as Tensor), axis, Boolean(values['keepdims']));
  },
  max: extremum,
  min: extremum,
  softmax: softmaxRule,
  sort: ({ values, tangent }) => {
    const axis = axisOf(values, -1) as number;
    const x = values['x'] as Tensor;
    return ops.takeAlongAxis(tangent(x) as Tensor, ops.argsort(x, axis), axis);
  },
  solve: ({ values, result, tangent }) => {
    const [a, b] = [values['a'], values['b']] as [Tensor, Tensor];
    const y = result as Tensor;
    const da = tangent(a) as Tensor | null;
    const right = (tangent(b) ?? ops.zerosLike(b)) as Tensor;
    return ops.solve(a, da === null ? right : subtract(right, ops.matmul(da, y)));
  },
  std: (call) => divide(varianceOf(call), multiply(2, call.result as Tensor)),
  var: varianceOf,
};

const linearIn: Record<string, string> = {
  x: `average broadcast_to cast convert_to_tensor copy cumsum deg2rad depth_to_space diag diagflat diagonal expand_dims
    flip fliplr flipud get_item mean moveaxis negative rad2deg ravel real repeat reshape roll rot90 space_to_depth split
    squeeze stack sum swapaxes take take_along_axis tile trace transpose tril triu unfold unstack array_split fft rfft`,
  a: 'diff',
  xs: 'concatenate hstack vstack dstack',
  'x1 x2': 'add subtract append',
  'inputs updates': 'slice_update scatter_update',
  inputs: 'average_pool slice',
  data: 'segment_sum',
  images:
    'image.resize image.pad_images image.crop_images image.rgb_to_grayscale image.affine_transform',
};

const multilinearIn: Record<string, string> = {
  'x1 x2': 'multiply matmul dot inner outer tensordot vdot kron cross correlate',
  'inputs kernel': 'conv depthwise_conv conv_transpose',
  'inputs depthwise_kernel pointwise_kernel': 'separable_conv',
};

const words = (text: string): string[] => text.trim().split(/\s+/);

const aliases: Record<string, string> = {
  abs: 'absolute',
  amax: 'max',
  amin: 'min',
  true_divide: 'divide',
};

function allRules(): Record<string, Rule> {
  const all: Record<string, Rule> = { ...derivatives };
  for (const [parameters, names] of Object.entries(linearIn))
    for (const name of words(names)) all[name] = linear(...words(parameters));
  for (const [parameters, names] of Object.entries(multilinearIn))
    for (const name of words(names)) all[name] = multilinear(...words(parameters));
  all['where'] = linear('x1', 'x2');
  all['pad'] = linear('x', 'constant_values');
  all['einsum'] = (call) => {
    const operands = call.values['operands'] as Tensor[];
    return total(
      operands.map((operand, i) => {
        const tangent = call.tangent(operand);
        return tangent === null
          ? null
          : (again(call, {
              operands: operands.map((each, at) => (at === i ? tangent : each)),
            }) as Tensor);
      }),
    );
  };
  for (const [alias, name] of Object.entries(aliases)) all[alias] = all[name]!;
  return all;
}

let all: Record<string, Rule> | undefined;

/** The rule of an operation of keras.ops. */
export const ruleOf = (name: string): Rule | undefined => (all ??= allRules())[name];

const constants = new Set(
  words(`ceil empty_like floor floor_divide full_like heaviside one_hot ones_like round sign stop_gradient trunc zeros_like
    argmax argmin argsort shape size ndim convert_to_numpy`),
);

/** Whether the derivative of an operation is zero, or its result is not a number to differentiate. */
export const isConstant = (name: string): boolean => constants.has(name);
