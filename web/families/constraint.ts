// The base of constraints, which project a weight after each training step.

import { core } from '../boundary/core.js';
import type { ClassOf } from '../serialization/object.js';
import { wrapTensor, type Tensor } from '../tensors/tensor.js';
import { Member } from './member.js';

/** The base of `constraints`. Extend it, or one of `constraints`, with a `call(weight)` of your own. */
export class Constraint extends Member {
  static override readonly className: string = 'Constraint';

  /** The class, as in `x.constructor.fromConfig(x.getConfig())`. */
  declare ['constructor']: ClassOf<Constraint>;

  constructor(options: object = {}) {
    super(options, new.target, Constraint, 'constraint');
  }

  /** The projected weight. */
  apply(weight: Tensor): Tensor {
    return wrapTensor(core().constraintCall(this.raw, weight.raw, false));
  }

  /** Computes the projection; override it in a class of your own. */
  call(weight: Tensor): Tensor {
    return wrapTensor(core().constraintCall(this.raw, weight.raw, true));
  }
}
