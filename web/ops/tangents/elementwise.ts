// Derivatives of functions of one or two elements.

import type { Tensor } from '../../tensors/tensor.js';
import * as ops from '../generated.js';
import { binary, composed, constant, linear, unary, type Rules, type Values } from './rule.js';

const { add, divide, multiply, subtract, where } = ops;

export const squareOf = (x: Tensor): Tensor => multiply(x, x);
const oneMinus = (x: Tensor): Tensor => subtract(1, x);
const onePlus = (x: Tensor): Tensor => add(1, x);
const flag = (test: Tensor, like: Tensor): Tensor => ops.cast(test, like.dtype);
const inside = (x: Tensor, low: number, high: number): Tensor =>
  flag(ops.logicalAnd(ops.greater(x, low), ops.less(x, high)), x);
const isPositive = (x: Tensor): Tensor => flag(ops.greater(x, 0), x);
const isBeyond = (x: Tensor, { threshold }: Values): Tensor =>
  flag(ops.greater(ops.absolute(x), threshold as number), x);

/** 1 where `a` was chosen, 1/2 where both are equal, as JAX. */
const chosen = (isChosen: Tensor, isEqual: Tensor): Tensor =>
  where(isEqual, 0.5, ops.cast(isChosen, 'float32'));

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

/** The modified Bessel function of order 1, the mean of cos(t) sinh(x cos(t)), by the trapezoidal rule. */
function besselI1(x: Tensor): Tensor {
  const count = 128;
  const cosines = Array.from({ length: count }, (_, i) =>
    Math.cos((2 * Math.PI * (i + 0.5)) / count),
  );
  const values = multiply(ops.sinh(multiply(ops.expandDims(x, -1), cosines)), cosines);
  return ops.mean(values, -1);
}

function reluDerivative(x: Tensor, values: Values): Tensor {
  const {
    negative_slope: slope,
    max_value: most,
    threshold,
  } = values as Record<string, number | null>;
  const below = where(ops.less(x, threshold!), slope, 1.0);
  return most === null ? below : where(ops.greaterEqual(x, most!), 0.0, below);
}

function sincDerivative(x: Tensor, y: Tensor): Tensor {
  const isZero = ops.equal(x, 0);
  const safe = where(isZero, 1.0, x);
  return where(isZero, 0.0, divide(subtract(ops.cos(multiply(Math.PI, x)), y), safe));
}

const quotient = ([a, b]: readonly [Tensor, Tensor]): Tensor => {
  const isZero = ops.equal(b, 0);
  return where(isZero, 0.0, divide(a, where(isZero, 1.0, b)));
};

const largest: Record<string, number> = { float16: 65504, float8_e4m3fn: 448, float8_e5m2: 57344 };

