// What options accept for an activation, initializer, regularizer, constraint, dtype policy or quantizer.

import type { CoreObject } from '../boundary/registry.js';
import type { Config, DType } from '../base/config.js';
import type { TensorData } from '../tensors/data.js';
import type { Tensor } from '../tensors/tensor.js';

/** The record of an object, as `serializeKerasObject` writes it: `{ class_name: 'HeNormal', config: { seed: 1 } }`. */
export interface ObjectRecord {
  readonly class_name: string;
  readonly config?: Readonly<Config> | string | null;
  readonly module?: string | null;
  readonly registered_name?: string | null;
  readonly build_config?: Readonly<Config> | null;
  readonly compile_config?: Readonly<Config> | null;
  readonly shared_object_id?: number;
}

/** What computes an activation: a function, or a layer. */
export type ActivationFunction = ((x: Tensor) => Tensor) | CoreObject;

/** A name such as `relu`, a function of `activations` or of your own, a layer, or a record. */
export type ActivationIdentifier = string | ActivationFunction | ObjectRecord;

/** Returns the first value of a weight: `(shape, { dtype }) => ops.ones(shape, dtype)`. */
export type InitializerFunction = (
  shape: readonly number[],
  keywords: { readonly dtype: DType },
) => Tensor | TensorData;

/** A name such as `he_normal`, an object of `initializers`, a function, or a record. */
export type InitializerIdentifier = string | CoreObject | InitializerFunction | ObjectRecord;

/** A name such as `l2`, an object of `regularizers`, a function that returns the penalty, or a record. */
export type RegularizerIdentifier =
  string | CoreObject | ((x: Tensor) => number | Tensor) | ObjectRecord;

/** A name such as `max_norm`, an object of `constraints`, a function that returns the projected weight, or a record. */
export type ConstraintIdentifier =
  string | CoreObject | ((weight: Tensor) => Tensor) | ObjectRecord;

/** An object of `quantizers`, or a record. */
export type QuantizerIdentifier = CoreObject | ObjectRecord;

/** A dtype, a name such as `mixed_float16`, an object of `dtypePolicies`, or a record. */
export type DTypePolicyIdentifier = DType | (string & {}) | CoreObject | ObjectRecord | null;
