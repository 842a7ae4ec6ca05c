// What classes of the user's own share that extend Initializer, Regularizer, Constraint or a class below them.

import { core } from '../boundary/core.js';
import { customClass } from '../layers/custom_class.js';
import { packClassOptions } from '../boundary/fields.js';
import { createBuiltin, KerasObject, writeConfig } from '../serialization/object.js';
import { Adopted, builtinBase, builtinName, jsCall } from '../boundary/registry.js';

type Family = 'initializer' | 'regularizer' | 'constraint';

const methods = ['call', 'getConfig'] as const;

/** The base of the families whose members are a computation and a config. */
export abstract class Member extends KerasObject {
  constructor(options: object, target: object, base: object, family: Family) {
    super(options instanceof Adopted ? options : create(target, base, family, options));
  }

  /** The computation; to be overridden. */
  abstract call(...args: unknown[]): unknown;

  /** @internal What the core asks of a class that a user wrote. */
  [jsCall](method: string, args: unknown[]): unknown {
    return method === 'getConfig' ? writeConfig(this, this.getConfig()) : this.call(...args);
  }
}

function create(target: object, base: object, family: Family, options: object) {
  const packed = () => packClassOptions(target as never, options);
  if (builtinName(target)) return createBuiltin(target, packed);
  const extended = builtinBase(target) ?? base;
  const index = customClass(target as never, extended as never, family, methods);
  const name = extended === base ? '' : builtinName(extended)!.className;
  return core().memberCreate(index, name, packed());
}
