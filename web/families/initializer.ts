// What gives a weight its first value.

import { core } from '../core.js';
import { writeJson } from '../json.js';
import { customClass } from '../layers/custom_class.js';
import { createBuiltin, KerasObject, type ClassOf } from '../object.js';
import { packOptions } from '../options.js';
import type { RawObject } from '../raw.js';
import { Adopted, builtinName, hostCall } from '../registry.js';
import { Tensor, wrapTensor } from '../tensor.js';
import type { DType } from '../types/config.js';

const methods = ['call', 'getConfig'] as const;

/** The base of `initializers`. Extended by a class with `call(shape, dtype)` it is one of your own. */
export class Initializer extends KerasObject {
  static override readonly className: string = 'Initializer';

  /** The class, as in `x.constructor.fromConfig(x.getConfig())`. */
  declare ['constructor']: ClassOf<Initializer>;

  constructor(options: object = {}) {
    super(options instanceof Adopted ? options : create(new.target, options));
  }

  /** Values of that shape. */
  apply(shape: readonly number[], dtype: DType = 'float32'): Tensor {
    return wrapTensor(core().initializerCall(this.raw, JSON.stringify(shape), dtype));
  }

  /** Makes the values; to be overridden. */
  call(shape: readonly number[], dtype: DType): Tensor {
    return this.apply(shape, dtype);
  }

  /** @internal What the core asks of a class that a user wrote. */
  [hostCall](method: string, args: unknown[]): unknown {
    if (method === 'getConfig') return writeJson(this.getConfig());
    return this.call(args[0] as number[], args[1] as DType);
  }
}

function create(target: typeof Initializer, options: object): RawObject {
  if (builtinName(target)) return createBuiltin(target, () => packOptions(options));
  return core().initializerCreate(
    customClass(target as never, Initializer as never, 'initializer', methods),
  );
}
