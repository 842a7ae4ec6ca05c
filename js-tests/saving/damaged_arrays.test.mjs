// Damaged `.safetensors`, `.npz` and TensorFlow.js files: cut at each tenth, and with a byte changed in some hundred places.
// Each ends in an error of Keras or in the weights of the file, of which only the changed byte may differ.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { arrayFile, modelOf } from '../support/array_files.mjs';
import * as K from '../support/keras.mjs';
import { warningsOf } from '../support/warnings.mjs';

const folder = new URL('../fixtures/tfjs/tfjs_dense/', import.meta.url);
const tfjs = Object.fromEntries(
  readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(new URL(name, folder)))]),
);

const byteCount = (model) =>
  model.weights.reduce((sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0);
const bytesOf = (model) =>
  Buffer.concat(model.getWeights().map((weight) => Buffer.from(weight.data().buffer)));

/** Loads each damaged file; returns how many were refused. */
async function refusals(files, load) {
  let refused = 0;
  for (const bytes of files) {
    let model;
    try {
      model = await load(bytes);
    } catch (error) {
      assert.ok(error instanceof K.KerasError, `${error?.stack}`);
      ++refused;
      continue;
    }
    assert.equal(bytesOf(model).length, byteCount(model));
    model.dispose();
  }
  return refused;
}

const cuts = (bytes) =>
  Array.from({ length: 10 }, (_, i) => bytes.subarray(0, Math.floor((bytes.length * i) / 10)));

const PLACES = 300;
const flips = (bytes) =>
  Array.from({ length: PLACES }, (_, i) => {
    const changed = bytes.slice();
    changed[Math.floor((bytes.length * i) / PLACES)] ^= 1 << (i % 8);
    return changed;
  });

async function loadInto(name, bytes) {
  const model = modelOf(name);
  try {
    await model.loadWeights(bytes);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

const formats = {
  safetensors: [arrayFile('functional.safetensors'), (bytes) => loadInto('functional', bytes)],
  npz: [arrayFile('functional.npz'), (bytes) => loadInto('functional', bytes)],
  'compressed npz': [arrayFile('compressed.npz'), (bytes) => loadInto('functional', bytes)],
  'model.json': [tfjs['model.json'], (bytes) => K.loadModel({ ...tfjs, 'model.json': bytes })],
  'shards of TensorFlow.js': [
    tfjs['weights.bin'],
    (bytes) => K.loadModel({ ...tfjs, 'weights.bin': bytes }),
  ],
};
for (const [name, [bytes, load]] of Object.entries(formats)) {
  test(`${name}: a file that is cut short is refused`, async () => {
    await warningsOf(async () => assert.equal(await refusals(cuts(bytes), load), 10));
  });

  test(`${name}: a file with a changed byte is refused or loads`, async () => {
    await warningsOf(async () => {
      const refused = await refusals(flips(bytes), load);
      // Archives have checksums; plain numbers have none.
      const least = { npz: 200, 'compressed npz': 200, 'shards of TensorFlow.js': 0 }[name] ?? 30;
      assert.ok(refused >= least, `${refused} of ${PLACES} were refused`);
    });
  });
}
