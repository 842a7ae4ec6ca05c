// Classes and functions that users give by name.

import { closeScope, core } from '../boundary/core.js';
import { KerasTypeError } from '../errors/errors.js';
import { packNamed } from '../boundary/codec.js';
import { didYouMean } from '../boundary/names.js';
import { isOptionsObject, type OptionNames } from '../boundary/option_reader.js';
import type { Packed } from '../boundary/raw.js';
import { recordedName } from './registered_names.js';

/** Classes and functions by the names under which configs know them. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
export type CustomObjects = Readonly<Record<string, Function>>;

/**
 * What a Lambda layer computes: a function of its inputs. Keyword arguments that the config holds come as one trailing
 * object; `training` and `mask` are in it when the function destructures them: `(x, { training }) => ...`.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type LambdaBody = (inputs: any, keywords: any) => any;

/** Bodies of Lambda layers by the names of the layers. */
export type LambdaBodies = Readonly<Record<string, LambdaBody>>;

/** What revival from a config may be told. */
export interface RevivalNames {
  /** Classes and functions that the config names, by the names under which it knows them. */
  customObjects?: CustomObjects | null | undefined;
  /**
   * JavaScript bodies for Lambda layers whose functions are Python lambdas, by the names of the layers. The config
   * keeps the lambda of Python, so that Keras opens what is saved.
   */
  lambdas?: LambdaBodies | null | undefined;
}

/** @internal */
export const revivalNames: OptionNames<RevivalNames> = { customObjects: true, lambdas: true };

/**
 * Options of functions whose next parameter in Keras is `custom_objects`: an object of functions, none of which has
 * nearly the name of an option, is taken as that. @internal
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

/** Runs `body` while revival sees these names beside those it sees already. */
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
