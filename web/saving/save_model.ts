// Writing files that Keras opens: `.keras`, and `.weights.h5`.
import { ValueError } from '../errors.js';
import type { Model } from '../model.js';
import { writeFile } from '../platform/files.js';
import { bytesOf, writeArchive } from './archive.js';
import { saving } from './raw_saving.js';
import { collectWeights } from './weights.js';

/** The version of Keras whose format this package writes. */
const KERAS_VERSION = '3.15.1';

// As Python's "%Y-%m-%d@%H:%M:%S".
const stamp = (date: Date): string => date.toISOString().slice(0, 19).replace('T', '@');

const isNamed = (path: string | URL, ending: string): boolean => String(path).endsWith(ending);

/**
 * Saves a model as a `.keras` file: config, weights, and how it was compiled.
 *
 * @param path where to write it (Node); without one nothing is written.
 * @returns the bytes of the file.
 * @throws ValueError for a path that does not end in `.keras`.
 */
export async function saveModel(model: Model, path?: string | URL): Promise<Uint8Array> {
  if (path !== undefined && !isNamed(path, '.keras')) {
    throw new ValueError(
      `Invalid filepath extension for saving. Please add either a \`.keras\` extension for the native Keras format (recommended) or a \`.h5\` extension. Use \`model.export(filepath)\` if you want to export a SavedModel for use with TFLite/TFServing/etc. Received: filepath=${String(path)}.`,
    );
  }
  const date = new Date();
  const config = saving().savingConfig(model.raw);
  const weights = await weightsFile(model);
  const metadata = `{"keras_version": "${KERAS_VERSION}", "date_saved": "${stamp(date)}"}`;
  const bytes = writeArchive(
    {
      'metadata.json': bytesOf(metadata),
      'config.json': bytesOf(config),
      'model.weights.h5': weights,
    },
    date,
  );
  if (path !== undefined) await writeFile(path, bytes);
  return bytes;
}

/**
 * Saves only the weights, as a `.weights.h5` file.
 *
 * @returns the bytes of the file.
 * @throws ValueError when the model is not built, or for a path that does not end in `.weights.h5`.
 */
export async function saveWeights(model: Model, path?: string | URL): Promise<Uint8Array> {
  if (!model.built) {
    throw new ValueError(
      'You are saving a model that has not yet been built. Try building the model first by calling it on some data or by using `build()`.',
    );
  }
  if (path !== undefined && !isNamed(path, '.weights.h5')) {
    throw new ValueError(
      `The filename must end in \`.weights.h5\`. Received: filepath=${String(path)}`,
    );
  }
  const bytes = await weightsFile(model);
  if (path !== undefined) await writeFile(path, bytes);
  return bytes;
}

async function weightsFile(model: Model): Promise<Uint8Array> {
  const groups = collectWeights(model.raw);
  const { writeHdf5 } = await import('./h5wasm_file.js');
  return await writeHdf5(groups);
}
