// Opening models, with the types that `web/saving` does not know.
import { openModel, type LoadOptions } from '../saving/load_model.js';
import type { ModelSource } from '../saving/source.js';
import type { CustomObjects } from '../serialization/custom_objects.js';
import type { Model } from './model.js';

/**
 * Opens a model that Keras or this package saved: a `.keras` file, or a legacy whole-model `.h5` file.
 *
 * @param given options, or the custom objects alone, as in Keras.
 * @throws ValueError when there is no such file, when it is not a model, and for a config that is too large; KeyError when
 *   the archive lacks its config; KerasError of kind BadZipFile when the archive is damaged or was edited; the errors of
 *   Keras for configs and weights that cannot be restored.
 */
export async function loadModel(
  source: ModelSource,
  given?: LoadOptions | CustomObjects | null,
): Promise<Model> {
  return (await openModel(source, given)) as Model;
}
