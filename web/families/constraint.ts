// What a weight is projected onto after each training step.

import { core } from '../core.js';
import { writeJson } from '../json.js';
import { customClass } from '../layers/custom_class.js';
import { createBuiltin, KerasObject, type ClassOf } from '../object.js';
import { packOptions } from '../options.js';
import type { RawObject } from '../raw.js';
import { Adopted, builtinName, hostCall } from '../registry.js';
import { Tensor, wrapTensor } from '../tensor.js';

const methods = ['call', 'getConfig'] as const;

/** The base of `constraints`. Extended by a class with `call(weight)` it is one of your own. */
export class Constraint extends KerasObject {
  static override readonly className: string = 'Constraint';

  /** The class, as in `x.constructor.fromConfig(x.getConfig())`. */
  declare ['constructor']: ClassOf<Constraint>;

  constructor(options: object = {}) {
    super(options instanceof Adopted ? options : create(new.target, options));
  }

  /** The weight as the constraint wants it. */
  apply(weight: Tensor): Tensor {
    return wrapTensor(core().constraintCall(this.raw, weight.raw));
  }

  /** Computes the projection; to be overridden. */
  call(weight: Tensor): Tensor {
    return this.apply(weight);
  }

  /** @internal What the core asks of a class that a user wrote. */
  [hostCall](method: string, args: unknown[]): unknown {
    if (method === 'getConfig') return writeJson(this.getConfig());
    return this.call(args[0] as Tensor);
  }
}

function create(target: typeof Constraint, options: object): RawObject {
  if (builtinName(target)) return createBuiltin(target, () => packOptions(options));
  return core().constraintCreate(
    customClass(target as never, Constraint as never, 'constraint', methods),
  );
}
