// Files of a model.
import type { LoadProgress, Model, SaveProgress } from 'keras-wasm';
import { everyHundredMs, modelOf } from './models.js';
import { keras, signal } from './package.js';

export interface SaveRequest {
  onProgress: (progress: { phase: 'weights' | 'check'; loaded: number; total: number }) => void;
}

/** A `.keras` file, opened again to see that it holds this model. */
export async function save(id: number, { onProgress }: SaveRequest): Promise<Blob> {
  const report = everyHundredMs(onProgress);
  const model = modelOf(id);
  const file = await inBlob((target) =>
    keras.saveModel(model, target, {
      onProgress({ phase, loaded, total }: SaveProgress) {
        if (phase === 'weights') report({ phase, loaded, total });
      },
      signal,
    }),
  );
  await check(model, file, ({ phase, loaded, total }) => {
    if (phase === 'weights') report({ phase: 'check', loaded, total: total ?? loaded });
  });
  return file;
}

async function check(
  model: Model,
  file: Blob,
  onProgress: (progress: LoadProgress) => void,
): Promise<void> {
  const again = await keras.loadModel(file, { onProgress, signal });
  try {
    const diff = keras.diffModels(model, again);
    if (diff.layers.length > 0)
      throw new Error(`The saved file opens as a different model:\n${String(diff)}`);
  } finally {
    again.dispose();
  }
}

/** What is written, as a Blob. Each block becomes one at once: the browser keeps them outside of this process. */
async function inBlob(write: (target: WritableStream<Uint8Array>) => Promise<void>): Promise<Blob> {
  const blocks: Blob[] = [];
  const target = new WritableStream<Uint8Array<ArrayBuffer>>({
    async write(block) {
      const blob = new Blob([block]);
      await blob.slice(0, 1).arrayBuffer(); // the browser has taken the block
      blocks.push(blob);
    },
  });
  await write(target);
  return new Blob(blocks);
}

/** The model as JSON, as Keras's `to_json()` writes it. */
export function toJson(id: number): string {
  return modelOf(id).toJson();
}
