// The base of Initializer, Regularizer and Constraint, which can be extended in JavaScript.

import { core } from '../boundary/core.js';
import { customClass } from '../custom_classes/custom_class.js';
import type { AnyClass } from '../base/callable.js';
import { packClassOptions } from '../boundary/fields.js';
import { createBuiltin, KerasObject, writeConfig } from '../serialization/object.js';
import { Adopted, builtinBase, builtinName, jsCall } from '../boundary/registry.js';

type Family = 'initializer' | 'regularizer' | 'constraint';

const methods = ['call', 'getConfig'] as const;

/** An object that consists of a computation and a config. */
export abstract class Member extends KerasObject {
  constructor(options: object, target: AnyClass, base: AnyClass, family: Family) {
    super(options instanceof Adopted ? options : create(target, base, family, options));
  }

  /** The computation; override it in a class of your own. */
  abstract call(...args: unknown[]): unknown;

  /** @internal Calls a method of a user-defined class for the core. */
  [jsCall](method: string, args: unknown[]): unknown {
    return method === 'getConfig' ? writeConfig(this, this.getConfig()) : this.call(...args);
  }
}

function create(target: AnyClass, base: AnyClass, family: Family, options: object) {
  const packed = () => packClassOptions(target, options);
  if (builtinName(target)) return createBuiltin(target, packed);
  const extended = builtinBase(target) ?? base;
  const index = customClass(target, extended, family, methods);
  const name = extended === base ? '' : builtinName(extended)!.className;
  return core().memberCreate(index, name, packed());
}
