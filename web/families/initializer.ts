// The base of initializers, which make the first value of a weight.

import { core } from '../boundary/core.js';
import type { ClassOf } from '../serialization/object.js';
import { wrapTensor, type Tensor } from '../tensors/tensor.js';
import type { DType } from '../base/config.js';
import { Member } from './member.js';

/**
 * The base of `initializers`. Extend it, or one of `initializers`, with a `call(shape, dtype)` of your own:
 *
 * ```js
 * class Halved extends initializers.HeNormal {
 *   call(shape, dtype) {
 *     return ops.multiply(super.call(shape, dtype), 0.5);
 *   }
 * }
 * ```
 */
export class Initializer extends Member {
  static override readonly className: string = 'Initializer';

  /** The class, as in `x.constructor.fromConfig(x.getConfig())`. */
  declare ['constructor']: ClassOf<Initializer>;

  constructor(options: object = {}) {
    super(options, new.target, Initializer, 'initializer');
  }

  /** A tensor of initial values. */
  apply(shape: readonly number[], dtype: DType = 'float32'): Tensor {
    return wrapTensor(core().initializerCall(this.raw, JSON.stringify(shape), dtype, false));
  }

  /** Computes the values; override it in a class of your own. */
  call(shape: readonly number[], dtype: DType = 'float32'): Tensor {
    return wrapTensor(core().initializerCall(this.raw, JSON.stringify(shape), dtype, true));
  }
}
