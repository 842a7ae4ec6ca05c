// Opening models, with the types that `web/saving` does not know.
import type { FileSource } from '../saving/file_set.js';
import { loadModel as load, type LoadOptions } from '../saving/load_model.js';
import { openModel as open, type OpenedModel, type OpenOptions } from '../saving/open_model.js';
import type { CustomObjects } from '../serialization/custom_objects.js';
import type { Model } from './model.js';

/**
 * Opens a model that Keras, TensorFlow.js or this package saved: a `.keras` file, a legacy whole-model `.h5` file, or the
 * `model.json` of a layers model with its shards.
 *
 * @param source for a `model.json`: its path or address, all files as a list or by name, their folder, or an object with a
 *   `load()` such as TensorFlow.js's `IOHandler`.
 * @param given options, or the custom objects alone, as in Keras.
 * @throws ValueError when there is no such file, when it is not a model, and for a config that is too large; KeyError when
 *   the archive lacks its config; KerasError of kind BadZipFile when the archive is damaged or was edited; the errors of
 *   Keras for configs and weights that cannot be restored.
 */
export async function loadModel(
  source: FileSource,
  given?: LoadOptions | CustomObjects | null,
): Promise<Model> {
  return (await load(source, given)) as Model;
}

/**
 * Opens the file of a model without its weights. The config, the layers and the metadata are read at once, of a `.keras`
 * file or a `model.json` from the few kilobytes that have them; `load()` makes the model. Of an address these are the only
 * bytes that are downloaded before `load()`, where the server sends ranges (`Accept-Ranges`) and `cache` is not set.
 *
 * ```js
 * const file = await openModel('large.keras');
 * console.log(file.layers.map(({ name, className }) => `${name}: ${className}`));
 * const model = await file.load();
 * await file.dispose();
 * ```
 *
 * @throws as `loadModel`, except for what is wrong with the weights.
 */
export async function openModel(
  source: FileSource,
  options?: OpenOptions,
): Promise<OpenedModel<Model>> {
  return (await open(source, options)) as OpenedModel<Model>;
}
