// The encoding of values across the JS/Wasm boundary. src/bindings/codec/codec.h describes it; this is the other side.
//
// A value crosses as JSON text and the handles it refers to: tensors and objects, of which the receiver owns a share,
// and functions, which cross as themselves. Nobody has to release a function: what the core does not hold is garbage.

import { describe, isTypedArray } from '../tensors/data.js';
import { KerasTypeError } from '../errors/errors.js';
import type { ErrorRecord } from './error_record.js';
import {
  copyFloats,
  parseJson,
  resolveDict,
  TaggedNode,
  taggedMark,
  writeJson,
  type Node,
  type Rules,
} from './json.js';
import { Kwargs } from './kwargs.js';
import { put } from './members.js';
import { toCamelCase, toSnakeCase } from './names.js';
import { givenTwice, isOptionsObject, notOptions } from './option_reader.js';
import { Bytes, Constant, ellipsis, Slice, tuple } from './python_values.js';
import type { Packed, RawObject, RawTensor } from './raw.js';
import { builtinFunction, builtinFunctionName, CoreObject, wrapObject } from './registry.js';
import { registeredName } from '../base/registered_names.js';
import { tensor } from '../tensors/create.js';
import { KerasTensor, Tensor, wrapTensor, type TensorInfo } from '../tensors/tensor.js';
import { Variable } from '../tensors/variable.js';
import type { Config } from '../base/config.js';

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
type AnyFunction = Function;

/** The text of a value that is one object begins with this; the uid follows. */
const objectMark = '\u0003';

/** A function given where hooks get layers: it can be called like one. */
export class CallableFunction {
  readonly target: AnyFunction;

  constructor(target: AnyFunction) {
    this.target = target;
  }

  get name(): string {
    return this.target.name;
  }

  /** Calls the function. */
  apply(...args: unknown[]): unknown {
    const last = args.at(-1);
    if (!(last instanceof Kwargs)) return this.target(...args) as unknown;
    return this.target(...args.slice(0, -1), last.values) as unknown;
  }
}

// --- Packing ---

// Collects the handles of one packed value.
class Handles {
  #all: (RawTensor | RawObject | AnyFunction)[] | undefined;

