// model.mapWeights: replaces weights by the results of a function.

import { core } from '../boundary/core.js';
import { parseJson } from '../boundary/json.js';
import {
  describe,
  isTypedArray,
  sizeOf,
  type TensorData,
  type TypedArray,
} from '../tensors/data.js';
import { KerasError, ValueError } from '../errors/errors.js';
import type { Layer } from '../layers/layer.js';
import type { RawTensor } from '../boundary/raw.js';
import { objectOf } from '../boundary/registry.js';
import { tensor } from '../tensors/create.js';
import { KerasTensor, Tensor, wrapTensor } from '../tensors/tensor.js';
import type { DType } from '../base/config.js';
import type { Variable } from '../tensors/variable.js';

/** A weight, as passed to the function of `mapWeights`. */
export interface WeightInfo {
  /** Name of the weight, such as `kernel`. */
  readonly name: string;
  /** Path of the weight in the model it was created in, such as `dense/kernel`. */
  readonly path: string;
  /** Index in `model.weights`. */
  readonly index: number;
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Whether training changes the weight. */
  readonly trainable: boolean;
  /** The layer that created the weight; in a wrapper, the wrapped layer. */
  readonly layer: Layer;
}

/** The elements of a weight: a Float32Array for floats (Float64Array for float64), else the typed array of its dtype. */
export type WeightValues = Exclude<TypedArray, BigInt64Array | BigUint64Array>;

/**
 * Returns new values for a weight, or nothing to keep it. `values` is a copy in row-major order, with 64-bit integers as
 * doubles. A flat result takes the shape of the weight.
 */
export type WeightMapper = (
  weight: WeightInfo,
  values: WeightValues,
) => Tensor | TensorData | null | undefined | void;

/** Replaces the weights of a layer by the results of a function; none of them after an error. @internal */
export function mapWeights(layer: Layer, mapper: WeightMapper): void {
  const variables = layer.weights;
  const owners = parseJson<number[]>(core().layerWeightOwners(layer.raw));
  const changed: [Variable, RawTensor][] = [];
  try {
    variables.forEach((variable, index) => {
      const weight = weightInfo(variable, index, owners[index]!);
      const result = mapper(weight, valuesOf(variable));
      if (result !== undefined && result !== null) changed.push([variable, toRaw(result, weight)]);
    });
    for (const [variable, raw] of changed) core().variableAdopt(variable.raw, raw);
  } finally {
    for (const [, raw] of changed) raw.delete();
  }
}

function weightInfo(variable: Variable, index: number, owner: number): WeightInfo {
  const { name, path, shape, dtype, trainable } = variable;
  return {
    name,
    path,
    index,
    shape,
    dtype,
    trainable,
    get layer() {
      return objectOf(owner) as Layer;
    },
  };
}

function valuesOf(variable: Variable): WeightValues {
  const stored = wrapTensor(core().variableStoredValue(variable.raw));
  try {
    const values = stored.data();
    if (values instanceof BigInt64Array || values instanceof BigUint64Array)
      return Float64Array.from(values as Iterable<bigint>, Number);
    return values;
  } finally {
    stored.dispose();
  }
}

// The result, cast to the weight's dtype.
function toRaw(result: Tensor | TensorData, weight: WeightInfo): RawTensor {
  const flat = isTypedArray(result) || (Array.isArray(result) && !result.some(Array.isArray));
  const fits = flat && (result as ArrayLike<unknown>).length === sizeOf(weight.shape);
  let made: Tensor | undefined;
  try {
    if (!(result instanceof Tensor)) made = tensor(result, fits ? weight.shape : null);
    const given = made ?? (result as Tensor);
    if (String(given.shape) !== String(weight.shape)) throw wrongShape(given.shape, weight);
    if (given instanceof KerasTensor || (given.dtype === 'string' && weight.dtype !== 'string'))
      throw new ValueError('it has no numbers');
    return core().tensorCast(given.raw, weight.dtype);
  } catch (error) {
    if (!(error instanceof KerasError) || error.message.startsWith('Weight ')) throw error;
    throw new ValueError(
      `Weight '${weight.path}' of layer '${weight.layer.name}' cannot take what the function returned (${describe(result)}): ${error.message}`,
    );
  } finally {
    made?.dispose();
  }
}

function wrongShape(shape: readonly (number | null)[], weight: WeightInfo): ValueError {
  return new ValueError(
    `Weight '${weight.path}' of layer '${weight.layer.name}' has the shape (${weight.shape.join(', ')}), ` +
      `${sizeOf(weight.shape)} values. The function returned the shape (${shape.join(', ')}).`,
  );
}
