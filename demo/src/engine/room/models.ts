// The open models, by number.
import type { LoadProgress, Model } from 'keras-wasm';
import type { ModelView } from '../../types.js';
import { describeModel, type Described } from './describe-model.js';
import { keras, signal } from './package.js';
import { loadModule } from './user-code.js';

interface Entry {
  readonly model: Model;
  /** The model that it was made from. */
  readonly from: Model | null;
  readonly described: Described;
}

const models = new Map<number, Entry>();
let lastId = 0;

export interface OpenOptions {
  /** Code that defines or registers the model's own classes. */
  classes: string;
  onProgress: (progress: LoadProgress) => void;
}

/** Opens a model: whatever `loadModel` reads, or JSON of `to_json()`, which has fresh weights. */
export async function open(
  file: Blob | readonly File[],
  { classes, onProgress }: OpenOptions,
): Promise<ModelView> {
  if (classes) await loadModule(classes);
  if (file instanceof Blob && (await isJson(file)))
    return keep(keras.modelFromJson(await file.text()));
  const report = everyHundredMs(onProgress);
  return keep(await keras.loadModel(file, { onProgress: report, signal }));
}

async function isJson(file: Blob): Promise<boolean> {
  const [first] = new Uint8Array(await file.slice(0, 1).arrayBuffer());
  return first !== undefined && [0x7b, 0x20, 0x0a, 0x0d, 0x09].includes(first);
}

/** A copy of an open model with the weights of a file. */
export async function openWeights(id: number, file: Blob | readonly File[]): Promise<ModelView> {
  const copy = keras.cloneModel(modelOf(id));
  await keras.loadWeights(copy, file, { signal });
  return keep(copy);
}

/** Forgets a model. Other models may use its layers. */
export function close(id: number): void {
  const entry = models.get(id);
  models.delete(id);
  if (!entry || [...models.values()].some(({ model }) => model === entry.model)) return;
  if (entry.from && !entry.from.disposed) freeWeights(entry.model, entry.from);
  entry.model.dispose();
}

/**
 * Frees the weights of a clone that hooks have changed: its variables get values of the original instead, which are shared.
 * The garbage collector, which does not know how large they are, would let them pile up while the slider moves.
 */
function freeWeights(clone: Model, original: Model): void {
  const byPath = new Map(original.weights.map((weight) => [weight.path, weight]));
  for (const weight of clone.weights) {
    const same = byPath.get(weight.path);
    if (!same || weight === same || weight.dtype !== same.dtype) continue;
    if (String(weight.shape) !== String(same.shape)) continue;
    using value = same.value();
    weight.assign(value);
  }
}

export function modelOf(id: number): Model {
  return entryOf(id).model;
}

export function entryOf(id: number): Entry {
  const entry = models.get(id);
  if (!entry) throw new Error('This model has been closed.');
  return entry;
}

export function keep(model: Model, from: Model | null = null): ModelView {
  const described = describeModel(++lastId, model);
  models.set(lastId, { model, from, described });
  return described.view;
}

/** Limits how often the page hears of progress. */
export function everyHundredMs<Progress>(report: (progress: Progress) => void) {
  let last = -Infinity;
  return (progress: Progress) => {
    if (performance.now() - last < 100) return;
    last = performance.now();
    report(progress);
  };
}
