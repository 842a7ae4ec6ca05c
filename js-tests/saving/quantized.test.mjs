// Layers that do not simply store their weights in order (tools/fixtures/make_quantized.py): they load, predict and are
// saved as in Keras.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { unzipSync } from 'fflate';
import { assertClose } from '../support/assertions.mjs';
import { arraysOf } from '../support/hdf5.mjs';
import * as keras from '../support/keras.mjs';
import { withFolder } from '../support/saved_files.mjs';

const folder = new URL('../fixtures/quantized/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.keras'))
  .map((name) => name.slice(0, -'.keras'.length));
const bytesOf = (name) => new Uint8Array(readFileSync(new URL(`${name}.keras`, folder)));
const truthOf = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));

const toleranceOf = (name) => (name.endsWith('bfloat16') ? 2e-2 : 1e-5);

function assertPredicts(name, model, { inputs, outputs }) {
  const [{ data, shape, dtype }] = inputs.tensors;
  const predicted = model.predict(keras.tensor(data, shape, dtype));
  assert.deepEqual([...predicted.shape], outputs.tensors[0].shape);
  assertClose([...predicted.data()].map(Number), outputs.tensors[0].data, toleranceOf(name));
}

// The model with the weights of the Keras model before it was saved.
function modelBefore({ json, before }) {
  const model = keras.modelFromJson(JSON.stringify(json));
  model.setWeights(
    model.weights.map(({ shape, dtype }, i) => keras.tensor(before.weights[i], shape, dtype)),
  );
  return model;
}

function assertStores(bytes, stored) {
  const found = arraysOf(bytes);
  assert.deepEqual(Object.keys(found).sort(), Object.keys(stored).sort());
  for (const [path, { shape, dtype, data }] of Object.entries(stored)) {
    const [foundShape, values] = found[path];
    assert.deepEqual([...foundShape], shape, path);
    if (dtype !== 'bfloat16') assertClose(values, data, /int/.test(dtype) ? 0 : 1e-5);
  }
}

for (const name of names) {
  test(`${name}.keras opens with Keras's config, weights and predictions`, async () => {
    const truth = truthOf(name);
    const model = await keras.loadModel(bytesOf(name));
    assert.deepEqual(JSON.parse(model.toJson()), truth.json);
    const values = model.getWeights();
    assert.equal(values.length, truth.weights.length);
    values.forEach((value, i) =>
      assertClose([...value.data()].map(Number), truth.weights[i], 1e-7),
    );
    assertPredicts(name, model, truth);
  });

  test(`${name}: weights are transferred to another model through files and shards, and to a clone`, async () => {
    const truth = truthOf(name);
    const model = await keras.loadModel(bytesOf(name));
    assertPredicts(name, keras.cloneModel(model, { copyWeights: true }), truth);
    const again = { inputs: truth.inputs, outputs: truth.again };
    const other = keras.modelFromJson(JSON.stringify(truth.json));
    await other.loadWeights(await keras.saveWeights(model));
    assertPredicts(name, other, again);
    await withFolder(async (path) => {
      const index = join(path, 'model.weights.json');
      await keras.saveWeights(model, index, { maxShardSize: 800 / 2 ** 30 });
      const sharded = keras.modelFromJson(JSON.stringify(truth.json));
      await sharded.loadWeights(index);
      assertPredicts(name, sharded, again);
    });
  });

  if (truthOf(name).before === null) continue;
  test(`${name}: the saved arrays equal those that Keras saves for the same weights`, async () => {
    const truth = truthOf(name);
    const model = modelBefore(truth);
    assertPredicts(name, model, { inputs: truth.inputs, outputs: truth.before.outputs });
    const saved = await keras.saveModel(model);
    assertStores(unzipSync(saved)['model.weights.h5'], truth.stored);
    assertStores(await keras.saveWeights(model), truth.stored);
    assertPredicts(name, await keras.loadModel(saved), truth);
  });
}

test('casts to float8 round as in Keras', () => {
  const truth = JSON.parse(
    readFileSync(new URL('../fixtures/float8.json', import.meta.url), 'utf8'),
  );
  const { x, ...dtypes } = truth;
  for (const [dtype, expected] of Object.entries(dtypes)) {
    const values = keras.ops.cast(keras.ops.cast(keras.tensor(x), dtype), 'float32').data();
    assert.deepEqual(
      [...values].map((value) => (Number.isFinite(value) ? value : null)),
      expected,
    );
  }
});
