// Elementwise operations of keras.ops.numpy and keras.ops.math.
import type { GraphBuilder } from '../graph/builder.js';
import {
  absolute,
  add,
  and,
  binary,
  cast,
  clip,
  divide,
  equal,
  exp,
  floor,
  greater,
  greaterOrEqual,
  less,
  log,
  maximum,
  minimum,
  multiply,
  negative,
  not,
  notEqual,
  or,
  power,
  promoted,
  sign,
  sqrt,
  square,
  subtract,
  unary,
  where,
  type Operand,
} from '../graph/elementwise.js';
import { isFloat, NoOnnxForm, type Value } from '../graph/value.js';
import type { Call, Form } from '../model/call.js';
import { asFloat, floatInput, table, valueOf, type Forms } from './support.js';

const float =
  (opType: string): Form =>
  (call) =>
    unary(call.g, opType, floatInput(call));
const same =
  (opType: string): Form =>
  (call) =>
    unary(call.g, opType, call.input);
const composed =
  (make: (g: GraphBuilder, x: Value) => Value): Form =>
  (call) =>
    make(call.g, floatInput(call));

type Binary = (g: GraphBuilder, a: Operand, b: Operand) => Value;

const pair =
  (make: Binary): Form =>
  (call) =>
    make(call.g, call.operand(0, 'x1'), call.operand(1, 'x2'));
const bits = (opType: string): Form => pairNamed(['x', 'y'], (g, a, b) => binary(g, opType, a, b));
const pairNamed =
  (names: readonly [string, string], make: Binary): Form =>
  (call) =>
    make(call.g, call.operand(0, names[0]), call.operand(1, names[1]));

const floats =
  (make: (g: GraphBuilder, a: Value, b: Value) => Value): Binary =>
  (g, a, b) => {
    const [x, y] = promoted(g, a, b);
    return make(g, asFloat(g, x), asFloat(g, y));
  };

// ONNX compares no booleans by order.
const comparison =
  (compare: Binary): Binary =>
  (g, a, b) => {
    const [x, y] = promoted(g, a, b);
    const plain = (value: Value): Value =>
      value.dtype === 'bool' ? cast(g, value, 'int32') : value;
    return compare(g, plain(x), plain(y));
  };

const logical =
  (opType: string): Binary =>
  (g, a, b) =>
    binary(g, opType, cast(g, valueOf(g, a), 'bool'), cast(g, valueOf(g, b), 'bool'));

const isInf = (g: GraphBuilder, x: Value, positive = 1, negativeToo = 1): Value =>
  unary(g, 'IsInf', x, { detect_positive: positive, detect_negative: negativeToo }, 'bool');
export const isNan = (g: GraphBuilder, x: Value): Value => unary(g, 'IsNaN', x, {}, 'bool');

// Integers have no infinity and no NaN.
const predicate =
  (make: (g: GraphBuilder, x: Value) => Value, otherwise = false): Form =>
  ({ g, input }) => {
    if (isFloat(input.dtype)) return make(g, input);
    const none = notEqual(g, cast(g, input, 'int32'), cast(g, input, 'int32'));
    return otherwise ? not(g, none) : none;
  };

function mod(g: GraphBuilder, a: Operand, b: Operand): Value {
  const [x, y] = promoted(g, a, b);
  if (!isFloat(x.dtype)) return binary(g, 'Mod', x, y);
  return subtract(g, x, multiply(g, floor(g, divide(g, x, y)), y));
}

function floorDivide(g: GraphBuilder, a: Operand, b: Operand): Value {
  const [x, y] = promoted(g, a, b);
  if (isFloat(x.dtype)) return floor(g, divide(g, x, y));
  return divide(g, subtract(g, x, mod(g, x, y)), y);
}

function divideNoNan(g: GraphBuilder, x: Value, y: Value): Value {
  const isZero = equal(g, y, 0);
  const quotient = divide(g, x, where(g, isZero, g.scalar(1, y.dtype), y));
  return where(g, isZero, g.scalar(0, quotient.dtype), quotient);
}

export function arctan2(g: GraphBuilder, y: Value, x: Value): Value {
  const pi = g.scalar(Math.PI, x.dtype);
  const zero = g.scalar(0, x.dtype);
  const isZero = equal(g, x, 0);
  const angle = unary(g, 'Atan', divide(g, y, where(g, isZero, g.scalar(1, x.dtype), x)));
  const turned = where(g, less(g, y, 0), subtract(g, angle, pi), add(g, angle, pi));
  const result = where(g, less(g, x, 0), turned, angle);
  const upright = multiply(g, sign(g, y), Math.PI / 2);
  return where(g, isZero, where(g, equal(g, y, 0), zero, upright), result);
}

