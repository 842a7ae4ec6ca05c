// A penalty on a weight or an output.

import { core } from '../core.js';
import { writeJson } from '../json.js';
import { customClass } from '../layers/custom_class.js';
import { createBuiltin, KerasObject, type ClassOf } from '../object.js';
import { packOptions } from '../options.js';
import type { RawObject } from '../raw.js';
import { Adopted, builtinName, hostCall } from '../registry.js';
import { Tensor } from '../tensor.js';

const methods = ['call', 'getConfig'] as const;

/** The base of `regularizers`. Extended by a class with `call(x)` it is one of your own. */
export class Regularizer extends KerasObject {
  static override readonly className: string = 'Regularizer';

  /** The class, as in `x.constructor.fromConfig(x.getConfig())`. */
  declare ['constructor']: ClassOf<Regularizer>;

  constructor(options: object = {}) {
    super(options instanceof Adopted ? options : create(new.target, options));
  }

  /** The penalty for these values. */
  apply(x: Tensor): number {
    return core().regularizerCall(this.raw, x.raw);
  }

  /** Computes the penalty, a number or a tensor of one; to be overridden. */
  call(x: Tensor): number | Tensor {
    return this.apply(x);
  }

  /** @internal What the core asks of a class that a user wrote. */
  [hostCall](method: string, args: unknown[]): unknown {
    if (method === 'getConfig') return writeJson(this.getConfig());
    return this.call(args[0] as Tensor);
  }
}

function create(target: typeof Regularizer, options: object): RawObject {
  if (builtinName(target)) return createBuiltin(target, () => packOptions(options));
  return core().regularizerCreate(
    customClass(target as never, Regularizer as never, 'regularizer', methods),
  );
}
