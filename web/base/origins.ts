// The configs that objects of user-defined classes were created from.

import type { Config } from './config.js';

const origins = new WeakMap<object, Config>();

/** Records the config that an object was created from. */
export function setOrigin(object: unknown, config: Config): void {
  if (typeof object === 'object' && object !== null && typeof config === 'object')
    origins.set(object, config);
}

/** The config that an object was created from; undefined when it was constructed directly. */
export function originOf(object: object): Config | undefined {
  return origins.get(object);
}
