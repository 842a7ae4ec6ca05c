// The option `copyWeights` of cloneModel.

import type { TensorData } from '../../tensors/data.js';
import { KerasTypeError, ValueError } from '../../errors/errors.js';
import type { Layer } from '../../layers/layer.js';
import { readOptions } from '../../boundary/option_reader.js';
import type { Tensor } from '../../tensors/tensor.js';
import { toWeight, type Variable } from '../../tensors/variable.js';

/**
 * Returns the value of a weight of the clone that does not match: data of its shape, or nothing to keep its initial
 * value.
 *
 * @param weight the weight of the clone
 * @param source the corresponding weight of the model; null when there is none
 * @param layers the layers of the two weights
 */
export type AdaptWeight = (
  weight: Variable,
  source: Variable | null,
  layers: { layer: Layer; sourceLayer: Layer },
) => Tensor | TensorData | null | undefined | void;

/** What happens to weights that do not match. */
export interface CopyWeightsOptions {
  /**
   * `'error'`, the default: a ValueError that lists them all. `'skip'`: they keep their initial values. A function: it
   * returns their values.
   */
  mismatch?: 'error' | 'skip' | AdaptWeight;
}

/** The option as the core takes it; `mismatch` is null when nothing is copied. */
export interface Copying {
  mismatch: 'error' | 'skip' | 'adapt' | null;
  adapt: AdaptWeight | null;
}

export function copyingOf(option: boolean | CopyWeightsOptions | null | undefined): Copying {
  if (option === undefined || option === null || option === false)
    return { mismatch: null, adapt: null };
  if (option === true) return { mismatch: 'error', adapt: null };
  const given: unknown = option;
  if (typeof given !== 'object')
    throw new KerasTypeError(
      `copyWeights must be true, false or { mismatch }. Received: ${String(given)}`,
    );
  const { mismatch = 'error' } = readOptions(
    'copyWeights',
    option,
    { mismatch: true },
    (unknown) => `copyWeights takes one option, mismatch. Received: ${unknown.join(', ')}`,
  );
  if (typeof mismatch === 'function') return { mismatch: 'adapt', adapt: mismatch };
  if (mismatch !== 'error' && mismatch !== 'skip')
    throw new ValueError(
      `copyWeights.mismatch must be 'error', 'skip' or a function. Received: ${String(mismatch)}`,
    );
  return { mismatch, adapt: null };
}

/** The function as the core calls it, with layers and indices into their `weights`. Adds tensors it makes to `made`. */
export function adaptHook(adapt: AdaptWeight, made: Tensor[]) {
  return (
    layer: Layer,
    index: number,
    sourceLayer: Layer,
    sourceIndex: number | null,
  ): Tensor | undefined => {
    const weight = layer.weights[index]!;
    const source = sourceIndex === null ? null : sourceLayer.weights[sourceIndex]!;
    const value = adapt(weight, source, { layer, sourceLayer });
    if (value === undefined || value === null) return undefined;
    if ((value as unknown) instanceof Promise)
      throw new KerasTypeError('What mismatch() returned is a promise: hooks cannot be async.');
    const tensor = toWeight(value, weight.shape);
    if (tensor !== value) made.push(tensor);
    return tensor;
  };
}
