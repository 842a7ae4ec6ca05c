// Describes a model of the library as plain data.
import type { KerasTensor, Layer, Model } from 'keras-wasm';
import type { ModelView, Port, Shape } from '../../types.js';
import { describeGraph, type Configs, type LayerFacts } from './describe-graph.js';
import { keras } from './package.js';

// In characters, so that the table fits into a column of the page.
const summaryWidth = 72;
// A summary of more layers is cut.
const mostInSummary = 500;

/** What the page sees of a model, and the configs of its layers by path. */
export interface Described {
  readonly view: ModelView;
  readonly configs: Configs;
}

export function describeModel(id: number, model: Model): Described {
  const config = model.getConfig();
  const configs: Configs = new Map();
  const view = {
    id,
    name: model.name,
    className: model.className,
    layerCount: model.layers.length,
    parameters: model.built ? model.countParams() : 0,
    trainableParameters: sizeOfAll(model.trainableWeights),
    summary: summaryOf(model),
    graph: describeGraph(model.className, config, factsOf(model), configs),
    inputs: portsOf(() => model.inputs),
    outputs: namedAfterLayers(
      portsOf(() => model.outputs),
      config,
    ),
  };
  return { view, configs };
}

function summaryOf(model: Model): string {
  const text = model.summary({ printFn: null, lineLength: summaryWidth });
  if (model.layers.length <= mostInSummary) return text;
  const lines = text.split('\n');
  const cut = lines.slice(0, 2 * mostInSummary);
  return [...cut, '… (the middle is left out)', ...lines.slice(-8)].join('\n');
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

/** Finds layers by name. Lists each model's layers once: searching for each layer would be quadratic. */
export function lookUp() {
  const layersOf = new Map<Layer, ReadonlyMap<string, Layer>>();
  return (owner: Layer | undefined, name: string): Layer | undefined => {
    if (!owner) return undefined;
    let byName = layersOf.get(owner);
    if (!byName) {
      const inner = owner instanceof keras.Model ? owner.layers : [];
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
  if (value instanceof keras.KerasTensor) yield value;
  else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) yield* tensorsIn(item);
}
