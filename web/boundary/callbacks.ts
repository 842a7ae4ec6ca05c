// What the core may call. Errors of the code behind it are kept here; the core only learns that there was one.

import { rememberedConfig } from './config_memory.js';
import { checkEngine, fail, keepError } from './core.js';
import { KerasTypeError } from '../errors/errors.js';
import { entry, release as releaseFunction, type CallStyle } from './function_handles.js';
import { parseJson } from './json.js';
import { isLambda, takesKeyword } from '../layers/signatures.js';
import { Kwargs } from './kwargs.js';
import { modelFromGraph, type ModelOptions } from '../models/model.js';
import { CallableFunction, pack, unpack, unpackArguments } from './codec.js';
import { setOrigin } from '../serialization/object.js';
import type { Packed } from './raw.js';
import { ownName } from '../serialization/registered_names.js';
import { heldObject, hostCall, release, retain } from './registry.js';
import { KerasTensor, Tensor, withTensorScope } from '../tensors/tensor.js';
import type { Config } from '../serialization/config.js';
import { warn } from '../errors/warnings.js';

interface Hosted {
  name?: string;
  [hostCall](method: string, args: unknown[], keywords: Record<string, unknown>): unknown;
}

/** The object that `setHost` gets (src/bindings/callbacks.cpp). */
export const host = {
  fail,
  warn,
  retainObject: retain,
  releaseObject: release,
  releaseFunction,

  callObject(uid: number, method: string, packed: Packed): Packed {
    const call = (): Packed => {
      const object = heldObject(uid) as unknown as Hosted;
      return scoped(packed, (args, keywords) => {
        const result = object[hostCall](method, args, keywords);
        return packResult(result, `What ${method}() of '${object.name ?? ''}' returned`);
      });
    };
    return guarded(method === 'getConfig' ? () => rememberedConfig(uid, call) : call);
  },

  callFunction(id: number, packed: Packed): Packed {
    return guarded(() => {
      const { target, style } = entry(id);
      const call: Body = (args, keywords) => {
        const result: unknown = target(...withKeywords(args, keywords, style));
        if (style === 'event') return pack(null);
        const where = `What ${target.name || 'the function'}() returned`;
        return style === 'hook' ? packOptional(result, where) : packResult(result, where);
      };
      if (style !== 'hook') return scoped(packed, call);
      const { args, keywords } = unpackArguments(packed);
      return call(args, keywords);
    });
  },

  functionTakes(id: number, keyword: string): boolean {
    return takesKeyword(entry(id).target, keyword);
  },

  functionIsLambda(id: number): boolean {
    return isLambda(entry(id).target);
  },

  fromGraph(id: number, packed: Packed): Packed {
    return guarded(() => pack(modelFromGraph(entry(id).target, unpack(packed) as ModelOptions)));
  },

  fromConfig(id: number, json: string): Packed {
    return guarded(() => {
      const Class = entry(id).target as unknown as {
        new (config: Config): unknown;
        fromConfig?(config: Config): unknown;
      };
      const config = parseJson(json) as Config;
      if (!Class.fromConfig)
        throw new KerasTypeError(
          `Unable to reconstruct an instance of '${ownName(Class as never)}' because the class is missing a \`from_config()\` method. (A class has a static fromConfig, or extends one of Keras.) Full object config: ${json}`,
        );
      const made = Class.fromConfig(config);
      setOrigin(made, config);
      return pack(made);
    });
  },
};

function guarded(body: () => Packed): Packed {
  let result: Packed;
  try {
    result = body();
  } catch (error) {
    const json = JSON.stringify(keepError(error));
    result = { json, tensors: undefined, objects: undefined };
  }
  checkEngine();
  return result;
}

type Body = (args: unknown[], keywords: Record<string, unknown>) => Packed;

// Calls on data free what they make; calls that build graphs make no data worth the trouble.
function scoped(packed: Packed, body: Body): Packed {
  return withTensorScope((keepAll) => {
    const { args, keywords } = unpackArguments(packed);
    if (!args.some(holdsData) && !Object.values(keywords).some(holdsData)) keepAll();
    return body(args, keywords);
  });
}

function holdsData(value: unknown): boolean {
  if (value instanceof Tensor) return !(value instanceof KerasTensor);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsData);
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).some(holdsData);
}

// None means something else to hooks than nothing, so that what they return comes in a list.
function packOptional(result: unknown, where: string): Packed {
  if (result === undefined) return pack([]);
  const packed = packResult(result, where);
  return { ...packed, json: `[${packed.json}]` };
}

function packResult(result: unknown, where: string): Packed {
  if (result === undefined)
    throw new KerasTypeError(`${where} is undefined: it must return something.`);
  if (result instanceof Promise)
    throw new KerasTypeError(
      `${where} is a promise: functions that the core calls cannot be async.`,
    );
  return pack(result, where);
}

function withKeywords(
  args: unknown[],
  keywords: Record<string, unknown>,
  style: CallStyle,
): unknown[] {
  // Where hooks get layers they may get a function, which they can call in the same way.
  if (style === 'hook' && typeof args[0] === 'function')
    args = [new CallableFunction(args[0]), ...args.slice(1)];
  if (Object.keys(keywords).length === 0) return args;
  return [...args, style === 'hook' ? new Kwargs(keywords) : keywords];
}
