// The layers on the properties of a layer or model whose class is written in JavaScript.

import { classToSnakeCase, toSnakeCase } from '../boundary/names.js';
import { ownName } from '../base/registered_names.js';
import { builtinName, CoreObject } from '../boundary/registry.js';

/** The class Layer, passed in by layer.ts, which imports this file. */
type LayerClass<T extends CoreObject> = abstract new (...args: never[]) => T;

/** Every layer on a property of `owner`, also in arrays, Maps and plain objects; each once. */
export function sublayersOf<T extends CoreObject>(owner: T, Base: LayerClass<T>): T[] {
  const found = new Set<T>();
  const seen = new Set<unknown>([owner]);
  const search = (value: unknown): void => {
    if (value instanceof Base && value !== owner) found.add(value);
    const items = itemsOf(value);
    if (!items || seen.has(value)) return;
    seen.add(value);
    items.forEach(search);
  };
  Object.values(owner).forEach(search);
  return [...found];
}

/**
 * The sublayers with the paths that Keras writes into a file: the snake_case name of the property; for items of a list or
 * dict their numbered class names, and `container` for nested lists. Getters count too, because a saved layer may be on
 * a property of another name.
 */
export function savedChildrenOf<T extends CoreObject>(
  owner: T,
  Base: LayerClass<T>,
): [path: string, layer: T][] {
  const found: [string, T][] = [];
  for (const [name, value] of attributesOf(owner, Base)) {
    const path = toSnakeCase(name);
    if (value instanceof Base) found.push([path, value]);
    else if (itemsOf(value)) findInContainer(value, path, Base, new Set(), found);
  }
  return found;
}

function findInContainer<T extends CoreObject>(
  container: unknown,
  path: string,
  Base: LayerClass<T>,
  seen: Set<unknown>,
  found: [string, T][],
): void {
  if (seen.has(container)) return;
  seen.add(container);
  const used = new Map<string, number>();
  const numbered = (name: string): string => {
    const number = used.get(name) ?? 0;
    used.set(name, number + 1);
    return `${path}/${number === 0 ? name : `${name}_${number}`}`;
  };
  for (const item of itemsOf(container) ?? []) {
    if (item instanceof Base)
      found.push([numbered(classToSnakeCase(ownName(item.constructor))), item]);
    else if (itemsOf(item)) findInContainer(item, numbered('container'), Base, seen, found);
  }
}

// Own properties, and getters of classes written in JavaScript.
function attributesOf(owner: object, Base: unknown): [string, unknown][] {
  const attributes: [string, unknown][] = Object.entries(owner);
  const names = new Set(attributes.map(([name]) => name));
  let level: unknown = owner.constructor;
  for (; level !== Base && !builtinName(level); level = Object.getPrototypeOf(level)) {
    const { prototype } = level as { prototype: object };
    const descriptors: Record<string, PropertyDescriptor> =
      Object.getOwnPropertyDescriptors(prototype);
    for (const [name, descriptor] of Object.entries(descriptors)) {
      if (!descriptor.get || names.has(name)) continue;
      names.add(name);
      try {
        attributes.push([name, descriptor.get.call(owner)]);
      } catch {
        // Keras skips properties that cannot be read.
      }
    }
  }
  return attributes;
}

// The items of a container; undefined for anything else.
function itemsOf(value: unknown): unknown[] | undefined {
  if (typeof value !== 'object' || value === null || value instanceof CoreObject) return undefined;
  if (Array.isArray(value)) return value as unknown[];
  if (value instanceof Map) return [...(value as Map<unknown, unknown>).values()];
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? Object.values(value) : undefined;
}
