// Options of layers and weights, and the interface of RNN cells.

import type { TensorTree } from '../tensors/tree.js';
import type { DType } from '../base/config.js';
import type {
  ConstraintIdentifier,
  DTypePolicyIdentifier,
  InitializerIdentifier,
  RegularizerIdentifier,
} from '../families/identifier_types.js';

/**
 * Options of every layer's constructor, in camelCase. JavaScript may use Keras's snake_case names too: a config is a valid
 * options object. In TypeScript pass a config to `fromConfig`.
 */
export interface LayerOptions {
  /** Name of the layer; an automatic one such as `dense_1` by default. */
  name?: string | null;
  /** Whether training changes the weights. True by default. */
  trainable?: boolean;
  /** Dtype of the computation and the weights, or a dtype policy. The global policy by default. */
  dtype?: DTypePolicyIdentifier;
  /** Regularizer of the output. */
  activityRegularizer?: RegularizerIdentifier | null;
}

/** Options of `layer.addWeight`. */
export interface WeightOptions {
  /** Name of the weight, such as `kernel`. */
  name?: string;
  /** Sizes of its axes; a scalar by default. */
  shape?: readonly number[];
  /** Makes the first value; `glorot_uniform` for floats and `zeros` for other dtypes by default. */
  initializer?: InitializerIdentifier | null;
  /** Dtype of the weight; the layer's variable dtype by default. */
  dtype?: DType;
  /** Whether training changes the weight. True by default. */
  trainable?: boolean;
  /** Regularizer of the weight. */
  regularizer?: RegularizerIdentifier | null;
  /** Constraint of the weight. */
  constraint?: ConstraintIdentifier | null;
}

/**
 * The members of a layer that can be the cell of a `layers.RNN`. Its `call(inputs, states)` returns
 * `[output, newStates]`.
 *
 * ```js
 * class MinimalCell extends Layer {
 *   static className = 'MinimalCell';
 *   constructor({ units, ...options }) {
 *     super(options);
 *     this.units = this.stateSize = units;
 *   }
 *   build([, features]) {
 *     this.kernel = this.addWeight({ name: 'kernel', shape: [features, this.units] });
 *     this.recurrent = this.addWeight({ name: 'recurrent', shape: [this.units, this.units] });
 *   }
 *   call(inputs, [state]) {
 *     const output = ops.tanh(ops.add(ops.matmul(inputs, this.kernel), ops.matmul(state, this.recurrent)));
 *     return [output, [output]];
 *   }
 * }
 * ```
 */
export interface RnnCell {
  /** Size of the state; an array for several states. */
  stateSize: number | readonly number[];
  /** Size of the output; by default the size of the first state. */
  outputSize?: number;
  /** The states before the first step; zeros by default. */
  getInitialState?(batchSize: number): TensorTree;
}

/** The sizes that a cell declares; null for other layers. @internal */
export function statedSizes(layer: object): unknown {
  const { stateSize, outputSize } = layer as Partial<RnnCell>;
  return stateSize === undefined || stateSize === null ? null : [stateSize, outputSize ?? null];
}
