// Classes, functions and Lambda bodies that callers pass in for the names in a config.

import { closeScope, core } from '../boundary/core.js';
import { KerasTypeError } from '../errors/errors.js';
import type { OneOrMany, TensorTree } from '../tensors/tree.js';
import { packNamed } from '../boundary/codec.js';
import { didYouMean } from '../boundary/names.js';
import { isOptionsObject, type OptionNames } from '../boundary/option_reader.js';
import type { Packed } from '../boundary/raw.js';
import type { AnyClass, AnyFunction, Hook } from '../base/callable.js';
import type { Config } from '../base/config.js';
import { recordedName } from '../base/registered_names.js';

/** Classes and functions by the names that configs use for them: `{ Scale, 'my_package>Scale': Scale }`. */
export type CustomObjects = Readonly<Record<string, AnyClass | AnyFunction>>;

/**
 * The function of a Lambda layer. The last argument holds the keyword arguments of the config, and `training` and `mask`
 * when the function destructures them: `(x, { training }) => ...`.
 */
export type LambdaBody = Hook<(inputs: OneOrMany, keywords: Readonly<Config>) => TensorTree>;

/** Bodies of Lambda layers by the names of the layers. */
export type LambdaBodies = Readonly<Record<string, LambdaBody>>;

/** Options of everything that creates objects from a config. */
export interface RevivalNames {
  /** Classes and functions that the config names. */
  customObjects?: CustomObjects | null | undefined;
  /**
   * JavaScript functions for Lambda layers whose config holds a Python lambda, by the names of the layers. The config
   * keeps the Python lambda, so that Keras can open a saved model.
   */
  lambdas?: LambdaBodies | null | undefined;
}

/** @internal */
export const revivalNames: OptionNames<RevivalNames> = { customObjects: true, lambdas: true };

/**
 * The options of a function whose next parameter in Keras is `custom_objects`: an object that holds only functions is
 * taken as the custom objects, unless a key resembles the name of an option. @internal
 */
export function orCustomObjects<T extends RevivalNames>(
  options: T | CustomObjects | null | undefined,
  names: OptionNames<T>,
): T | null | undefined {
  const entries = isOptionsObject(options) ? Object.entries(options) : [];
  const isObject = ([key, value]: [string, unknown]) =>
    typeof value === 'function' && didYouMean(key, Object.keys(names)) === '';
  if (entries.length === 0 || !entries.every(isObject)) return options as T;
  return { customObjects: options } as T;
}

/** Whether a function is a class. */
export function isClass(target: unknown): boolean {
  return typeof target === 'function' && /^class\b/.test(Function.prototype.toString.call(target));
}

/** The list that the core takes: rows of a key, the function or class, and whether it is a class. */
export function packCustomObjects(objects: CustomObjects | null | undefined): Packed {
  const all = Object.entries(objects ?? {});
  for (const [key, target] of all) {
    if (typeof target !== 'function')
      throw new KerasTypeError(
        `Custom objects are classes and functions. Received: ${key}=${String(target)}`,
      );
  }
  return packNamed((named) =>
    all.map(([key, target]) => [key, named(target, recordedName(target, key)), isClass(target)]),
  );
}

/** Runs `body` with these custom objects and lambdas added to those in scope. */
export function withRevivalNames<T>({ customObjects, lambdas }: RevivalNames, body: () => T): T {
  return inScope(
    customObjects && (() => core().openCustomScope(packCustomObjects(customObjects), true)),
    () => inScope(lambdas && (() => core().openLambdaScope(packLambdas(lambdas))), body),
  );
}

function inScope<T>(open: (() => void) | null | undefined, body: () => T): T {
  if (!open) return body();
  open();
  try {
    return body();
  } finally {
    closeScope();
  }
}

function packLambdas(lambdas: LambdaBodies): Packed {
  const all = Object.entries(lambdas);
  for (const [name, body] of all) {
    if (typeof body !== 'function')
      throw new KerasTypeError(
        `The bodies of Lambda layers are functions. Received: ${name}=${String(body)}`,
      );
  }
  return packNamed((named) =>
    Object.fromEntries(all.map(([name, body]) => [name, named(body, name)])),
  );
}
