// The base of quantizers, which replace numbers by integers of few bits.

import { packClassOptions } from '../boundary/fields.js';
import { Adopted } from '../boundary/registry.js';
import type { TensorLike } from '../ops/call.js';
import { convertToTensor } from '../ops/generated.js';
import { createBuiltin, KerasObject, type ClassOf } from '../serialization/object.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Config, DType } from '../base/config.js';
import { absMaxQuantize } from './quantizer_functions.js';

interface QuantizerSettings {
  value_range: readonly number[];
  epsilon: number;
  output_dtype: DType;
  axis?: number | readonly number[] | null;
}

/** A quantizer: `new quantizers.AbsMaxQuantizer({ axis: -1 })`. */
export class Quantizer extends KerasObject {
  static override readonly className: string = 'Quantizer';

  /** The class, as in `x.constructor.fromConfig(x.getConfig())`. */
  declare ['constructor']: ClassOf<Quantizer>;

  constructor(options: object = {}) {
    super(
      options instanceof Adopted
        ? options
        : createBuiltin(new.target, () => packClassOptions(new.target, options)),
    );
  }

  /**
   * The quantized tensor and its scale. The base class returns its input.
   *
   * @param axis axes that share a scale; by default the `axis` of the quantizer, or the last one.
   */
  apply(x: TensorLike, axis: number | readonly number[] | null = null): Tensor | Tensor[] {
    if (this.className === 'Quantizer') return convertToTensor(x);
    const settings = this.getConfig() as Config & QuantizerSettings;
    return absMaxQuantize(x, axis ?? settings.axis ?? -1, {
      valueRange: settings.value_range,
      dtype: settings.output_dtype,
      epsilon: settings.epsilon,
    });
  }
}
