// What the core calls. Errors of the code behind it are kept here, and the core gets their records.

import { rememberedConfig } from './config_memory.js';
import { checkEngine, fail, keepError } from './core.js';
import { KerasTypeError } from '../errors/errors.js';
import { Kwargs } from './kwargs.js';
import {
  CallableFunction,
  pack,
  packedUndefined,
  packError,
  packText,
  unpack,
  unpackArguments,
} from './codec.js';
import { setOrigin } from '../base/origins.js';
import type { Packed } from './raw.js';
import { ownName } from '../base/registered_names.js';
import { heldObject, jsCall, release, retain } from './registry.js';
import { KerasTensor, Tensor, withTensorScope } from '../tensors/tensor.js';
import type { Config } from '../base/config.js';
import { warn } from '../errors/warnings.js';

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
type AnyFunction = Function;
type Keywords = Record<string, unknown>;

/** An object whose class JavaScript defines. */
interface JsObject {
  name?: string;
  [jsCall](method: string, args: unknown[], keywords: Keywords): unknown;
}

/** What callbacks need of the rooms above this one. */
export interface Keras {
  modelFromGraph(Class: AnyFunction, graph: unknown): unknown;
  takesKeyword(target: unknown, keyword: string): boolean;
  isLambda(target: unknown): boolean;
}

/** Makes the object that `setCallbacks` takes (src/bindings/callbacks.cpp). */
export const makeCallbacks = (keras: Keras) => ({
  fail,
  warn,
  retainObject: retain,
  releaseObject: release,

  callObject: (uid: number, method: string, packed: Packed): Packed =>
    guarded(() => {
      const object = jsObject(uid);
      return scoped(packed, (args, keywords) => {
        const result = object[jsCall](method, args, keywords);
        return packResult(result, `What ${method}() of '${object.name ?? ''}' returned`);
      });
    }),

  configOf: (uid: number): Packed =>
    guarded(() =>
      rememberedConfig(uid, () =>
        withTensorScope((keepAll) => {
          keepAll();
          return packText(jsObject(uid)[jsCall]('getConfig', [], {}) as string);
        }),
      ),
    ),

  callFunction: (target: AnyFunction, packed: Packed): Packed =>
    guarded(() =>
      scoped(packed, (args, keywords) =>
        packResult(call(target, args, keywords), returned(target)),
      ),
    ),

  /** A function whose result does not matter. */
  notify: (target: AnyFunction, packed: Packed): Packed =>
    guarded(() =>
      scoped(packed, (args, keywords) => {
        call(target, args, keywords);
        return packText('null');
      }),
    ),

  /** A hook of cloneModel: keywords are one trailing `kwargs()`, ready to be passed on. */
  callHook: (target: AnyFunction, packed: Packed): Packed =>
    guarded(() => {
      const { args, keywords } = unpackArguments(packed);
      // Where hooks get layers they may get a function, which they can call in the same way.
      if (typeof args[0] === 'function') args[0] = new CallableFunction(args[0]);
      if (Object.keys(keywords).length > 0) args.push(new Kwargs(keywords));
      return packOptional(target(...args), target);
    }),

  /** The hook `cloneFunction`, which gets one layer and most often returns one. */
  callCloneHook: (target: AnyFunction, packed: Packed): Packed =>
    guarded(() => packOptional(target(unpack(packed)), target)),

  functionTakes: (target: AnyFunction, keyword: string): boolean =>
    keras.takesKeyword(target, keyword),

  functionIsLambda: (target: AnyFunction): boolean => keras.isLambda(target),

  fromGraph: (Class: AnyFunction, packed: Packed): Packed =>
    guarded(() => pack(keras.modelFromGraph(Class, unpack(packed)))),

  fromConfig: (
    Class: AnyFunction & { fromConfig?(config: Config): unknown },
    packed: Packed,
  ): Packed =>
    guarded(() => {
      const config = unpack(packed) as Config;
      if (!Class.fromConfig)
        throw new KerasTypeError(
          `Unable to reconstruct an instance of '${ownName(Class)}' because the class is missing a \`from_config()\` method. (A class has a static fromConfig, or extends one of Keras.) Full object config: ${JSON.stringify(config)}`,
        );
      const made = Class.fromConfig(config);
      setOrigin(made, config);
      return pack(made);
    }),
});

const jsObject = (uid: number): JsObject => heldObject(uid) as unknown as JsObject;

function guarded(body: () => Packed): Packed {
  let result: Packed;
  try {
    result = body();
  } catch (error) {
    result = packError(keepError(error));
  }
  checkEngine();
  return result;
}

// Calls on data free what they make; calls that build graphs make no data worth the trouble.
function scoped(packed: Packed, body: (args: unknown[], keywords: Keywords) => Packed): Packed {
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

const call = (target: AnyFunction, args: unknown[], keywords: Keywords): unknown =>
  Object.keys(keywords).length === 0
    ? (target(...args) as unknown)
    : (target(...args, keywords) as unknown);

const returned = (target: AnyFunction): string =>
  `What ${target.name || 'the function'}() returned`;

const packOptional = (result: unknown, target: AnyFunction): Packed =>
  result === undefined ? packedUndefined : packResult(result, returned(target));

function packResult(result: unknown, where: string): Packed {
  if (result === undefined)
    throw new KerasTypeError(`${where} is undefined: it must return something.`);
  if (result instanceof Promise)
    throw new KerasTypeError(
      `${where} is a promise: functions that the core calls cannot be async.`,
    );
  return pack(result, where);
}
