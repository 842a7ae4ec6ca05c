// What gives a weight its first value.

import { core } from '../boundary/core.js';
import type { ClassOf } from '../serialization/object.js';
import { Tensor, wrapTensor } from '../tensors/tensor.js';
import type { DType } from '../serialization/config.js';
import { Member } from './member.js';

/**
 * The base of `initializers`. Extended by a class with `call(shape, dtype)` it is one of your own; a class may also extend
 * one of `initializers` and call its `super.call(shape, dtype)`.
 */
export class Initializer extends Member {
  static override readonly className: string = 'Initializer';

  /** The class, as in `x.constructor.fromConfig(x.getConfig())`. */
  declare ['constructor']: ClassOf<Initializer>;

  constructor(options: object = {}) {
    super(options, new.target, Initializer, 'initializer');
  }

  /** Values of that shape. */
  apply(shape: readonly number[], dtype: DType = 'float32'): Tensor {
    return wrapTensor(core().initializerCall(this.raw, JSON.stringify(shape), dtype, false));
  }

  /** Makes the values; to be overridden. */
  call(shape: readonly number[], dtype: DType = 'float32'): Tensor {
    return wrapTensor(core().initializerCall(this.raw, JSON.stringify(shape), dtype, true));
  }
}
