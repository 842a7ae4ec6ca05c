// What a weight is projected onto after each training step.

import { core } from '../boundary/core.js';
import type { ClassOf } from '../serialization/object.js';
import { Tensor, wrapTensor } from '../tensors/tensor.js';
import { Member } from './member.js';

/**
 * The base of `constraints`. Extended by a class with `call(weight)` it is one of your own; a class may also extend one
 * of `constraints` and call its `super.call(weight)`.
 */
export class Constraint extends Member {
  static override readonly className: string = 'Constraint';

  /** The class, as in `x.constructor.fromConfig(x.getConfig())`. */
  declare ['constructor']: ClassOf<Constraint>;

  constructor(options: object = {}) {
    super(options, new.target, Constraint, 'constraint');
  }

  /** The weight as the constraint wants it. */
  apply(weight: Tensor): Tensor {
    return wrapTensor(core().constraintCall(this.raw, weight.raw, false));
  }

  /** Computes the projection; to be overridden. */
  call(weight: Tensor): Tensor {
    return wrapTensor(core().constraintCall(this.raw, weight.raw, true));
  }
}