  tensor(tag: 'tensor' | 'ndarray', value: Tensor): TaggedNode {
    return new TaggedNode({ $: tag, i: this.#add(value.raw) });
  }

  object(value: CoreObject): TaggedNode {
    return new TaggedNode({ $: 'object', i: this.#add(value.raw) });
  }

  function(target: AnyFunction): TaggedNode {
    const builtin = builtinFunctionName(target);
    if (builtin !== undefined) return new TaggedNode({ $: 'builtin', name: builtin });
    return this.named(target, registeredName(target));
  }

  named(target: AnyFunction, name: string): TaggedNode {
    return new TaggedNode({ $: 'function', i: this.#add(target), name });
  }

  finish(text: string): Packed {
    return { text, handles: this.#all };
  }

  #add(handle: RawTensor | RawObject | AnyFunction): number {
    return (this.#all ??= []).push(handle) - 1;
  }
}

// What values of calls are written as. `whereOf` names a path in errors.
class ValueRules implements Rules {
  readonly keepsTuples = true;
  readonly handles = new Handles();
  readonly #whereOf: (path: string) => string;

  constructor(whereOf: (path: string) => string) {
    this.#whereOf = whereOf;
  }

  convert(value: unknown, path: () => string): unknown {
    if (typeof value === 'function') return this.handles.function(value);
    if (value === ellipsis) return new TaggedNode({ $: 'ellipsis' });
    if (value instanceof Tensor) return this.handles.tensor('tensor', value);
    if (value instanceof CoreObject) return this.handles.object(value);
    if (value instanceof Variable) return this.handles.tensor('tensor', value.value());
    if (value instanceof Constant) return this.handles.tensor('ndarray', value.tensor as Tensor);
    if (Array.isArray(value)) return new TaggedNode({ $: 'tuple' }, value as unknown[]);
    if (isTypedArray(value)) return this.handles.tensor('ndarray', tensor(value));
    if (value instanceof Slice)
      return new TaggedNode({ $: 'slice' }, [value.start, value.stop, value.step]);
    if (value instanceof Bytes) return new TaggedNode({ $: 'bytes', value: value.value });
    if (value instanceof CallableFunction) return this.handles.function(value.target);
    if (value instanceof Kwargs)
      throw new KerasTypeError(`kwargs() must be the last argument of a call.`);
    const where = this.#whereOf(path());
    if (value === undefined)
      throw new KerasTypeError(`${where} is undefined; None is written as null.`);
    throw new KerasTypeError(`${where} cannot be used here. Received: ${describe(value)}`);
  }
}

/** Packs one value. `where` names it in errors. */
export function pack(value: unknown, where = 'The value'): Packed {
  if (value instanceof CoreObject) return packObject(value);
  const rules = new ValueRules(
    (path) => where + (path === '' || path[0] === '[' ? '' : '.') + path,
  );
  return rules.handles.finish(writeJson(value, rules));
}

function packObject(object: CoreObject): Packed {
  return { text: objectMark, handles: [object.raw] };
}

/** JavaScript's undefined: a hook that leaves it to the default. */
export const packedUndefined: Packed = packText('');

/** Packs the record of a call that failed. */
export function packError(record: ErrorRecord): Packed {
  return packText(taggedMark + JSON.stringify(record));
}

/** Packs what writeJson has written without handles. */
export function packText(text: string): Packed {
  return { text, handles: undefined };
}

/** Packs the arguments of a call, of which the last may be `kwargs()`. */
export function packArguments(args: readonly unknown[]): Packed {
  const last = args.at(-1);
  const keywords = last instanceof Kwargs ? last.values : {};
  const kwargs: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(keywords)) put(kwargs, toSnakeCase(key), value);
  const positional = last instanceof Kwargs ? args.slice(0, -1) : args;
  const rules = new ValueRules(whereInCall);
  return rules.handles.finish(writeJson({ args: positional, kwargs }, rules));
}

const whereInCall = (path: string): string =>
  path.replace(/^args\[(\d+)\]/, (_, index: string) => `Argument ${Number(index) + 1}`);

/** Packs a value in which functions stand as `named(target, name)`, with the name that configs know. */
export function packNamed(
  make: (named: (target: AnyFunction, name: string) => unknown) => unknown,
): Packed {
  const handles = new Handles();
  const value = make((target, name) => handles.named(target, name));
  return handles.finish(writeJson(value, { keepsTuples: false, convert: (node) => node }));
}

// --- Options and configs ---

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
  if (config instanceof CoreObject) return packObject(config);
  const handles = new Handles();
  const text = writeConfigText(config, (value) => {
    if (typeof value === 'function') return handles.function(value);
    if (value instanceof CoreObject) return handles.object(value);
    return { class_name: '__tensor__', config: { value: value.array(), dtype: value.dtype } };
  });
  return handles.finish(text);
}

/**
 * The text of a config in which objects, functions and tensors stand: `replace` says what is written for them.
 * KerasTypeError, with the path, for what no config can hold.
 */
export function writeConfigText(
  config: unknown,
  replace: (value: AnyFunction | CoreObject | Tensor) => unknown,
): string {
  const convert = (value: unknown, path: () => string): unknown => {
    if (value === undefined) return null;
    if (typeof value === 'function') return replace(value);
    if (typeof value === 'symbol')
      throw new KerasTypeError(`A symbol cannot be part of a config.`, path());
    if (value instanceof KerasTensor)
      throw new KerasTypeError(`${value.toString()} cannot be part of a config.`, path());
    if (value instanceof CoreObject || value instanceof Tensor) return replace(value);
    if (isTypedArray(value)) return Array.from(value as ArrayLike<unknown>);
    throw new KerasTypeError(`${describe(value)} cannot be part of a config.`, path());
  };
  return writeJson(config, { keepsTuples: false, convert });
}

// --- Unpacking ---

interface HandleNode extends TensorInfo {
  readonly i: number;
  readonly uid: number;
  readonly name: string;
  readonly value: string;
}

/** The value of a packed one. Takes over its handles. */
export function unpack(packed: Packed): unknown {
  const { text } = packed;
  if (text.startsWith(objectMark))
    return wrapObject(packed.handles![0] as RawObject, Number(text.slice(1)));
  return parseJson(text, (node) => resolve(packed, node as Node & HandleNode));
}

function resolve(packed: Packed, node: Node & HandleNode): unknown {
  switch (node.$) {
    case 'tensor':
      return wrapTensor(packed.handles![node.i] as RawTensor, node);
    case 'ndarray':
      return new Constant(wrapTensor(packed.handles![node.i] as RawTensor, node));
    case 'object':
      return wrapObject(packed.handles![node.i] as RawObject, node.uid);
    case 'function':
      return packed.handles![node.i];
    case 'builtin':
      return builtinFunction(node.name) ?? null;
    case 'tuple':
      return tuple(node.items!);
    case 'slice': {
      const [start, stop, step] = node.items!;
      return new Slice(start, stop, step);
    }
    case 'ellipsis':
      return ellipsis;
    case 'bytes':
      return new Bytes(node.value);
    default:
      return resolveDict(node);
  }
}

/** The arguments of a call from the core; keywords under camelCase names. */
export function unpackArguments(packed: Packed): {
  args: unknown[];
  keywords: Record<string, unknown>;
} {
  const { args, kwargs } = unpack(packed) as { args: unknown[]; kwargs: Record<string, unknown> };
  const keywords = Object.fromEntries(
    Object.entries(kwargs).map(([key, value]) => [toCamelCase(key), value]),
  );
  return { args, keywords };
}
