// The base of regularizers, which compute a penalty on a weight or an output.

import { core } from '../boundary/core.js';
import type { ClassOf } from '../serialization/object.js';
import type { Tensor } from '../tensors/tensor.js';
import { Member } from './member.js';

/** The base of `regularizers`. Extend it, or one of `regularizers`, with a `call(x)` of your own. */
export class Regularizer extends Member {
  static override readonly className: string = 'Regularizer';

  /** The class, as in `x.constructor.fromConfig(x.getConfig())`. */
  declare ['constructor']: ClassOf<Regularizer>;

  constructor(options: object = {}) {
    super(options, new.target, Regularizer, 'regularizer');
  }

  /** The penalty for a tensor of values. */
  apply(x: Tensor): number {
    return core().regularizerCall(this.raw, x.raw, false);
  }

  /** Computes the penalty, a number or a scalar tensor; override it in a class of your own. */
  call(x: Tensor): number | Tensor {
    return core().regularizerCall(this.raw, x.raw, true);
  }
}
