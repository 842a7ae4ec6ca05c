// Elementwise operations. Operands of one operation must have the same dtype.
import { DATA_TYPES, type ElementType, type Float } from '../proto/messages.js';
import type { GraphBuilder } from './builder.js';
import { broadcast, isFloat, NoOnnxForm, promote, type Value } from './value.js';

export type Operand = Value | number;

/** The operand as a value; a number gets the dtype. */
export const valueOf = (g: GraphBuilder, x: Operand, dtype: ElementType): Value =>
  typeof x === 'number' ? g.scalar(x, dtype) : x;

/** A unary operation whose result has the shape and, by default, the dtype of the operand. */
export const unary = (
  g: GraphBuilder,
  opType: string,
  x: Value,
  attributes: Readonly<Record<string, number | Float>> = {},
  dtype = x.dtype,
): Value => g.op(opType, [x], attributes, [x.shape, dtype]);

export function cast(g: GraphBuilder, x: Value, dtype: ElementType): Value {
  if (x.dtype === dtype) return x;
  if (x.dtype === 'string' || dtype === 'string') throw new NoOnnxForm('it casts strings');
  return g.op('Cast', [x], { to: DATA_TYPES[dtype] }, [x.shape, dtype]);
}

/** Both operands in the dtype that holds both; a number takes the dtype of the other. */
export function promoted(g: GraphBuilder, a: Operand, b: Operand): [Value, Value] {
  if (typeof a === 'number') {
    const other = valueOf(g, b, 'float32');
    return [g.scalar(a, scalarType(a, other.dtype)), castFor(g, a, other)];
  }
  if (typeof b === 'number') return [castFor(g, b, a), g.scalar(b, scalarType(b, a.dtype))];
  const dtype = promote(a.dtype, b.dtype);
  return [cast(g, a, dtype), cast(g, b, dtype)];
}

// A Python number is weak: it changes the dtype only when it is a float and the other is not.
const scalarType = (number: number, dtype: ElementType): ElementType =>
  Number.isInteger(number) || isFloat(dtype) ? (dtype === 'bool' ? 'int32' : dtype) : 'float32';

const castFor = (g: GraphBuilder, number: number, x: Value): Value =>
  cast(g, x, scalarType(number, x.dtype));

export function binary(
  g: GraphBuilder,
  opType: string,
  a: Operand,
  b: Operand,
  result?: ElementType,
): Value {
  const [x, y] = promoted(g, a, b);
  return g.op(opType, [x, y], {}, [broadcast(x.shape, y.shape), result ?? x.dtype]);
}

export const add = (g: GraphBuilder, a: Operand, b: Operand): Value => binary(g, 'Add', a, b);
export const subtract = (g: GraphBuilder, a: Operand, b: Operand): Value => binary(g, 'Sub', a, b);
export const multiply = (g: GraphBuilder, a: Operand, b: Operand): Value => binary(g, 'Mul', a, b);
export const divide = (g: GraphBuilder, a: Operand, b: Operand): Value => binary(g, 'Div', a, b);
export const power = (g: GraphBuilder, a: Operand, b: Operand): Value => binary(g, 'Pow', a, b);
export const maximum = (g: GraphBuilder, a: Operand, b: Operand): Value => binary(g, 'Max', a, b);
export const minimum = (g: GraphBuilder, a: Operand, b: Operand): Value => binary(g, 'Min', a, b);

export const less = (g: GraphBuilder, a: Operand, b: Operand): Value =>
  binary(g, 'Less', a, b, 'bool');
export const greater = (g: GraphBuilder, a: Operand, b: Operand): Value =>
  binary(g, 'Greater', a, b, 'bool');
export const greaterOrEqual = (g: GraphBuilder, a: Operand, b: Operand): Value =>
  binary(g, 'GreaterOrEqual', a, b, 'bool');
export const equal = (g: GraphBuilder, a: Operand, b: Operand): Value =>
  binary(g, 'Equal', a, b, 'bool');

export const not = (g: GraphBuilder, a: Value): Value => unary(g, 'Not', cast(g, a, 'bool'));
export const and = (g: GraphBuilder, a: Value, b: Value): Value => binary(g, 'And', a, b);
export const or = (g: GraphBuilder, a: Value, b: Value): Value => binary(g, 'Or', a, b);
export const notEqual = (g: GraphBuilder, a: Operand, b: Operand): Value => not(g, equal(g, a, b));

export const absolute = (g: GraphBuilder, x: Value): Value => unary(g, 'Abs', x);
export const floor = (g: GraphBuilder, x: Value): Value => unary(g, 'Floor', x);
export const log = (g: GraphBuilder, x: Value): Value => unary(g, 'Log', x);
export const sign = (g: GraphBuilder, x: Value): Value => unary(g, 'Sign', x);
export const negative = (g: GraphBuilder, x: Value): Value => unary(g, 'Neg', x);
export const sqrt = (g: GraphBuilder, x: Value): Value => unary(g, 'Sqrt', x);
export const exp = (g: GraphBuilder, x: Value): Value => unary(g, 'Exp', x);
export const relu = (g: GraphBuilder, x: Value): Value => unary(g, 'Relu', x);
export const tanh = (g: GraphBuilder, x: Value): Value => unary(g, 'Tanh', x);
export const sigmoid = (g: GraphBuilder, x: Value): Value => unary(g, 'Sigmoid', x);
export const square = (g: GraphBuilder, x: Value): Value => multiply(g, x, x);

/** `a` where the condition holds, else `b`. */
export function where(g: GraphBuilder, condition: Value, a: Operand, b: Operand): Value {
  const [x, y] = promoted(g, a, b);
  const shape = broadcast(condition.shape, broadcast(x.shape, y.shape));
  return g.op('Where', [cast(g, condition, 'bool'), x, y], {}, [shape, x.dtype]);
}

/** Limits values to a range; null for no limit. */
export function clip(g: GraphBuilder, x: Value, low: number | null, high: number | null): Value {
  const limit = (value: number | null): Value | undefined =>
    value === null ? undefined : g.scalar(value, x.dtype);
  return g.op('Clip', [x, limit(low), limit(high)], {}, [x.shape, x.dtype]);
}
