// Describes a model of the library as plain data.
import { KerasTensor, Model } from 'keras-wasm';
import type { Layer } from 'keras-wasm';
import type { ModelView, Port, Shape, WeightView } from '../types.js';
import { describeGraph, type LayerFacts } from './describe-graph.js';

// In characters, so that the table fits into a column of the page.
const summaryWidth = 72;
const binCount = 40;

export function describeModel(id: number, model: Model): ModelView {
  const config = model.getConfig();
  return {
    id,
    name: model.name,
    className: model.className,
    layerCount: model.layers.length,
    parameters: model.built ? model.countParams() : 0,
    trainableParameters: sizeOfAll(model.trainableWeights),
    summary: model.summary({ printFn: null, lineLength: summaryWidth }),
    graph: describeGraph(model.className, config, factsOf(model)),
    inputs: portsOf(() => model.inputs),
    outputs: namedAfterLayers(
      portsOf(() => model.outputs),
      config,
    ),
  };
}

/** The weights of the layer with this path, as histograms. */
export function describeWeights(model: Model, path: string): WeightView[] {
  const layer = path.split('/').reduce<Layer | undefined>(lookUp(), model);
  if (!layer?.built) return [];
  return layer.weights.map(({ name, shape, dtype }, i) => {
    using value = layer.weights[i]!.value();
    const values = Float64Array.from(value.data() as ArrayLike<number>, Number);
    return { name, shape, dtype, ...histogram(values) };
  });
}

function histogram(values: Float64Array) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const bins = new Array<number>(binCount).fill(0);
  const width = (high - low) / binCount || 1;
  for (const value of values) {
    const bin = Math.min(binCount - 1, Math.floor((value - low) / width));
    if (bin >= 0) bins[bin]! += 1; // NaN is not counted
  }
  return { bins, low, high };
}

// `inputs` and `outputs` of an unbuilt model raise an error.
function portsOf(tensors: () => readonly KerasTensor[]): Port[] {
  try {
    return tensors().map(({ name, shape, dtype }) => ({ name, shape, dtype }));
  } catch {
    return [];
  }
}

// Output tensors have automatic names; their layers have the names that users gave.
function namedAfterLayers(ports: Port[], config: Readonly<Record<string, unknown>>): Port[] {
  const { output_layers: outputs, layers } = config;
  const last = Array.isArray(layers) ? (layers.at(-1) as { config?: { name?: string } }) : null;
  const names = outputs === undefined ? [last?.config?.name] : [...layerNamesIn(outputs)];
  return ports.map((port, i) => ({ ...port, name: names[i] ?? port.name }));
}

// A record of an output is `[layer, node, tensor]`, nested as the outputs; dicts are in the order of their keys.
function* layerNamesIn(value: unknown): Generator<string> {
  if (Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number')
    yield value[0];
  else if (Array.isArray(value)) for (const item of value) yield* layerNamesIn(item);
  else if (typeof value === 'object' && value !== null)
    for (const key of Object.keys(value).sort())
      yield* layerNamesIn((value as Record<string, unknown>)[key]);
}

function sizeOfAll(variables: readonly { shape: Shape }[]): number {
  return variables.reduce(
    (sum, { shape }) => sum + shape.reduce<number>((product, size) => product * (size ?? 0), 1),
    0,
  );
}

function factsOf(model: Model): LayerFacts {
  const layerNamed = lookUp();
  return (path) => {
    const layer = path.reduce<Layer | undefined>(layerNamed, model);
    return { parameters: layer?.built ? layer.countParams() : 0, shapes: shapesOf(layer) };
  };
}

// List each model's layers once: searching for each layer would be quadratic.
function lookUp() {
  const layersOf = new Map<Layer, ReadonlyMap<string, Layer>>();
  return (owner: Layer | undefined, name: string): Layer | undefined => {
    if (!owner) return undefined;
    let byName = layersOf.get(owner);
    if (!byName) {
      const inner = owner instanceof Model ? owner.layers : [];
      byName = new Map(inner.map((layer) => [layer.name, layer]));
      layersOf.set(owner, byName);
    }
    return byName.get(name);
  };
}

// `output` of a layer that was called several times raises an error; the edges of the graph state its shapes.
function shapesOf(layer: Layer | undefined): Shape[] {
  try {
    return [...tensorsIn(layer?.output)].map(({ shape }) => shape);
  } catch {
    return [];
  }
}

function* tensorsIn(value: unknown): Generator<KerasTensor> {
  if (value instanceof KerasTensor) yield value;
  else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) yield* tensorsIn(item);
}
