// The only room that uses keras-wasm. It takes and returns plain data, so that the work could move to a Worker.
import {
  cloneModel,
  diffModels,
  initialize,
  loadModel,
  loadWeights,
  modelFromJson,
  saveModel,
  setRandomSeed,
  Tensor,
  tensor,
} from 'keras-wasm';
import type { DType, Model, TensorTree } from 'keras-wasm';
import type { Difference, ModelView, Values, WeightView } from '../types.js';
import { describeModel, describeWeights } from './describe-model.js';
import { compareModels } from './difference.js';
import { loadHook, loadModule, runUserCode, type Slider } from './user-code.js';

const models = new Map<number, Model>();
let lastId = 0;
let started: Promise<unknown> | undefined;

/** Starts the library; calling it again does nothing. */
export async function start(): Promise<void> {
  await (started ??= initialize({ variant: import.meta.env.VITE_VARIANT }));
}

/**
 * Opens a model: a `.keras` or `.h5` file, or JSON of `to_json()`, which has fresh weights. `classes` is code that
 * defines or registers the model's own classes.
 */
export async function open(file: Blob, classes: string): Promise<ModelView> {
  await start();
  if (classes) await loadModule(classes);
  return keep(await readModel(file));
}

async function readModel(file: Blob): Promise<Model> {
  const [first] = new Uint8Array(await file.slice(0, 1).arrayBuffer());
  const isJson = first !== undefined && [0x7b, 0x20, 0x0a, 0x0d, 0x09].includes(first);
  return isJson ? modelFromJson(await file.text()) : await loadModel(file);
}

/** A copy of an open model with the weights of a file. */
export async function openWeights(id: number, file: Blob): Promise<ModelView> {
  const copy = cloneModel(get(id));
  await loadWeights(copy, file);
  return keep(copy);
}

/** The slider of a hook's code, if it has one. */
export async function sliderOf(code: string): Promise<Slider | null> {
  await start();
  return (await loadHook(code)).slider ?? null;
}

/** Sets the seed of all random numbers, then calls the `edit` function of the code. */
export async function edit(
  id: number,
  code: string,
  value: number | undefined,
  seed: number,
): Promise<{ view: ModelView; difference: Difference }> {
  const original = get(id);
  const hook = await loadHook(code);
  setRandomSeed(seed);
  const clone = await runUserCode(code, () => {
    const result: unknown = hook.edit(original, value);
    if (isModel(result)) return result;
    throw new TypeError('edit(model, value) must return a model.');
  });
  return { view: keep(clone), difference: compareModels(original, clone) };
}

/** Runs a model on one value for each of its inputs, and returns one for each output. */
export async function predict(id: number, inputs: readonly Values[]): Promise<Values[]> {
  const model = get(id);
  const tensors = inputs.map(({ values, shape }, i) =>
    tensor(Float32Array.from(values), [...shape], model.inputs[i]!.dtype as DType),
  );
  try {
    const batchSize = model.inputs[0]?.shape[0] ?? inputs[0]?.shape[0] ?? 1;
    const data = nested(model, tensors);
    const outputs = [...tensorsIn(model.predict<TensorTree>(data, { batchSize }))];
    return outputs.map((output) => {
      using result = output;
      return {
        values: Float64Array.from(result.data() as ArrayLike<number>, Number),
        shape: result.shape as number[],
      };
    });
  } finally {
    for (const made of tensors) made.dispose();
  }
}

/** Histograms of the weights of a layer. */
export function weightsOf(id: number, path: string): WeightView[] {
  return describeWeights(get(id), path);
}

/** The bytes of a `.keras` file, opened again to see that it holds this model. */
export async function save(id: number): Promise<Uint8Array> {
  const model = get(id);
  const bytes = await saveModel(model);
  const again = await loadModel(bytes);
  const diff = diffModels(model, again);
  if (diff.layers.length > 0)
    throw new Error(`The saved file opens as a different model:\n${String(diff)}`);
  return bytes;
}

/** The model as JSON, as Keras's `to_json()` writes it. */
export function toJson(id: number): string {
  return get(id).toJson();
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
  const view = describeModel(++lastId, model);
  models.set(view.id, model);
  return view;
}

function isModel(value: unknown): value is Model {
  return typeof value === 'object' && value !== null && 'predict' in value && 'inputs' in value;
}

// The tensors of `model.inputs`, nested as the model takes them: dicts are in the order of their sorted keys.
function nested(model: Model, tensors: Tensor[]): Tensor | Tensor[] | Record<string, Tensor> {
  if (tensors.length === 1) return tensors[0]!;
  const shapes = model.inputShape as object;
  if (Array.isArray(shapes)) return tensors;
  const keys = Object.keys(shapes).sort();
  return Object.fromEntries(keys.map((key, i) => [key, tensors[i]!]));
}

// In the order of `model.outputs`: dicts by sorted keys.
function* tensorsIn(value: unknown): Generator<Tensor> {
  if (value instanceof Tensor) yield value;
  else if (Array.isArray(value)) for (const item of value) yield* tensorsIn(item);
  else if (typeof value === 'object' && value !== null)
    for (const key of Object.keys(value).sort())
      yield* tensorsIn((value as Record<string, unknown>)[key]);
}
