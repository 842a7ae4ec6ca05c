// Files of a model.
import { modelOf } from './models.js';
import { keras } from './package.js';

/** The bytes of a `.keras` file, opened again to see that it holds this model. */
export async function save(id: number): Promise<Uint8Array> {
  const model = modelOf(id);
  const bytes = await keras.saveModel(model);
  const again = await keras.loadModel(bytes);
  const diff = keras.diffModels(model, again);
  if (diff.layers.length > 0)
    throw new Error(`The saved file opens as a different model:\n${String(diff)}`);
  return bytes;
}

/** The model as JSON, as Keras's `to_json()` writes it. */
export function toJson(id: number): string {
  return modelOf(id).toJson();
}