const ofOne: Rules = {
  absolute: unary((x) => ops.sign(x)),
  arccos: unary((x) => ops.negative(ops.rsqrt(oneMinus(squareOf(x))))),
  arccosh: unary((x) => ops.rsqrt(subtract(squareOf(x), 1))),
  arcsin: unary((x) => ops.rsqrt(oneMinus(squareOf(x)))),
  arcsinh: unary((x) => ops.rsqrt(onePlus(squareOf(x)))),
  arctan: unary((x) => ops.reciprocal(onePlus(squareOf(x)))),
  arctanh: unary((x) => ops.reciprocal(oneMinus(squareOf(x)))),
  cbrt: unary((_, y) => divide(1 / 3, squareOf(y))),
  celu: unary((x, _, { alpha }) =>
    where(ops.greater(x, 0), 1.0, ops.exp(divide(ops.minimum(x, 0), alpha as number))),
  ),
  cos: unary((x) => ops.negative(ops.sin(x))),
  cosh: unary((x) => ops.sinh(x)),
  elu: unary((x, y, { alpha }) => where(ops.greater(x, 0), 1.0, add(y, alpha as number))),
  erf: unary((x) => multiply(2 / Math.sqrt(Math.PI), ops.exp(ops.negative(squareOf(x))))),
  erfc: unary((x) => multiply(-2 / Math.sqrt(Math.PI), ops.exp(ops.negative(squareOf(x))))),
  erfinv: unary((_, y) => multiply(Math.sqrt(Math.PI) / 2, ops.exp(squareOf(y)))),
  exp: unary((_, y) => y),
  exp2: unary((_, y) => multiply(Math.LN2, y)),
  expm1: unary((_, y) => onePlus(y)),
  fabs: unary((x) => ops.sign(x)),
  gelu: unary((x, _, { approximate }) => geluDerivative(x, approximate !== false)),
  hard_shrink: unary((x, _, values) => isBeyond(x, values)),
  hard_sigmoid: unary((x) => divide(inside(x, -3, 3), 6)),
  hard_silu: unary((x) => add(ops.hardSigmoid(x), divide(multiply(x, inside(x, -3, 3)), 6))),
  hard_tanh: unary((x) => inside(x, -1, 1)),
  i0: unary((x) => besselI1(x)),
  leaky_relu: unary((x, _, { negative_slope }) =>
    where(ops.greaterEqual(x, 0), 1.0, negative_slope as number),
  ),
  log: unary((x) => ops.reciprocal(x)),
  log10: unary((x) => divide(1 / Math.LN10, x)),
  log1p: unary((x) => ops.reciprocal(onePlus(x))),
  log2: unary((x) => divide(1 / Math.LN2, x)),
  log_sigmoid: unary((x) => ops.sigmoid(ops.negative(x))),
  'activations.mish': composed(({ x }: { x: Tensor }) => multiply(x, ops.tanh(ops.softplus(x)))),
  nan_to_num: unary((x) => ops.cast(ops.isfinite(x), x.dtype)),
  reciprocal: unary((_, y) => ops.negative(squareOf(y))),
  relu: unary((x) => isPositive(x)),
  'activations.relu': unary((x, _, values) => reluDerivative(x, values)),
  relu6: unary((x) => inside(x, 0, 6)),
  rsqrt: unary((_, y) => multiply(-0.5, multiply(y, squareOf(y)))),
  saturate_cast: unary((x, _, { dtype }) =>
    ops.cast(ops.lessEqual(ops.absolute(x), largest[dtype as string] ?? Infinity), x.dtype),
  ),
  selu: unary((x, y) => where(ops.greater(x, 0), 1.0507009873554805, add(y, 1.7580993408473766))),
  sigmoid: unary((_, y) => multiply(y, oneMinus(y))),
  silu: unary((x) => multiply(ops.sigmoid(x), onePlus(multiply(x, oneMinus(ops.sigmoid(x)))))),
  sin: unary((x) => ops.cos(x)),
  sinc: unary((x, y) => sincDerivative(x, y)),
  sinh: unary((x) => ops.cosh(x)),
  soft_shrink: unary((x, _, values) => isBeyond(x, values)),
  softplus: unary((x) => ops.sigmoid(x)),
  softsign: unary((x) => ops.reciprocal(squareOf(onePlus(ops.absolute(x))))),
  sparse_plus: unary((x) => ops.clip(divide(onePlus(x), 2), 0, 1)),
  sparse_sigmoid: unary((x) => multiply(0.5, inside(x, -1, 1))),
  sqrt: unary((_, y) => divide(0.5, y)),
  square: unary((x) => multiply(2, x)),
  squareplus: unary((x, _, { b }) =>
    multiply(0.5, onePlus(divide(x, ops.sqrt(add(squareOf(x), b as number))))),
  ),
  tan: unary((_, y) => onePlus(squareOf(y))),
  tanh: unary((_, y) => oneMinus(squareOf(y))),
  tanh_shrink: unary((x) => squareOf(ops.tanh(x))),
  threshold: unary((x, _, { threshold }) => ops.cast(ops.greater(x, threshold as number), x.dtype)),
};

const ofTwo: Rules = {
  arctan2: binary(
    (a, b) => divide(b, add(squareOf(a), squareOf(b))),
    (a, b) => ops.negative(divide(a, add(squareOf(a), squareOf(b)))),
  ),
  divide: binary(
    (_, b) => ops.reciprocal(b),
    (_, b, y) => ops.negative(divide(y, b)),
  ),
  divide_no_nan: composed(({ x1, x2 }: Record<'x1' | 'x2', Tensor>) => quotient([x1, x2])),
  fmax: composed(({ x1, x2 }: Record<'x1' | 'x2', Tensor>) =>
    where(ops.logicalOr(ops.greater(x1, x2), ops.isnan(x2)), x1, x2),
  ),
  fmin: composed(({ x1, x2 }: Record<'x1' | 'x2', Tensor>) =>
    where(ops.logicalOr(ops.less(x1, x2), ops.isnan(x2)), x1, x2),
  ),
  fmod: binary(
    () => 1,
    (a, b) => ops.negative(ops.trunc(divide(a, b))),
  ),
  hypot: binary(
    (a, _, y) => divide(a, y),
    (_, b, y) => divide(b, y),
  ),
  ldexp: linear('x1'),
  logaddexp: binary(
    (a, _, y) => ops.exp(subtract(a, y)),
    (_, b, y) => ops.exp(subtract(b, y)),
  ),
  logaddexp2: binary(
    (a, _, y) => ops.exp2(subtract(a, y)),
    (_, b, y) => ops.exp2(subtract(b, y)),
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
  clip: composed(({ x, x_min: low, x_max: high }: Record<'x' | 'x_min' | 'x_max', Tensor>) =>
    ops.minimum(high, ops.maximum(low, x)),
  ),
};

const withoutDerivative = [
  'ceil',
  'floor',
  'floor_divide',
  'heaviside',
  'round',
  'sign',
  'trunc',
  'nextafter',
];

export const elementwise: Rules = {
  ...ofOne,
  ...ofTwo,
  true_divide: ofTwo['divide']!,
  ...Object.fromEntries(withoutDerivative.map((name) => [name, constant])),
};
