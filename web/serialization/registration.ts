// Classes and functions under names that configs know (keras/src/saving/object_registration.py).

import { closeScope, core, isRunning } from '../boundary/core.js';
import { isClass, packCustomObjects, type CustomObjects } from './custom_objects.js';
import { KerasTypeError, ValueError } from '../errors/errors.js';
import { readOptions } from '../boundary/option_reader.js';
import {
  ownName,
  registeredName,
  registeredObject,
  registeredObjects,
  setRegistered,
} from './registered_names.js';
import { CoreObject } from '../boundary/registry.js';

export interface RegisterOptions {
  /** `Custom` by default. */
  package?: string;
  /** The class's or function's own name by default. */
  name?: string | null;
}

/**
 * Registers a class or function, so that configs are read without being told of it:
 *
 * ```js
 * registerKerasSerializable({ package: 'my_package' })(Scale); // `my_package>Scale`
 * ```
 *
 * Works before `initialize()`, and as a decorator. Another one under the same name replaces the first.
 */
export function registerKerasSerializable(
  options: RegisterOptions = {},
  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
): <T extends Function>(target: T) => T {
  const { package: packageName = 'Custom', name = null } = readOptions(
    'registerKerasSerializable()',
    options,
    { package: true, name: true },
  );
  return (target) => {
    if (typeof target !== 'function')
      throw new KerasTypeError(
        `Only classes and functions are registered. Received: ${String(target)}`,
      );
    const prototype = target.prototype as { getConfig?: unknown } | undefined;
    if (isClass(target) && typeof prototype?.getConfig !== 'function')
      throw new ValueError('Cannot register a class that does not have a get_config() method.');
    const key = `${packageName}>${name ?? ownName(target)}`;
    setRegistered(key, target);
    if (isRunning()) register([[key, target]]);
    return target;
  };
}

/** Tells the core, which has just started, what is registered. @internal */
export function registerAll(): void {
  register(registeredObjects());
}

function register(objects: Iterable<readonly [string, object]>): void {
  core().registerObjects(packCustomObjects(Object.fromEntries(objects) as CustomObjects));
}

/**
 * Runs `body` while configs may name these classes and functions. As in Keras, a scope inside of another hides the outer
 * one's names. `body` runs at once: it must not be async.
 */
export function customObjectScope<T>(objects: CustomObjects, body: () => T): T {
  core().openCustomScope(packCustomObjects(objects), false);
  scopes.push(objects);
  try {
    const result = body();
    if (result instanceof Promise) {
      result.catch(() => {}); // Nobody will hear of it.
      throw new KerasTypeError(
        'The function of customObjectScope() cannot be async: pass `customObjects` to what it calls.',
      );
    }
    return result;
  } finally {
    scopes.pop();
    closeScope();
  }
}

const scopes: CustomObjects[] = [];

/** `package>name` of a registered class or function, or of an object's class; else the bare name. */
export function getRegisteredName(target: unknown): string {
  if (target instanceof CoreObject) return registeredName(target.constructor);
  if (typeof target === 'function') return registeredName(target);
  throw new KerasTypeError(`Only classes and functions have names. Received: ${String(target)}`);
}

/** The class or function of that name: in the current scope, registered, or in `customObjects`; else null. */
export function getRegisteredObject(
  name: string,
  customObjects: CustomObjects | null = null,
): unknown {
  const own = (objects: CustomObjects | null | undefined): unknown =>
    objects && Object.hasOwn(objects, name) ? objects[name] : undefined;
  return own(scopes.at(-1)) ?? registeredObject(name) ?? own(customObjects) ?? null;
}
