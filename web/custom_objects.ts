// Classes and functions that users give by name.

import { core } from './core.js';
import { KerasTypeError } from './errors.js';
import { enter } from './host_table.js';
import { registeredName } from './registered_names.js';

/** Classes and functions by the names under which configs know them. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
export type CustomObjects = Readonly<Record<string, Function>>;

/** Whether a function is a class. */
export function isClass(target: unknown): boolean {
  return typeof target === 'function' && /^class\b/.test(Function.prototype.toString.call(target));
}

/** The list that the core takes: rows of key, number, name, and whether it is a class. */
export function packCustomObjects(objects: CustomObjects | null | undefined): string {
  const rows = Object.entries(objects ?? {}).map(([key, target]) => {
    if (typeof target !== 'function')
      throw new KerasTypeError(
        `Custom objects are classes and functions. Received: ${key}=${String(target)}`,
      );
    return [key, enter(target), registeredName(target), isClass(target)];
  });
  return JSON.stringify(rows);
}

/** Runs `body` while revival sees these names beside those it sees already. */
export function withCustomObjects<T>(objects: CustomObjects | null | undefined, body: () => T): T {
  if (!objects) return body();
  core().openCustomScope(packCustomObjects(objects), true);
  try {
    return body();
  } finally {
    core().closeScope();
  }
}
