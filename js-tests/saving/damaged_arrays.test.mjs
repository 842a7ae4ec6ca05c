// Damaged `.safetensors`, `.npz` and TensorFlow.js files: cut at each tenth, and with a byte changed in some hundred places.
// Each ends in an error of Keras or in the weights of the file.
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

const bytesOf = (model) =>
  Buffer.concat(model.getWeights().map((weight) => Buffer.from(weight.data().buffer)));

/** Loads each damaged file: undefined for those that are refused, otherwise the bytes of the weights. */
async function outcomes(files, load) {
  const results = [];
  for (const bytes of files) {
    let model;
    try {
      model = await load(bytes);
    } catch (error) {
      assert.ok(error instanceof K.KerasError, `${error?.stack}`);
      results.push(undefined);
      continue;
    }
    results.push(bytesOf(model));
    model.dispose();
  }
  return results;
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

const intoFunctional = (bytes) => loadInto('functional', bytes);
const inFolder = (name) => (bytes) => K.loadModel({ ...tfjs, [name]: bytes });

// The number of bytes of the weights that a changed byte of the file may change: archives have checksums, plain numbers have
// none, and in the JSON of a model a byte may be another initial value.
const formats = {
  safetensors: [arrayFile('functional.safetensors'), intoFunctional, 1],
  npz: [arrayFile('functional.npz'), intoFunctional, 0],
  'compressed npz': [arrayFile('compressed.npz'), intoFunctional, 0],
  'model.json': [tfjs['model.json'], inFolder('model.json'), Infinity],
  'shards of TensorFlow.js': [tfjs['weights.bin'], inFolder('weights.bin'), 1],
};
for (const [name, [bytes, load, most]] of Object.entries(formats)) {
  test(`${name}: a file that is cut short is refused`, async () => {
    await warningsOf(async () => {
      const results = await outcomes(cuts(bytes), load);
      assert.deepEqual(results, Array(10).fill(undefined));
    });
  });

  test(`${name}: a file with a changed byte is refused or loads`, async () => {
    await warningsOf(async () => {
      const [whole] = await outcomes([bytes], load);
      for (const [i, result] of (await outcomes(flips(bytes), load)).entries()) {
        if (result === undefined) continue;
        assert.equal(result.length, whole.length, `flip ${i}`);
        const changed = whole.filter((byte, at) => byte !== result[at]).length;
        assert.ok(changed <= most, `flip ${i}: ${changed} bytes of the weights differ`);
      }
    });
  });
}
