// How long a model and each of its layers take.
import type { Layer, Model, Tensor, TensorTree } from 'keras-wasm';
import type { LayerTime, Times, Values } from '../../types.js';
import { modelOf } from './models.js';
import { keras } from './package.js';
import { nested, tensorsIn, withTensors } from './predict.js';

// A layer is measured until this has passed, but at least a few times.
const timePerLayer = 8; // ms
const [fewest, most] = [3, 200];
const mostLayers = 400;

/**
 * Latencies of `runs` predictions in ms, and the time of each layer: of a model with this layer alone, which is given
 * the values that it has inside the model.
 */
export function measureTimes(id: number, inputs: readonly Values[], runs: number): Times {
  const model = modelOf(id);
  return withTensors(model, inputs, (tensors) => {
    const data = nested(model, tensors);
    const batchSize = model.inputs[0]?.shape[0] ?? inputs[0]?.shape[0] ?? 1;
    const run = () => free(model.predict<TensorTree>(data, { batchSize }));
    run(); // makes the plan
    const latencies = Float64Array.from({ length: runs }, () => timeOf(run));
    const layers = model.layers.slice(0, mostLayers).flatMap((layer) => {
      const time = timeOfLayer(model, layer, data, batchSize);
      return time === null ? [] : [{ path: layer.name, className: layer.className, time }];
    });
    return { latencies, layers: layers satisfies LayerTime[] };
  });
}

// Null for a layer that is not measured alone: an input, or one that is called several times.
function timeOfLayer(
  model: Model,
  layer: Layer,
  data: Parameters<Model['predict']>[0],
  batchSize: number,
): number | null {
  if (layer instanceof keras.layers.InputLayer) return null;
  try {
    const ports = flat(layer.input);
    const before = model.subModel({ outputs: ports });
    const given = [...tensorsIn(before.predict<TensorTree>(data, { batchSize }))];
    const part = model.subModel({ inputs: ports, outputs: layer });
    const run = () => free(part.predict<TensorTree>(given, { batchSize }));
    run();
    const times: number[] = [];
    const end = performance.now() + timePerLayer;
    while (times.length < fewest || (performance.now() < end && times.length < most))
      times.push(timeOf(run));
    for (const tensor of given) tensor.dispose();
    for (const made of [before, part]) made.dispose();
    return times.sort((a, b) => a - b)[times.length >> 1]!;
  } catch {
    return null;
  }
}

function flat(value: unknown): InstanceType<typeof keras.KerasTensor>[] {
  if (value instanceof keras.KerasTensor) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(flat);
}

function timeOf(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function free(outputs: unknown): void {
  for (const tensor of tensorsIn(outputs) as Iterable<Tensor>) tensor.dispose();
}
