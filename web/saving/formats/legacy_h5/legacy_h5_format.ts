// `.h5` files of Keras 1 and 2, tf.keras, and the legacy format of Keras 3, for whole models and for weights
// (keras/src/legacy/saving/legacy_h5_format.py).
import { ValueError } from '../../../errors/errors.js';
import { warn } from '../../../errors/warnings.js';
import type { WeightReader } from '../../weight_reader.js';
import type { SavableModel } from '../../savable_model.js';
import type { FileContent } from '../../file_content.js';
import type { FileToRead, SavedModel, SavedWeights, WriteModelOptions } from '../file_format.js';
import { Hdf5Writer } from '../hdf5/hdf5_writer.js';
import { openHdf5 } from '../hdf5/open.js';
import { textOf } from './attribute_text.js';
import { layerRoot, restoreLayerWeights, writeLegacyContent } from './layer_weights.js';

export async function readLegacyModel(file: FileToRead): Promise<SavedModel> {
  const reader = await openHdf5(file);
  const config = await textAttribute(reader, 'model_config');
  if (config === undefined) {
    reader.close();
    throw new ValueError(`No model config found in the file at ${file.name}.`);
  }
  const version = await textAttribute(reader, 'keras_version');
  return {
    config,
    isLegacy: true,
    version: version ?? '1', // Keras 1 did not write it
    trainingConfig: await textAttribute(reader, 'training_config'),
    metadata: version === undefined ? {} : { keras_version: version },
    openWeights: () => Promise.resolve({ ...layerWeights(reader), close: () => undefined }),
    close: () => reader.close(),
  };
}

export async function readLegacyWeights(file: FileToRead): Promise<SavedWeights | undefined> {
  const reader = await openHdf5(file);
  return (await layerRoot(reader)) === undefined ? undefined : layerWeights(reader);
}

async function textAttribute(
  reader: WeightReader,
  name: 'model_config' | 'keras_version' | 'training_config',
): Promise<string | undefined> {
  const value = await reader.attribute('', name);
  return value === undefined ? undefined : textOf(value);
}

const layerWeights = (reader: WeightReader): SavedWeights => ({
  options: ['byName'],
  openReader: () => Promise.resolve(reader),
  async restore(model, options) {
    await restoreLayerWeights(model, reader, options);
    return [];
  },
  close: () => reader.close(),
});

export function writeLegacyModel(
  model: SavableModel,
  { includeOptimizer }: WriteModelOptions,
): FileContent {
  warn(
    "You are saving your model as an HDF5 file via `model.save()` or `keras.saving.save_model(model)`. This file format is considered legacy. We recommend using instead the native Keras format, e.g. `model.save('my_model.keras')` or `keras.saving.save_model(model, 'my_model.keras')`. ",
  );
  const writer = new Hdf5Writer();
  const taken = writeLegacyContent(model.raw, writer, includeOptimizer);
  try {
    return { parts: writer.finish(), release: taken.release };
  } catch (error) {
    taken.release();
    throw error;
  }
}
