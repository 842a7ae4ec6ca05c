// Damaged files of every format: cut at each tenth, and with a byte changed in some hundred places, or in as many as
// KERAS_DAMAGED_PLACES says (`npm run test:random`). Each ends in an error of Keras or in the model of the file.
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

// A changed config may be one of another object.
const bytesOf = (model) =>
  !(model instanceof K.Model)
    ? Buffer.alloc(0)
    : Buffer.concat(model.getWeights().map((weight) => Buffer.from(weight.data().buffer)));

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
    model.dispose?.();
  }
  return results;
}

const cuts = (bytes) =>
  Array.from({ length: 10 }, (_, i) => bytes.subarray(0, Math.floor((bytes.length * i) / 10)));

const PLACES = Number(process.env.KERAS_DAMAGED_PLACES ?? 300);
const flips = (bytes) =>
  Array.from({ length: PLACES }, (_, i) => {
    const changed = bytes.slice();
    changed[Math.floor((bytes.length * i) / PLACES)] ^= 1 << (i % 8);
    return changed;
  });

async function loadInto(make, bytes) {
  const model = make();
  try {
    await model.loadWeights(bytes);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

const intoFunctional = (bytes) => loadInto(() => modelOf('functional'), bytes);
const inFolder = (name) => (bytes) => K.loadModel({ ...tfjs, [name]: bytes });

const keras = (name) =>
  new Uint8Array(readFileSync(new URL(`../fixtures/files/${name}`, import.meta.url)));
const loadWhole = (bytes) => K.loadModel(bytes);
const record = JSON.parse(new TextDecoder().decode(keras('functional.weights.h5.json')));
const intoRecord = (source) =>
  loadInto(() => K.modelFromJson(JSON.stringify(record.to_json)), source);
const shards = await (
  await K.loadModel(keras('functional.keras'))
).saveWeights(undefined, { maxShardSize: 2e-6 });
const [index] = Object.keys(shards).filter((name) => name.endsWith('.json'));
const [shard] = Object.keys(shards);
const withShard = (name) => (bytes) => intoRecord({ ...shards, [name]: bytes });
const json = new TextEncoder().encode(JSON.stringify(record.to_json));
const fromJson = (bytes) =>
  Promise.resolve().then(() => K.modelFromJson(new TextDecoder().decode(bytes)));

// The number of bytes of the weights that a changed byte of the file may change: archives have checksums, plain numbers have
// none, and in what describes a model or an array a byte may be another initial value or another name.
const formats = {
  '.keras': [keras('functional.keras'), loadWhole, 0],
  'compressed .keras': [keras('deflated.keras'), loadWhole, 0],
  '.weights.h5': [keras('functional.weights.h5'), intoRecord, 1],
  'legacy .h5': [keras('legacy_functional.h5'), loadWhole, 1],
  'the index of shards': [shards[index], withShard(index), 0],
  'a shard': [shards[shard], withShard(shard), 1],
  'the JSON of a model': [json, fromJson, undefined],
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
        if (result === undefined || most === undefined) continue;
        assert.equal(result.length, whole.length, `flip ${i}`);
        const changed = whole.filter((byte, at) => byte !== result[at]).length;
        assert.ok(changed <= most, `flip ${i}: ${changed} bytes of the weights differ`);
      }
    });
  });
}
