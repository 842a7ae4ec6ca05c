// How the functions of keras.ops are called from JavaScript.

import { core } from '../boundary/core.js';
import type { TypedArray } from '../tensors/data.js';
import { KerasTypeError } from '../errors/errors.js';
import { Kwargs } from '../boundary/kwargs.js';
import { toCamelCase, toSnakeCase } from '../boundary/names.js';
import { packArguments, unpack } from '../boundary/codec.js';
import { unexpectedOption } from '../boundary/option_reader.js';
import type { Tensor } from '../tensors/tensor.js';
import { wrapTensor } from '../tensors/tensor.js';
import { makeRoom } from '../tensors/tensor_content.js';
import type { Variable } from '../tensors/variable.js';

/** An argument of operations on numbers. */
export type TensorLike =
  Tensor | Variable | TypedArray | number | boolean | string | readonly TensorLike[];

/** A number, or a tensor of one number. */
export type Scalar = number | Tensor;

/** One axis, several, or all for null. */
export type Axis = number | readonly number[] | null;

/** Splits arguments into positional and keyword arguments. A last plain object holds the latter. */
function arrange(
  name: string,
  parameters: readonly string[],
  args: readonly unknown[],
): readonly unknown[] {
  const last = args.at(-1);
  if (last instanceof Kwargs) return args;
  const takesAny = parameters.at(-1)?.startsWith('**') ?? false;
  const hasOptions = isOptions(last);
  const positional = hasOptions ? args.slice(0, -1) : [...args];
  const keywords: Record<string, unknown> = {};
  if (hasOptions) {
    for (const [key, value] of Object.entries(last)) {
      const known = toSnakeCase(key);
      if (!takesAny && !parameters.includes(known))
        throw unexpectedOption(`${name}()`, key, parameters.map(toCamelCase));
      if (value !== undefined) keywords[known] = value;
    }
  }
  // Arguments after an `undefined` are passed by name.
  const gap = positional.indexOf(undefined);
  if (gap !== -1) {
    for (let i = gap; i < positional.length; ++i) {
      const parameter = parameters[i];
      if (positional[i] === undefined) continue;
      if (parameter === undefined || parameter.startsWith('*'))
        throw new KerasTypeError(`Argument ${gap + 1} of ${name}() is undefined.`);
      keywords[parameter] = positional[i];
    }
    positional.length = gap;
  }
  return Object.keys(keywords).length > 0 ? [...positional, new Kwargs(keywords)] : positional;
}

// Operations take no dicts, so a plain object is always options.
function isOptions(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** Calls a function of keras.ops; keyword arguments are one trailing `Kwargs`. @internal */
export function callOp(name: string, args: readonly unknown[]): unknown {
  makeRoom();
  return unpack(core().callOp(name, packArguments(args)));
}

/** A function of keras.ops of type F, its parameters separated by spaces. @internal */
export function op<F extends object>(name: string, parameters: string): F {
  const names = parameters === '' ? [] : parameters.split(' ');
  // Not an arrow function, which would be a lambda to Keras.
  function call(...args: unknown[]): unknown {
    return callOp(name, arrange(name, names, args));
  }
  return named<F>(call, name);
}

/** A function of keras.random of type F. @internal */
export function randomOp<F extends object>(name: string, parameters: string): F {
  const names = parameters.split(' ');
  function call(...args: unknown[]): Tensor {
    makeRoom();
    return wrapTensor(core().callRandom(name, packArguments(arrange(name, names, args))));
  }
  return named<F>(call, name);
}

// Types of operations are generated, or stated with them: the one place where a function of any arguments becomes one of theirs.
function named<F extends object>(call: object, name: string): F {
  const own = name.slice(name.lastIndexOf('.') + 1);
  return Object.defineProperty(call, 'name', { value: toCamelCase(own) }) as F;
}
