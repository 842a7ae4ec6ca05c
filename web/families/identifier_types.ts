// What may stand for an activation, initializer, regularizer, ... in options.

import type { CoreObject } from '../boundary/registry.js';
import type { Config, DType } from '../serialization/config.js';

/** A config of an object, as `serializeKerasObject` writes it. */
type ConfigRecord = Readonly<Config>;

/** What computes an activation: a function, or a layer. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type ActivationFunction = ((x: any, ...args: any[]) => any) | CoreObject;
/** A name such as `relu`, a function of `activations`, one of your own, a layer, or a record. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type ActivationIdentifier = string | ((x: any) => any) | CoreObject | ConfigRecord;
/** A name such as `he_normal`, an object of `initializers`, a function of shape and dtype, or a record. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type InitializerIdentifier = string | CoreObject | ((...args: any[]) => any) | ConfigRecord;
/** A name such as `l2`, an object of `regularizers`, or a record. */
export type RegularizerIdentifier = string | CoreObject | ConfigRecord;
/** A name such as `max_norm`, an object of `constraints`, or a record. */
export type ConstraintIdentifier = string | CoreObject | ConfigRecord;
/** A dtype, a name such as `mixed_float16`, an object of `dtypePolicies`, or a record. */
export type DTypePolicyIdentifier = DType | (string & {}) | CoreObject | ConfigRecord | null;
