// Files that Keras wrote for tests of saving (tools/fixtures/make_saving.py), and their weights and predictions.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertClose } from './assertions.mjs';
import { tensor } from './keras.mjs';

export const savedFiles = new URL('../fixtures/saving/', import.meta.url);

/** The bytes of a file. */
export const savedFile = (name) => new Uint8Array(readFileSync(new URL(name, savedFiles)));

/** The weights and predictions of the model of a file in Keras. */
export function truthOf(name) {
  const truth = JSON.parse(readFileSync(new URL(`${name}.json`, savedFiles), 'utf8'));
  return { ...truth, data: tensor(truth.inputs.data.flat(Infinity), truth.inputs.shape) };
}

/** Asserts that the model has the weights and outputs of the Keras model. */
export function assertAsInKeras(model, truth) {
  const values = model.getWeights();
  if (values.length !== truth.weights.length)
    throw new Error(`${values.length} weights, not ${truth.weights.length}`);
  truth.weights.forEach(({ data }, i) => assertClose(values[i].array(), data, 1e-7));
  assertClose(model.apply(truth.data).array(), truth.outputs.data);
  assertClose(model.predict(truth.data).array(), truth.outputs.data);
}

/** Runs `body` with the path of a temporary folder. */
export async function withFolder(body) {
  const folder = await mkdtemp(join(tmpdir(), 'keras-wasm-'));
  try {
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
