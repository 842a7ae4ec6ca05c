// The base of quantization configs, which say how layers are quantized.

import { core } from '../boundary/core.js';
import { packClassOptions } from '../boundary/fields.js';
import { Adopted } from '../boundary/registry.js';
import { createBuiltin, KerasObject, type ClassOf } from '../serialization/object.js';

/** How layers are quantized: `new quantizers.Int4QuantizationConfig({ blockSize: 64 })`. */
export class QuantizationConfig extends KerasObject {
  static override readonly className: string = 'QuantizationConfig';

  /** The class, as in `x.constructor.fromConfig(x.getConfig())`. */
  declare ['constructor']: ClassOf<QuantizationConfig>;

  constructor(options: object = {}) {
    super(
      options instanceof Adopted
        ? options
        : createBuiltin(new.target, () => packClassOptions(new.target, options)),
    );
  }

  /**
   * `int8`, `int4`, `float8`, `gptq` or `awq`.
   *
   * @throws NotImplementedError for the base class.
   */
  get mode(): string {
    return core().quantizationMode(this.raw);
  }
}
