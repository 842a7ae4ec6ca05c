// What layers and their weights are made of, and what a cell has to have.

import type { CallValue } from '../ops/operation.js';
import type { DType, Shape } from '../serialization/config.js';
import type {
  ConstraintIdentifier,
  DTypePolicyIdentifier,
  InitializerIdentifier,
  RegularizerIdentifier,
} from '../families/identifier_types.js';

/** What every layer's constructor takes. A config is a valid options object: Keras's spelling is accepted, too. */
export interface LayerOptions {
  /** Name of the layer; an automatic one such as `dense_1` by default. */
  name?: string | null;
  /** Whether the weights may be trained. */
  trainable?: boolean;
  /** Dtype of the computation and the weights, or a dtype policy. */
  dtype?: DTypePolicyIdentifier;
  /** Regularizer of the output. */
  activityRegularizer?: RegularizerIdentifier | null;
}

/** What `addWeight` takes. */
export interface WeightOptions {
  /** Name of the weight, such as `kernel`. */
  name?: string;
  /** Sizes of its axes; a scalar by default. */
  shape?: readonly number[];
  /** Gives the first value; `glorot_uniform` for floats by default, `zeros` for others. */
  initializer?: InitializerIdentifier | null;
  /** The layer's variable dtype by default. */
  dtype?: DType;
  /** True by default. */
  trainable?: boolean;
  regularizer?: RegularizerIdentifier | null;
  constraint?: ConstraintIdentifier | null;
}

/**
 * What a layer has to be the cell of a `layers.RNN`: its `call(inputs, states)` returns `[output, newStates]`.
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
  /** How many numbers a state has; an array when there are several states. */
  stateSize: number | readonly number[];
  /** How many numbers the output has; as many as the first state by default. */
  outputSize?: number;
  /** The states in front of the first step; zeros by default. */
  getInitialState?(batchSize: number): CallValue;
}

/** The shape of an input, or shapes in arrays and objects. */
export type ShapeNest = Shape | readonly ShapeNest[] | { readonly [key: string]: ShapeNest };

/** The sizes that a cell states; null for other layers. @internal */
export function statedSizes(layer: object): unknown {
  const { stateSize, outputSize } = layer as Partial<RnnCell>;
  return stateSize === undefined || stateSize === null ? null : [stateSize, outputSize ?? null];
}
