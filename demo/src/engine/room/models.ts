// The open models, by number.
import type { LoadProgress, Model } from 'keras-wasm';
import type { ModelView } from '../../types.js';
import { describeModel, type Described } from './describe-model.js';
import { keras, signal } from './package.js';
import { loadModule } from './user-code.js';

interface Entry {
  readonly model: Model;
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

/** Forgets a model. A clone may use its layers, so the garbage collector frees them. */
export function close(id: number): void {
  models.delete(id);
}

export function modelOf(id: number): Model {
  return entryOf(id).model;
}

export function entryOf(id: number): Entry {
  const entry = models.get(id);
  if (!entry) throw new Error('This model has been closed.');
  return entry;
}

export function keep(model: Model): ModelView {
  const described = describeModel(++lastId, model);
  models.set(lastId, { model, described });
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