function logAddExp(g: GraphBuilder, x: Value, y: Value): Value {
  const difference = negative(g, absolute(g, subtract(g, x, y)));
  return add(g, maximum(g, x, y), log(g, add(g, exp(g, difference), 1)));
}

function truncated(g: GraphBuilder, x: Value): Value {
  return isFloat(x.dtype) ? multiply(g, sign(g, x), floor(g, absolute(g, x))) : x;
}

function round(call: Call): Value {
  const { g, input } = call;
  const decimals = call.option('decimals', 0);
  if (!isFloat(input.dtype)) return input;
  if (decimals === 0) return unary(g, 'Round', input);
  const factor = 10 ** decimals;
  return divide(g, unary(g, 'Round', multiply(g, input, factor)), factor);
}

function nanToNum(call: Call): Value {
  const { g, input } = call;
  if (!isFloat(input.dtype)) return input;
  const largest = input.dtype === 'float16' ? 65504 : 3.4028234663852886e38;
  const value = (number: number): Value => g.scalar(number, input.dtype);
  const high = value(call.option('posinf', largest));
  const low = value(call.option('neginf', -largest));
  const finite = where(g, isInf(g, input, 1, 0), high, where(g, isInf(g, input, 0, 1), low, input));
  return where(g, isNan(g, input), value(call.option('nan', 0)), finite);
}

function clipped(call: Call): Value {
  const { g, input } = call;
  const low = call.arg(1, 'x_min') ?? call.config['x_min'];
  const high = call.arg(2, 'x_max') ?? call.config['x_max'];
  const isNumber = (limit: unknown): boolean =>
    limit == null ||
    (typeof limit === 'number' && (isFloat(input.dtype) || Number.isInteger(limit)));
  if (isNumber(low) && isNumber(high) && input.dtype !== 'bool')
    return clip(g, input, (low ?? null) as number | null, (high ?? null) as number | null);
  let result = input;
  if (low != null) result = maximum(g, result, call.operand(1, 'x_min'));
  if (high != null) result = minimum(g, result, call.operand(2, 'x_max'));
  return result;
}

export function isClose(call: Call): Value {
  const { g } = call;
  const [x, y] = promoted(g, call.operand(0, 'x1'), call.operand(1, 'x2'));
  const [a, b] = [asFloat(g, x), asFloat(g, y)];
  const rtol = Number(call.arg(2, 'rtol') ?? call.option('rtol', 1e-5));
  const atol = Number(call.arg(3, 'atol') ?? call.option('atol', 1e-8));
  const bound = add(g, multiply(g, absolute(g, b), rtol), atol);
  const near = not(g, greater(g, absolute(g, subtract(g, a, b)), bound));
  const close = and(g, near, not(g, isNan(g, subtract(g, a, b))));
  const result = or(g, close, equal(g, a, b));
  return call.option('equal_nan', false) ? or(g, result, and(g, isNan(g, a), isNan(g, b))) : result;
}

const times = (factor: number): Form => composed((g, x) => multiply(g, x, factor));

function sinc(g: GraphBuilder, x: Value): Value {
  const angle = multiply(g, x, Math.PI);
  const isZero = equal(g, x, 0);
  const safe = where(g, isZero, g.scalar(1, x.dtype), angle);
  return where(g, isZero, g.scalar(1, x.dtype), divide(g, unary(g, 'Sin', safe), safe));
}

function signbit(g: GraphBuilder, x: Value): Value {
  const isNegativeZero = and(g, equal(g, x, 0), less(g, unary(g, 'Reciprocal', x), 0));
  return or(g, less(g, x, 0), isNegativeZero);
}

/** Where one operand is NaN, the other. */
const ignoringNan =
  (choose: Binary): Binary =>
  (g, a, b) => {
    const [x, y] = promoted(g, a, b);
    if (!isFloat(x.dtype)) return choose(g, x, y);
    return where(g, isNan(g, x), y, where(g, isNan(g, y), x, choose(g, x, y)));
  };

const identity: Form = ({ input }) => input;

