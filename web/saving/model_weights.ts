// The weights of a model with their paths, for files that name arrays after them.
import { core } from '../boundary/core.js';
import type { RawObject, RawVariable } from '../boundary/raw.js';
import { objectOf } from '../boundary/registry.js';
import { ValueError } from '../errors/errors.js';
import { fromCore, toCore } from './core_arrays.js';
import type { ArrayDType, ArrayValue } from './named_arrays.js';

/** A weight, valid during `withWeights`. */
export interface ModelWeight {
  /** The core's id of the variable. */
  readonly id: number;
  /** Its position in `model.weights`. */
  readonly index: number;
  /** Its path in the model, such as `dense/kernel`. */
  readonly path: string;
  readonly shape: readonly number[];
  readonly dtype: ArrayDType;
  /** Whether it belongs to a layer that the caller skips. */
  readonly isSkipped: boolean;
  /** A copy of the value. */
  value(): ArrayValue;
  /** Replaces the value, cast to the dtype of the weight. The shape must be the weight's. */
  assign(value: ArrayValue): void;
}

interface WeightInfo {
  path: string;
  shape: number[];
  dtype: ArrayDType;
  id: number;
}

const infoOf = (raw: RawVariable): WeightInfo => JSON.parse(core().variableInfo(raw)) as WeightInfo;

/** Runs `use` with the weights of a model in the order of `model.weights`. `skip` are ids of layers. */
export async function withWeights<T>(
  model: RawObject,
  skip: readonly number[],
  use: (weights: readonly ModelWeight[]) => T | Promise<T>,
): Promise<T> {
  const raws = core().layerVariables(model, 'weights');
  try {
    const skipped = new Set(skip.flatMap(weightsBelow));
    return await use(raws.map((raw, index) => modelWeight(raw, index, skipped)));
  } finally {
    for (const raw of raws) raw.delete();
  }
}

// The ids of the weights of a layer.
function weightsBelow(layer: number): number[] {
  const raws = core().layerVariables(objectOf(layer).raw, 'weights');
  try {
    return raws.map((raw) => infoOf(raw).id);
  } finally {
    for (const raw of raws) raw.delete();
  }
}

function modelWeight(raw: RawVariable, index: number, skipped: ReadonlySet<number>): ModelWeight {
  const { path, shape, dtype, id } = infoOf(raw);
  return {
    id,
    index,
    path,
    shape,
    dtype,
    isSkipped: skipped.has(id),
    value() {
      const value = core().variableStoredValue(raw);
      try {
        return fromCore(value);
      } finally {
        value.delete();
      }
    },
    assign(value) {
      const given = toCore(value);
      try {
        if (value.dtype === dtype) core().variableAdopt(raw, given);
        else core().variableAssign(raw, given);
      } finally {
        given.delete();
      }
    },
  };
}

/** Whether two shapes are equal. */
export const isSameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dim, axis) => dim === b[axis]);

/** A shape as Python prints a tuple: `(3,)`. */
export const shapeText = (shape: readonly number[]): string =>
  `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;

/** The weights by path. Throws ValueError when two have the same path: a file of names has room for one of them. */
export function byPath(weights: readonly ModelWeight[]): Map<string, ModelWeight> {
  const found = new Map<string, ModelWeight>();
  for (const weight of weights) {
    if (found.has(weight.path))
      throw new ValueError(
        `Two weights have the path '${weight.path}', by which a file cannot tell them apart. Give \`mapping\`, or use a \`.weights.h5\` file, which has room for both.`,
      );
    found.set(weight.path, weight);
  }
  return found;
}
