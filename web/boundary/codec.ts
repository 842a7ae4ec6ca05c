// Values as they cross the border. src/bindings/codec/value_codec.h tells the form; this is its JavaScript side.

import { describe, isTypedArray } from '../tensors/data.js';
import { KerasTypeError } from '../errors/errors.js';
import { enter, entry, releasingOnError } from './function_handles.js';
import { parseJson, writeJson } from './json.js';
import { Kwargs } from './kwargs.js';
import { toCamelCase, toSnakeCase } from './names.js';
import { Bytes, Constant, ellipsis, isTuple, Slice, tuple } from './python_values.js';
import type { Packed, RawObject, RawTensor } from './raw.js';
import { builtinFunction, builtinFunctionName, CoreObject, wrapObject } from './registry.js';
import { registeredName } from '../serialization/registered_names.js';
import { Tensor, tensor, wrapTensor, type TensorInfo } from '../tensors/tensor.js';
import { Variable } from '../tensors/variable.js';

/** A function given where hooks get layers: it can be called like one. */
export class CallableFunction {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
  readonly target: Function;

  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
  constructor(target: Function) {
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

class Packer {
  readonly functions: number[];
  readonly tensors: RawTensor[] = [];
  readonly objects: RawObject[] = [];

  constructor(functions: number[]) {
    this.functions = functions;
  }

  pack(value: unknown, where: string): unknown {
    switch (typeof value) {
      case 'number':
      case 'boolean':
      case 'string':
      case 'bigint':
        return value;
      case 'undefined':
        throw new KerasTypeError(`${where} is undefined; None is written as null.`);
      case 'symbol':
        if (value === ellipsis) return { $: 'ellipsis' };
        break;
      case 'function':
        return this.#packFunction(value);
      default:
        if (value === null) return null;
        return this.#packObject(value as object, where);
    }
    throw new KerasTypeError(`${where} cannot be used here. Received: ${describe(value)}`);
  }

  #packObject(value: object, where: string): unknown {
    if (Array.isArray(value)) {
      const items = value.map((item, i) => this.pack(item, `${where}[${i}]`));
      return isTuple(value) ? { $: 'tuple', items } : items;
    }
    if (value instanceof Tensor) return this.#packTensor('tensor', value);
    if (value instanceof CoreObject)
      return { $: 'object', uid: value.uid, i: this.objects.push(value.raw) - 1 };
    if (value instanceof Variable) return this.#packTensor('tensor', value.value());
    if (value instanceof Constant) return this.#packTensor('ndarray', value.tensor as Tensor);
    if (isTypedArray(value)) return this.#packTensor('ndarray', tensor(value));
    if (value instanceof Slice) {
      const items = [value.start, value.stop, value.step];
      return { $: 'slice', items: items.map((item) => this.pack(item, `${where} (slice)`)) };
    }
    if (value instanceof Bytes) return { $: 'bytes', value: value.value };
    if (value instanceof CallableFunction) return this.#packFunction(value.target);
    if (value instanceof Kwargs)
      throw new KerasTypeError(`kwargs() must be the last argument of a call.`);
    const prototype = Object.getPrototypeOf(value) as unknown;
    if (prototype !== Object.prototype && prototype !== null)
      throw new KerasTypeError(`${where} cannot be used here. Received: ${describe(value)}`);
    return this.packMembers(Object.entries(value), where);
  }

  packMembers(members: [string, unknown][], where: string): unknown {
    const packed = members
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, this.pack(value, `${where}.${key}`)] as const);
    if (packed.some(([key]) => key === '$')) return { $: 'dict', items: packed };
    return Object.fromEntries(packed);
  }

  #packTensor(tag: string, value: Tensor): unknown {
    return { $: tag, i: this.tensors.push(value.raw) - 1 };
  }

  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
  #packFunction(value: Function): unknown {
    const builtin = builtinFunctionName(value);
    if (builtin !== undefined) return { $: 'builtin', name: builtin };
    const id = enter(value);
    this.functions.push(id);
    return { $: 'function', id, name: registeredName(value) };
  }

  finish(value: unknown): Packed {
    return {
      json: writeJson(value),
      functions: this.functions,
      tensors: this.tensors.length > 0 ? this.tensors : undefined,
      objects: this.objects.length > 0 ? this.objects : undefined,
    };
  }
}

/** Packs one value. `where` names it in errors. */
export function pack(value: unknown, where = 'The value'): Packed {
  return releasingOnError((functions) => {
    const packer = new Packer(functions);
    return packer.finish(packer.pack(value, where));
  });
}

/** Packs the arguments of a call, of which the last may be `kwargs()`. */
export function packArguments(args: readonly unknown[]): Packed {
  const last = args.at(-1);
  const keywords = last instanceof Kwargs ? last.values : undefined;
  const positional = keywords ? args.slice(0, -1) : args;
  const members = Object.entries(keywords ?? {}).map(
    ([key, value]) => [toSnakeCase(key), value] as [string, unknown],
  );
  return releasingOnError((functions) => {
    const packer = new Packer(functions);
    const packed = positional.map((value, i) => packer.pack(value, `Argument ${i + 1}`));
    return packer.finish({ args: packed, kwargs: packer.packMembers(members, 'kwargs') });
  });
}

interface Tagged extends TensorInfo {
  $: string;
  i: number;
  id: number;
  uid: number;
  name: string;
  value: string;
  items: unknown[];
}

class Unpacker {
  readonly #packed: Packed;

  constructor(packed: Packed) {
    this.#packed = packed;
  }

  unpack(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.unpack(item));
    if ('$' in value) return this.#unpackTagged(value as Tagged);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.unpack(item)]));
  }

  #unpackTagged(tagged: Tagged): unknown {
    switch (tagged.$) {
      case 'tensor':
        return wrapTensor(this.#packed.tensors![tagged.i]!, tagged);
      case 'ndarray':
        return new Constant(wrapTensor(this.#packed.tensors![tagged.i]!, tagged));
      case 'object':
        return wrapObject(this.#packed.objects![tagged.i]!, tagged.uid);
      case 'function':
        return entry(tagged.id).target;
      case 'builtin':
        return builtinFunction(tagged.name) ?? null;
      case 'tuple':
        return tuple(tagged.items.map((item) => this.unpack(item)));
      case 'slice': {
        const [start, stop, step] = tagged.items.map((item) => this.unpack(item));
        return new Slice(start, stop, step);
      }
      case 'ellipsis':
        return ellipsis;
      case 'bytes':
        return new Bytes(tagged.value);
      case 'dict':
        return Object.fromEntries(
          (tagged.items as [string, unknown][]).map(([key, item]) => [key, this.unpack(item)]),
        );
      default:
        throw new Error(`Unknown tag of a packed value: ${tagged.$}`);
    }
  }
}

/** The value of a packed one. Takes over its handles. */
export function unpack(packed: Packed): unknown {
  return new Unpacker(packed).unpack(parseJson(packed.json));
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
