// How long a model and each of its layers take.
import type { DType, Layer, Model, Tensor, TensorTree } from 'keras-wasm';
import type { LayerTime, Times, Values } from '../../types.js';
import { modelOf } from './models.js';
import { keras } from './package.js';
import { nested, tensorsIn, withTensors } from './predict.js';

// Clocks in browsers have steps of 0.1 ms: what is shorter is run several times between two looks at the clock.
const shortestLook = 1; // ms
const timePerLayer = 4; // ms
const mostLayers = 400;
const mostCalls = 16; // of a shared layer
// Stands for an unknown size, such as the length of a sequence.
const someSize = 8;

type Data = Parameters<Model['predict']>[0];

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
    const together = runsPerLook(run);
    const latencies = Float64Array.from({ length: runs }, () => timeOf(run, together));
    const layers: LayerTime[] = [];
    for (const layer of model.layers.slice(0, mostLayers)) {
      if (layer instanceof keras.layers.InputLayer) continue;
      const time = timeOfLayer(model, layer, data, batchSize);
      if (time !== null) layers.push({ path: layer.name, className: layer.className, time });
    }
    return { latencies, together, layers };
  });
}

function timeOfLayer(model: Model, layer: Layer, data: Data, batchSize: number): number | null {
  try {
    const ports = flat(layer.input); // raises an error for a layer that is called several times
    const before = model.subModel({ outputs: ports });
    const given = [...tensorsIn(before.predict<TensorTree>(data, { batchSize }))];
    before.dispose();
    return timeOfPart(model.subModel({ inputs: ports, outputs: layer }), given, batchSize);
  } catch {
    return timeOfCalls(model, layer.name, batchSize);
  }
}

// The sum over the calls of a layer, on zeros; null when its calls are not part of the model.
function timeOfCalls(model: Model, name: string, batchSize: number): number | null {
  let sum: number | null = null;
  for (let call = 0; call < mostCalls; call++) {
    try {
      const port = `${name}@${call}`;
      const part = model.subModel({ inputs: port, outputs: port });
      const given = part.inputs.map(({ shape, dtype }) => {
        const sizes = shape.map((size, axis) => size ?? (axis === 0 ? batchSize : someSize));
        return keras.ops.zeros(sizes, { dtype: dtype as DType });
      });
      sum = (sum ?? 0) + timeOfPart(part, given, batchSize);
    } catch {
      break; // there are no more calls
    }
  }
  return sum;
}

function timeOfPart(part: Model, given: Tensor[], batchSize: number): number {
  try {
    const run = () =>
      free(part.predict<TensorTree>(given.length === 1 ? given[0]! : given, { batchSize }));
    run();
    const together = runsPerLook(run);
    const times: number[] = [];
    const end = performance.now() + timePerLayer;
    while (times.length < 3 || performance.now() < end) times.push(timeOf(run, together));
    return times.sort((a, b) => a - b)[times.length >> 1]!;
  } finally {
    for (const tensor of given) tensor.dispose();
    part.dispose();
  }
}

// By the shortest of several looks: the browser may do something else during one of them.
function runsPerLook(run: () => void): number {
  for (let count = 1; ; count *= 2) {
    const looks = Array.from({ length: 3 }, () => timeOf(run, count) * count);
    if (Math.min(...looks) >= shortestLook || count >= 4096) return count;
  }
}

function flat(value: unknown): InstanceType<typeof keras.KerasTensor>[] {
  if (value instanceof keras.KerasTensor) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(flat);
}

/** The mean of `count` runs, in ms. */
function timeOf(run: () => void, count: number): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) run();
  return (performance.now() - start) / count;
}

function free(outputs: unknown): void {
  for (const tensor of tensorsIn(outputs) as Iterable<Tensor>) tensor.dispose();
}
