// The only module that uses keras-wasm. It returns plain data, so that the work could move to a Worker.
import { initialize, KerasTensor, loadModel, Model, saveModel, Tensor, tensor } from 'keras-wasm';
import type { Layer } from 'keras-wasm';
import { describeGraph, type LayerFacts } from './describe.js';
import type { Recipe } from './recipes/index.js';
import type { ModelView, Port, Shape } from './types.js';

const models = new Map<number, Model>();
let lastId = 0;

// In characters, so that the table fits into a column of the page.
const summaryWidth = 72;

/** Starts the library; calling it again does nothing. */
export async function start(): Promise<void> {
  await initialize({ variant: import.meta.env.VITE_VARIANT });
}

/** Opens the bytes of a `.keras` file. */
export async function open(bytes: Uint8Array): Promise<ModelView> {
  await start();
  return keep(await loadModel(bytes));
}

/** Clones a model. Weights are copied in the order of `getWeights()`. */
export function clone(id: number, recipe: Recipe, carryWeights: boolean): ModelView {
  const original = get(id);
  const copy = recipe.clone(original);
  if (carryWeights) copy.setWeights(original.getWeights());
  return keep(copy);
}

/** Runs a model with one input and one output on the rows in `values`; returns one row of outputs for each. */
export async function predict(id: number, values: Float32Array, rows: number): Promise<number[][]> {
  const model = get(id);
  const [batch, ...sizes] = model.inputs[0]!.shape;
  using input = tensor(values, [rows, ...(sizes as number[])]);
  const output = await model.predict(input, { batchSize: batch ?? rows });
  if (!(output instanceof Tensor)) throw new Error('The model has several outputs.');
  using result = output;
  return result.array() as number[][];
}

/** The bytes of a `.keras` file. */
export async function save(id: number): Promise<Uint8Array> {
  return saveModel(get(id));
}

/** Forgets a model. A clone may use its layers, so the garbage collector frees them. */
export function close(id: number): void {
  models.delete(id);
}

function get(id: number): Model {
  const model = models.get(id);
  if (!model) throw new Error('This model has been closed.');
  return model;
}

function keep(model: Model): ModelView {
  const id = ++lastId;
  const view: ModelView = {
    id,
    name: model.name,
    className: model.className,
    layerCount: model.layers.length,
    parameters: model.built ? model.countParams() : 0,
    trainableParameters: sizeOfAll(model.trainableWeights),
    summary: model.summary({ printFn: null, lineLength: summaryWidth }),
    graph: describeGraph(model.className, model.getConfig(), factsOf(model)),
    inputs: portsOf(() => model.inputs),
    outputs: portsOf(() => model.outputs),
  };
  models.set(id, model);
  return view;
}

// An unbuilt model has no inputs yet.
function portsOf(tensors: () => readonly KerasTensor[]): Port[] {
  try {
    return tensors().map(({ name, shape, dtype }) => ({ name, shape, dtype }));
  } catch {
    return [];
  }
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

// A layer that was called several times has no single `output`; the edges have its shapes.
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