export const elementwiseOperations: Forms = table({
  Abs: ({ g, input }) => (input.dtype === 'bool' ? input : absolute(g, input)),
  Absolute: ({ g, input }) => (input.dtype === 'bool' ? input : absolute(g, input)),
  Fabs: float('Abs'),
  Arccos: float('Acos'),
  Arccosh: float('Acosh'),
  Arcsin: float('Asin'),
  Arcsinh: float('Asinh'),
  Arctan: float('Atan'),
  Arctanh: float('Atanh'),
  Cbrt: composed((g, x) => multiply(g, sign(g, x), power(g, absolute(g, x), 1 / 3))),
  Ceil: float('Ceil'),
  Cos: float('Cos'),
  Cosh: float('Cosh'),
  Erf: float('Erf'),
  Erfc: composed((g, x) => subtract(g, g.scalar(1, x.dtype), unary(g, 'Erf', x))),
  Exp: float('Exp'),
  Exp2: composed((g, x) => power(g, g.scalar(2, x.dtype), x)),
  Expm1: composed((g, x) => subtract(g, exp(g, x), 1)),
  Floor: float('Floor'),
  Log: float('Log'),
  Log10: composed((g, x) => multiply(g, log(g, x), Math.LOG10E)),
  Log1p: composed((g, x) => log(g, add(g, x, 1))),
  Log2: composed((g, x) => multiply(g, log(g, x), Math.LOG2E)),
  Negative: same('Neg'),
  Reciprocal: float('Reciprocal'),
  Rsqrt: composed((g, x) => unary(g, 'Reciprocal', sqrt(g, x))),
  Sign: same('Sign'),
  Signbit: predicate(signbit),
  Sin: float('Sin'),
  Sinc: composed(sinc),
  Sinh: float('Sinh'),
  Sqrt: float('Sqrt'),
  Square: ({ g, input }) => square(g, input.dtype === 'bool' ? cast(g, input, 'int32') : input),
  Tan: float('Tan'),
  Tanh: float('Tanh'),
  Trunc: ({ g, input }) => truncated(g, input),
  Round: round,
  Deg2rad: times(Math.PI / 180),
  Rad2deg: times(180 / Math.PI),
  Isfinite: predicate((g, x) => not(g, or(g, isNan(g, x), isInf(g, x))), true),
  Isinf: predicate(isInf),
  Isnan: predicate(isNan),
  Isneginf: predicate((g, x) => isInf(g, x, 0, 1)),
  Isposinf: predicate((g, x) => isInf(g, x, 1, 0)),
  LogicalNot: ({ g, input }) => not(g, input),
  BitwiseInvert: same('BitwiseNot'),
  BitwiseNot: same('BitwiseNot'),
  NanToNum: nanToNum,
  Real: identity,
  Conj: identity,
  Conjugate: identity,
  Add: pair(add),
  Subtract: pair(subtract),
  Multiply: pair(multiply),
  Divide: pair(floats(divide)),
  TrueDivide: pair(floats(divide)),
  DivideNoNan: pair(floats(divideNoNan)),
  FloorDivide: pair(floorDivide),
  Mod: pair(mod),
  Fmod: pair((g, a, b) => {
    const [x, y] = promoted(g, a, b);
    return subtract(g, x, multiply(g, truncated(g, divide(g, x, y)), y));
  }),
  Power: pair(power),
  Maximum: pair(maximum),
  Minimum: pair(minimum),
  Fmax: pair(ignoringNan(maximum)),
  Fmin: pair(ignoringNan(minimum)),
  Arctan2: pair(floats(arctan2)),
  Hypot: pair(floats((g, x, y) => sqrt(g, add(g, square(g, x), square(g, y))))),
  Logaddexp: pair(floats(logAddExp)),
  Logaddexp2: pair(
    floats((g, x, y) => {
      const natural = logAddExp(g, multiply(g, x, Math.LN2), multiply(g, y, Math.LN2));
      return multiply(g, natural, Math.LOG2E);
    }),
  ),
  Heaviside: pair(
    floats((g, x, y) => {
      const [one, zero] = [g.scalar(1, x.dtype), g.scalar(0, x.dtype)];
      return where(g, equal(g, x, 0), y, where(g, greater(g, x, 0), one, zero));
    }),
  ),
  Equal: pair(equal),
  NotEqual: pair(notEqual),
  Greater: pair(comparison(greater)),
  GreaterEqual: pair(comparison(greaterOrEqual)),
  Less: pair(comparison(less)),
  LessEqual: pair(comparison((g, a, b) => binary(g, 'LessOrEqual', a, b, 'bool'))),
  LogicalAnd: pair(logical('And')),
  LogicalOr: pair(logical('Or')),
  LogicalXor: pair(logical('Xor')),
  BitwiseAnd: bits('BitwiseAnd'),
  BitwiseOr: bits('BitwiseOr'),
  BitwiseXor: bits('BitwiseXor'),
  Clip: clipped,
  Isclose: isClose,
  Ldexp: pair(floats((g, x, y) => multiply(g, x, power(g, g.scalar(2, x.dtype), y)))),
  Where: (call) => {
    const condition = valueOf(call.g, call.operand(0, 'condition'));
    if (call.arg(1, 'x1') == null) throw new NoOnnxForm('it counts where its condition holds');
    return where(call.g, condition, call.operand(1, 'x1'), call.operand(2, 'x2'));
  },
});
