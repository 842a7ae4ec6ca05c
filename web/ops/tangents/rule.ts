// What the rules of jvp are made of. A rule computes the tangents of the results of an operation.

import { core } from '../../boundary/core.js';
import { unpack } from '../../boundary/codec.js';
import { Kwargs } from '../../boundary/kwargs.js';
import { Tensor } from '../../tensors/tensor.js';
import { wrapTensor } from '../../tensors/tensor.js';
import { callOp } from '../call.js';
import * as ops from '../generated.js';
import { getItem } from '../get_item.js';

/** Arguments by parameter; `*operands` and `**axes_lengths` are those that collect others. */
export type Values = Readonly<Record<string, unknown>>;

/** A call of an operation on tensors of which some have tangents. */
export interface Call {
  readonly name: string;
  readonly values: Values;
  readonly result: unknown;
}

/** The tangents of the results of a call; null when all are zero. */
export type Rule = (call: Call) => unknown;
export type Rules = Record<string, Rule>;

/** Calls `f` for each tensor of nested arrays and plain objects. */
export function mapTensors(value: unknown, f: (x: Tensor) => unknown): unknown {
  if (value instanceof Tensor) return f(value);
  if (Array.isArray(value)) return value.map((item) => mapTensors(item, f));
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTensors(item, f)]));
}

/** The tangent of a tensor; null when it does not depend on the arguments of the function. */
export function tangentOf(x: Tensor): Tensor | null {
  const raw = core().tangentsOf(x.raw);
  return raw === null ? null : wrapTensor(raw);
}

/** The tangents of the tensors of a value, and zeros for its other tensors and numbers; null when no tensor has one. */
export function tangents(value: unknown): unknown {
  let some = false;
  mapTensors(value, (x) => {
    some ||= tangentOf(x) !== null;
    return x;
  });
  if (!some) return null;
  const replaced = (item: unknown): unknown => {
    if (item instanceof Tensor) return tangentOf(item) ?? ops.zerosLike(item);
    if (Array.isArray(item)) return item.map(replaced);
    return typeof item === 'number' ? 0 : item;
  };
  return replaced(value);
}

/** The same operation with other arguments. */
export function again({ name, values }: Call, changed: Values): unknown {
  const all = { ...values, ...changed };
  if (name === 'get_item') return getItem(all['x'] as Tensor, all['key']);
  const entries = Object.entries(all);
  const star = entries.findIndex(([key]) => /^\*\w/.test(key));
  const positional = entries
    .slice(0, star + 1)
    .flatMap(([, value], i) => (i < star ? [value] : (value as unknown[])));
  const keywords = entries
    .slice(star + 1)
    .flatMap(([key, value]) =>
      key.startsWith('**') ? Object.entries(value as object) : [[key, value]],
    );
  return callOp(name, [...positional, new Kwargs(Object.fromEntries(keywords) as Values)]);
}

/** For functions that are linear in all these parameters together. */
export const linear =
  (...names: string[]): Rule =>
  (call) =>
    again(
      call,
      Object.fromEntries(
        names
          .filter((name) => isPresent(call.values[name]))
          .map((name) => [name, tangents(call.values[name]) ?? zeros(call.values[name])]),
      ),
    );

const isPresent = (value: unknown): boolean => value !== undefined && value !== null;
const zeros = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(zeros) : ops.zerosLike(value as Tensor);

/** For functions that are linear in each of these parameters. */
export const multilinear =
  (...names: string[]): Rule =>
  (call) =>
    total(
      names.map((name) => {
        const tangent = tangents(call.values[name]);
        return tangent === null ? null : again(call, { [name]: tangent });
      }),
    );

/** The sum of results, of which some may be lists; null stands for zero. */
export function total(parts: readonly unknown[]): unknown {
  const present = parts.filter(isPresent);
  return present.length === 0 ? null : present.reduce(sumOf);
}

const sumOf = (a: unknown, b: unknown): unknown =>
  Array.isArray(a)
    ? a.map((item, i) => sumOf(item, (b as unknown[])[i]))
    : ops.add(a as Tensor, b as Tensor);

/** The product of the tangent of `x` with a derivative. */
export const unary =
  (derivative: (x: Tensor, y: Tensor, values: Values) => Tensor | number): Rule =>
  ({ values, result }) => {
    const x = values['x'] as Tensor;
    return ops.multiply(tangentOf(x)!, derivative(x, result as Tensor, values));
  };

type Partial = (x1: Tensor, x2: Tensor, y: Tensor) => Tensor | number;

/** The sum of the tangents of `x1` and `x2` with their derivatives. */
export const binary =
  (first: Partial, second: Partial): Rule =>
  ({ values, result }) => {
    const [x1, x2, y] = [values['x1'], values['x2'], result] as [Tensor, Tensor, Tensor];
    const [d1, d2] = [tangents(x1), tangents(x2)] as [Tensor | null, Tensor | null];
    return total([
      d1 && ops.multiply(d1, first(x1, x2, y)),
      d2 && ops.multiply(d2, second(x1, x2, y)),
    ]);
  };

/** The tangents of a function of operations that gives the same result. */
export const composed =
  (f: (values: never, call: Call) => unknown): Rule =>
  (call) => {
    const y = unpack(core().tangentsCompose(() => f(call.values as never, call)));
    return mapTensors(y, (item) => tangentOf(item) ?? ops.zerosLike(item));
  };

/** For results that do not change while the arguments change a little, and those that have no derivative. */
export const constant: Rule = () => null;
