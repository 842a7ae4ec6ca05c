// Predictions for the page.
import type { DType, Model, Tensor, TensorTree } from 'keras-wasm';
import type { Spread, Values } from '../../types.js';
import { modelOf } from './models.js';
import { keras } from './package.js';

interface Output extends Values {
  values: Float64Array;
}

/** Runs a model on one value for each of its inputs, and returns one for each output. */
export function predict(id: number, inputs: readonly Values[]): Output[] {
  const model = modelOf(id);
  return withTensors(model, inputs, (tensors) => {
    const batchSize = model.inputs[0]?.shape[0] ?? inputs[0]?.shape[0] ?? 1;
    return valuesOf(model.predict<TensorTree>(nested(model, tensors), { batchSize }));
  });
}

/** The values of tensors, which are freed. */
export function valuesOf(outputs: unknown): Output[] {
  return [...tensorsIn(outputs)].map((output) => {
    using result = output;
    const shape = result.shape as number[];
    if (result.dtype === 'string') {
      const strings = ([result.array()] as unknown[]).flat(Infinity) as string[];
      return { values: new Float64Array(), strings, shape };
    }
    return { values: Float64Array.from(result.data() as ArrayLike<number>, Number), shape };
  });
}

/**
 * Calls a model several times. With active Dropout or noise, each call returns other values; `predict` would leave the
 * seeds as they are.
 */
export function sample(id: number, inputs: readonly Values[], runs: number): Spread[] {
  const model = modelOf(id);
  const all = withTensors(model, inputs, (tensors) => {
    const data = nested(model, tensors);
    return Array.from({ length: runs }, () => valuesOf(model.apply(data)));
  });
  return all[0]!.map(({ values: first, shape }, output) => {
    const [sums, squares] = [new Float64Array(first.length), new Float64Array(first.length)];
    // Differences from the first run: of equal runs, the deviation is exactly 0.
    for (const run of all) {
      run[output]!.values.forEach((value, i) => {
        sums[i]! += value - first[i]!;
        squares[i]! += (value - first[i]!) ** 2;
      });
    }
    const values = first.map((value, i) => value + sums[i]! / runs);
    const deviation = squares.map((square, i) =>
      Math.sqrt(Math.max(0, square / runs - (sums[i]! / runs) ** 2)),
    );
    return { values, deviation, shape, runs };
  });
}

/** Calls a function with tensors of the inputs, and frees them. */
export function withTensors<T>(
  model: Model,
  inputs: readonly Values[],
  use: (tensors: Tensor[]) => T,
): T {
  const tensors = inputs.map(({ values, shape, strings }, i) => {
    if (strings) return keras.tensor([...strings], [...shape], 'string');
    const dtype = model.inputs[i]!.dtype as DType;
    // Large integers are not numbers of 32 bits.
    const data = /float(16|32)/.test(dtype) ? Float32Array.from(values) : Float64Array.from(values);
    return keras.tensor(data, [...shape], dtype);
  });
  try {
    return use(tensors);
  } finally {
    for (const made of tensors) made.dispose();
  }
}

/** The tensors of `model.inputs`, nested as the model takes them: dicts are in the order of their sorted keys. */
export function nested(
  model: Model,
  tensors: Tensor[],
): Tensor | Tensor[] | Record<string, Tensor> {
  if (tensors.length === 1) return tensors[0]!;
  const shapes = model.inputShape as object;
  if (Array.isArray(shapes)) return tensors;
  const keys = Object.keys(shapes).sort();
  return Object.fromEntries(keys.map((key, i) => [key, tensors[i]!]));
}

/** In the order of `model.outputs`: dicts by sorted keys. */
export function* tensorsIn(value: unknown): Generator<Tensor> {
  if (value instanceof keras.Tensor) yield value;
  else if (Array.isArray(value)) for (const item of value) yield* tensorsIn(item);
  else if (typeof value === 'object' && value !== null)
    for (const key of Object.keys(value).sort())
      yield* tensorsIn((value as Record<string, unknown>)[key]);
}
