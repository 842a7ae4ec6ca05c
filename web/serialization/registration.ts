// Registers classes and functions under the names that configs use (keras/src/saving/object_registration.py).

import { closeScope, core, isRunning } from '../boundary/core.js';
import { isClass, packCustomObjects, type CustomObjects } from './custom_objects.js';
import { KerasTypeError, ValueError } from '../errors/errors.js';
import type { AnyClass, AnyFunction } from '../base/callable.js';
import { readOptions } from '../boundary/option_reader.js';
import {
  ownName,
  registeredName,
  registeredObject,
  registeredObjects,
  setRegistered,
} from '../base/registered_names.js';
import { CoreObject } from '../boundary/registry.js';

/** Options of `registerKerasSerializable`. */
export interface RegisterOptions {
  /** Package of the registered name; `Custom` by default. */
  package?: string;
  /** Name in the package; the name of the class or function by default. */
  name?: string | null;
}

/**
 * Registers a class or function, so that every config may name it:
 *
 * ```js
 * registerKerasSerializable({ package: 'my_package' })(Scale); // `my_package>Scale`
 * ```
 *
 * Works before `initialize()`, and as a decorator. Registering another class under the same name replaces the first.
 */
export function registerKerasSerializable(
  options: RegisterOptions = {},
): <T extends AnyClass | AnyFunction>(target: T) => T {
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
    const { prototype } = target as { prototype?: { getConfig?: unknown } };
    if (isClass(target) && typeof prototype?.getConfig !== 'function')
      throw new ValueError('Cannot register a class that does not have a get_config() method.');
    const key = `${packageName}>${name ?? ownName(target)}`;
    setRegistered(key, target);
    if (isRunning()) register([[key, target]]);
    return target;
  };
}

/** Registers everything with a core that has just started. @internal */
export function registerAll(): void {
  register(registeredObjects());
}

function register(objects: Iterable<readonly [string, object]>): void {
  core().registerObjects(packCustomObjects(Object.fromEntries(objects) as CustomObjects));
}

/**
 * Runs `body` with these classes and functions in scope for configs. As in Keras, an inner scope hides the names of the
 * outer one.
 *
 * @param body runs synchronously.
 * @throws KerasTypeError when `body` is async.
 */
export function customObjectScope<T>(objects: CustomObjects, body: () => T): T {
  core().openCustomScope(packCustomObjects(objects), false);
  scopes.push(objects);
  try {
    const result = body();
    if (result instanceof Promise) {
      result.catch(() => {}); // avoids an unhandled rejection
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

/** `package>name` of a registered class or function, or of an object's class; its bare name when it is not registered. */
export function getRegisteredName(target: unknown): string {
  if (target instanceof CoreObject) return registeredName(target.constructor);
  if (typeof target === 'function') return registeredName(target);
  throw new KerasTypeError(`Only classes and functions have names. Received: ${String(target)}`);
}

/**
 * The class or function with a name in the current scope, registered, or in `customObjects`; null when there is none.
 */
export function getRegisteredObject(
  name: string,
  customObjects: CustomObjects | null = null,
): unknown {
  const own = (objects: CustomObjects | null | undefined): unknown =>
    objects && Object.hasOwn(objects, name) ? objects[name] : undefined;
  return own(scopes.at(-1)) ?? registeredObject(name) ?? own(customObjects) ?? null;
}
