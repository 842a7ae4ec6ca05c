// A penalty on a weight or an output.

import { core } from '../boundary/core.js';
import type { ClassOf } from '../serialization/object.js';
import { Tensor } from '../tensors/tensor.js';
import { Member } from './member.js';

/**
 * The base of `regularizers`. Extended by a class with `call(x)` it is one of your own; a class may also extend one of
 * `regularizers` and call its `super.call(x)`.
 */
export class Regularizer extends Member {
  static override readonly className: string = 'Regularizer';

  /** The class, as in `x.constructor.fromConfig(x.getConfig())`. */
  declare ['constructor']: ClassOf<Regularizer>;

  constructor(options: object = {}) {
    super(options, new.target, Regularizer, 'regularizer');
  }

  /** The penalty for these values. */
  apply(x: Tensor): number {
    return core().regularizerCall(this.raw, x.raw, false);
  }

  /** Computes the penalty, a number or a tensor of one; to be overridden. */
  call(x: Tensor): number | Tensor {
    return core().regularizerCall(this.raw, x.raw, true);
  }
}
