// Properties of objects of built-in classes: the fields of their configs, and their weights.

import { core } from './core.js';
import { parseJson } from './json.js';
import { AttributeError } from '../errors/errors.js';
import { toCamelCase } from './names.js';
import { packConfig, packOptions, unpack } from './codec.js';
import type { Packed, RawObject } from './raw.js';
import { builtinBase, builtinName, type CoreObject } from './registry.js';
import { ownName } from '../base/registered_names.js';
import { wrapVariable, type Variable } from '../tensors/variable.js';

const defined = new WeakSet<object>();

/**
 * Properties of all layers that a field of the same name replaces, such as the `outputShape` of EinsumDense, and whose shapes
 * they are. @internal
 */
export const callShapes = { inputShape: 'input', outputShape: 'output' } as const;

/** Defines the properties of the object's built-in class, once for each class. @internal */
export function defineFields(object: CoreObject): void {
  const Class = builtinBase(object.constructor);
  if (Class === undefined || defined.has(Class)) return;
  defined.add(Class);
  const { prototype, weightNames = '' } = Class as { prototype: object; weightNames?: string };
  const define = (name: string, descriptor: ThisType<CoreObject> & PropertyDescriptor): void => {
    const isTaken = Object.hasOwn(callShapes, name)
      ? Object.hasOwn(prototype, name)
      : name in prototype;
    if (!isTaken) Object.defineProperty(prototype, name, descriptor);
  };
  for (const key of fieldsOf(Class)) define(toCamelCase(key), fieldProperty(key));
  for (const name of weightNames.split(' ').filter(Boolean))
    define(toCamelCase(name), weightProperty(name));
}

/** The options that a built-in class takes, in Keras's spelling. @internal */
export function fieldsOf(Class: unknown): string[] {
  const name = builtinName(Class);
  return name ? parseJson<string[]>(core().classFields(name.module, name.className)) : [];
}

const common = new Set(['name', 'trainable', 'dtype', 'activity_regularizer']);

/** Packs the options of a constructor of the class. @internal */
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
export function packClassOptions(Class: Function, options: object | null | undefined): Packed {
  return packOptions(options, ownName(Class), () => {
    const keys = fieldsOf(builtinBase(Class));
    return keys.filter((key) => !common.has(key)).map(toCamelCase);
  });
}

/** A property that reads and assigns the field with that key in configs. @internal */
export function fieldProperty(key: string): ThisType<CoreObject> & PropertyDescriptor {
  return {
    get() {
      return unpack(core().objectField(this.raw, key));
    },
    set(value: unknown) {
      const isBuiltin = builtinName(this.constructor) !== undefined;
      if (!assign(this.raw, key, value) && isBuiltin) throw cannotAssign(this, key);
      // Objects of users' classes read back the very value they assigned.
      if (!isBuiltin) shadow(this, key, value);
    },
    configurable: true,
  };
}

function weightProperty(name: string): ThisType<CoreObject> & PropertyDescriptor {
  return {
    get() {
      return ownWeight(this.raw, name);
    },
    set(value: unknown) {
      if (builtinName(this.constructor) !== undefined)
        throw new AttributeError(
          `property '${name}' of '${ownName(this.constructor)}' object has no setter: use \`${toCamelCase(name)}.assign()\`.`,
        );
      Object.defineProperty(this, toCamelCase(name), { value, ...plain });
    },
    configurable: true,
  };
}

const plain = { configurable: true, enumerable: true, writable: true };

/** The layer's own weight of that name; null until it is built, and when it has none. */
function ownWeight(raw: RawObject, name: string): Variable | null {
  const own = core().layerVariables(raw, 'own').map(wrapVariable);
  return own.find((variable) => variable.name === name) ?? null;
}

const assign = (raw: RawObject, key: string, value: unknown): boolean =>
  core().objectSetField(raw, key, packConfig(value));

function shadow(object: CoreObject, key: string, value: unknown): void {
  Object.defineProperty(object, toCamelCase(key), {
    get: () => value,
    set(next: unknown) {
      assign(object.raw, key, next);
      value = next;
    },
    configurable: true,
    enumerable: true,
  });
}

function cannotAssign(object: CoreObject, key: string): AttributeError {
  const name = ownName(object.constructor);
  return new AttributeError(
    `\`${toCamelCase(key)}\` of a ${name} cannot be assigned: its constructor computes with it. Make another ${name}: \`${name}.fromConfig({ ...config, ${key}: value })\`.`,
  );
}
