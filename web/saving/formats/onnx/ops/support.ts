// What the forms of operations share.
import { cast, type Operand } from '../graph/elementwise.js';
import type { GraphBuilder } from '../graph/builder.js';
import { isFloat, type Value } from '../graph/value.js';
import type { Axes } from '../graph/reducing.js';
import type { Call, Form, LayerForm } from '../model/call.js';
import type { ElementType } from '../proto/messages.js';

export type Forms = Readonly<Record<string, LayerForm>>;

/** A table of forms, from functions by the names of classes. */
export const table = (forms: Readonly<Record<string, Form>>): Forms =>
  Object.fromEntries(Object.entries(forms).map(([name, form]) => [name, { form }]));

/** The value as a float: integers become float32. */
export const asFloat = (g: GraphBuilder, x: Value): Value =>
  isFloat(x.dtype) ? x : cast(g, x, 'float32');

/** The first argument as a float. */
export const floatInput = (call: Call): Value => asFloat(call.g, call.input);

/** Integers and booleans as what sums of them have in Keras. */
export function asSum(g: GraphBuilder, x: Value): Value {
  const small: readonly ElementType[] = ['bool', 'int8', 'int16'];
  const unsigned: readonly ElementType[] = ['uint8', 'uint16'];
  if (small.includes(x.dtype)) return cast(g, x, 'int32');
  return unsigned.includes(x.dtype) ? cast(g, x, 'uint32') : x;
}

/** The operand as a value; a number is an int32 or float32. */
export const valueOf = (g: GraphBuilder, x: Operand): Value =>
  typeof x === 'number' ? g.scalar(x, Number.isInteger(x) ? 'int32' : 'float32') : x;

/** The option `axis`. */
export const axisOption = (call: Call, fallback: Axes = null): Axes =>
  call.option<Axes>('axis', fallback);

export const keepdimsOption = (call: Call): boolean => call.option('keepdims', false);

/** Whether images have their channels before the spatial axes. */
export const isFirst = (call: Call): boolean =>
  call.option<string>('data_format', 'channels_last') === 'channels_first';
