// Constructor options as they cross the border: a config in which living objects and functions may stand.

import { describe, isTypedArray } from '../tensors/data.js';
import { KerasTypeError } from '../errors/errors.js';
import { enter, releasingOnError } from './function_handles.js';
import { copyFloats, FunctionHandle, writeJson } from './json.js';
import { put } from './members.js';
import { toSnakeCase } from './names.js';
import { givenTwice, isOptionsObject, notOptions } from './option_reader.js';
import type { Packed, RawObject } from './raw.js';
import { builtinFunctionName, CoreObject } from './registry.js';
import { registeredName } from '../serialization/registered_names.js';
import { KerasTensor, Tensor } from '../tensors/tensor.js';
import type { Config } from '../serialization/config.js';

/**
 * Packs options: names in camelCase become Keras's, values stay as they are. `where` takes them, such as `Dense`; the
 * core knows the names. KerasTypeError for what is not an object; `examples` gives names for its message.
 */
export function packOptions(
  options: object | null | undefined,
  where: string,
  examples: () => readonly string[] = () => [],
): Packed {
  const given = options ?? {};
  if (!isOptionsObject(given)) throw notOptions(where, given, examples());
  const renamed: Config = {};
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const name = toSnakeCase(key);
    if (Object.hasOwn(renamed, name)) throw givenTwice(where, name);
    put(renamed, name, value as unknown);
  }
  copyFloats(given, renamed, toSnakeCase);
  return packConfig(renamed);
}

/** Packs a config, or any part of one, as it is. */
export function packConfig(config: unknown): Packed {
  const objects: RawObject[] = [];
  return releasingOnError((functions) => ({
    json: encoded(writeLive(config, (value) => encode(value, objects, functions))),
    functions,
    tensors: undefined,
    objects: objects.length > 0 ? objects : undefined,
  }));
}

const encoder = new TextEncoder();
const longText = 256;

// Embind takes bytes for a string, too. Its own conversion goes over the characters one by one, twice.
function encoded(json: string): string {
  return json.length < longText ? json : (encoder.encode(json) as unknown as string);
}

function encode(value: Live, objects: RawObject[], functions: number[]): unknown {
  if (typeof value === 'function') return encodeFunction(value, functions);
  if (value instanceof Tensor)
    return { class_name: '__tensor__', config: { value: value.array(), dtype: value.dtype } };
  objects.push(value.raw);
  return { class_name: '__live__', config: { uid: value.uid } };
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
type Live = Function | Tensor | CoreObject;

/**
 * The text of a config in which living things stand: `replace` says what is written for them. KerasTypeError, with the
 * path, for what no config can hold.
 */
export function writeLive(config: unknown, replace: (value: Live) => unknown): string {
  return writeJson(config, (value, path) => {
    if (typeof value === 'function') return replace(value);
    if (typeof value === 'symbol')
      throw new KerasTypeError(`A symbol cannot be part of a config.`, path);
    if (value instanceof KerasTensor)
      throw new KerasTypeError(`${value.toString()} cannot be part of a config.`, path);
    if (value instanceof CoreObject || value instanceof Tensor) return replace(value);
    if (isTypedArray(value)) return Array.from(value as ArrayLike<unknown>);
    throw new KerasTypeError(`${describe(value)} cannot be part of a config.`, path);
  });
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
function encodeFunction(target: Function, functions: number[]): unknown {
  const builtin = builtinFunctionName(target);
  if (builtin === undefined) functions.push(enter(target));
  return {
    module: 'builtins',
    class_name: 'function',
    config: builtin ?? new FunctionHandle(functions.at(-1)!),
    registered_name: builtin === undefined ? registeredName(target) : 'function',
  };
}
