// Files of a model.
import type { LoadProgress, SaveProgress } from 'keras-wasm';
import { everyHundredMs, modelOf } from './models.js';
import { keras, signal } from './package.js';

export interface SaveRequest {
  onProgress: (progress: { phase: 'weights' | 'check'; loaded: number; total: number }) => void;
}

/** A `.keras` file, opened again to see that it holds this model. */
export async function save(id: number, { onProgress }: SaveRequest): Promise<Blob> {
  const report = everyHundredMs(onProgress);
  const model = modelOf(id);
  const bytes = await keras.saveModel(model, undefined, {
    onProgress: ({ loaded, total }: SaveProgress) => report({ phase: 'weights', loaded, total }),
    signal,
  });
  const again = await keras.loadModel(bytes, {
    onProgress: ({ phase, loaded, total }: LoadProgress) => {
      if (phase === 'weights') report({ phase: 'check', loaded, total: total ?? loaded });
    },
    signal,
  });
  try {
    const diff = keras.diffModels(model, again);
    if (diff.layers.length > 0)
      throw new Error(`The saved file opens as a different model:\n${String(diff)}`);
  } finally {
    again.dispose();
  }
  return new Blob([bytes as Uint8Array<ArrayBuffer>]);
}

/** The model as JSON, as Keras's `to_json()` writes it. */
export function toJson(id: number): string {
  return modelOf(id).toJson();
}
