// The layers on the properties of a layer or model that a user wrote.

import { classToSnakeCase, toSnakeCase } from '../boundary/names.js';
import { ownName } from '../serialization/registered_names.js';
import { builtinName, CoreObject } from '../boundary/registry.js';
import type { Layer } from './layer.js';

type LayerClass = typeof Layer;

/** Each of them once: on properties, also in arrays, Maps and plain objects. */
export function sublayersOf(owner: Layer, Base: LayerClass): Layer[] {
  const found = new Set<Layer>();
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
 * Those layers with the paths that Keras gives them in a file: a property's name in Python's spelling; in a list or dict
 * their classes, numbered, and `container` for a list in a list. Getters are looked at, too: a layer that was saved
 * under one property may stand under another name here.
 */
export function savedChildrenOf(owner: Layer, Base: LayerClass): [path: string, layer: Layer][] {
  const found: [string, Layer][] = [];
  for (const [name, value] of attributesOf(owner, Base)) {
    const path = toSnakeCase(name);
    if (value instanceof Base) found.push([path, value]);
    else if (itemsOf(value)) findInContainer(value, path, Base, new Set(), found);
  }
  return found;
}

function findInContainer(
  container: unknown,
  path: string,
  Base: LayerClass,
  seen: Set<unknown>,
  found: [string, Layer][],
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

// Own properties, and getters of the classes that the user wrote.
function attributesOf(owner: object, Base: LayerClass): [string, unknown][] {
  const attributes = Object.entries(owner);
  const names = new Set(attributes.map(([name]) => name));
  let level = owner.constructor as unknown;
  for (; level !== Base && !builtinName(level); level = Object.getPrototypeOf(level)) {
    const { prototype } = level as { prototype: object };
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (!get || names.has(name)) continue;
      names.add(name);
      try {
        attributes.push([name, get.call(owner)]);
      } catch {
        // As Keras: what cannot be read now is no part of the file.
      }
    }
  }
  return attributes;
}

// The items of a container; undefined for anything else.
function itemsOf(value: unknown): unknown[] | undefined {
  if (typeof value !== 'object' || value === null || value instanceof CoreObject) return undefined;
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value.values()];
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null ? Object.values(value) : undefined;
}
