// What can be passed to a layer or an operation.

import type { Kwargs } from '../boundary/kwargs.js';
import type { Bytes, Constant, ellipsis, Slice } from '../boundary/python_values.js';
import type { CoreObject } from '../boundary/registry.js';
import type { AnyFunction } from '../base/callable.js';
import type { TypedArray } from '../tensors/data.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Variable } from '../tensors/variable.js';

/** A value in a call: tensors and plain data, nested in arrays and plain objects. Python's None is `null`. */
export type CallValue =
  | Tensor
  | Variable
  | Constant
  | TypedArray
  | Slice
  | Bytes
  | typeof ellipsis
  | CoreObject
  | AnyFunction
  | number
  | bigint
  | boolean
  | string
  | null
  | readonly CallValue[]
  | { readonly [key: string]: CallValue };

/** An argument of a call. Keyword arguments come last, as `kwargs({ training: true })`. */
export type CallArgument = CallValue | Kwargs;

/** The arguments of a call: at least one. */
export type CallArguments = [inputs: CallArgument, ...args: CallArgument[]];
