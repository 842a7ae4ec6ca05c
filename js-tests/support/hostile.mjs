// Hostile files, and what Keras does with them: tools/fixtures/make_hostile_archives.py and make_hostile_hdf5.py.
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { loadModel, tensor } from './keras.mjs';

const folder = new URL('../fixtures/hostile/', import.meta.url);

/** The files of one generator: [name, bytes, verdict], where a verdict has `opens` or `refused`. */
export function hostileFiles(generator) {
  const files = unzipSync(new Uint8Array(readFileSync(new URL(`${generator}.zip`, folder))));
  const verdicts = JSON.parse(readFileSync(new URL(`${generator}.json`, folder), 'utf8'));
  return Object.entries(verdicts).map(([name, verdict]) => [name, files[name], verdict]);
}

/** The predictions of a model file for ones, in the form of the verdicts. */
export async function predictionOf(source) {
  const model = await loadModel(source);
  const output = model.predict(tensor(new Float32Array(4).fill(1), [1, 4]));
  const values = [...output.data()].map((value) => (Number.isNaN(value) ? null : value));
  output.dispose();
  model.dispose();
  return values;
}
