// The models of keras.applications open, are cloned and predict as in Keras (tools/fixtures/make_applications.py).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as keras from '../support/keras.mjs';
import { fillInput, fillWeights } from '../../tools/lib/filler.mjs';

const folder = new URL('../fixtures/applications/', import.meta.url);
const names = readdirSync(folder).map((file) => file.replace('.json.gz', ''));
const read = (name) => JSON.parse(gunzipSync(readFileSync(new URL(`${name}.json.gz`, folder))));

await keras.initialize();

/** Opens the model, and checks that its JSON is the text that Keras writes. */
function opened(text) {
  const model = keras.modelFromJson(text);
  assert.ok(model.toJson() === text, 'the JSON of the model differs from that of Keras');
  return model;
}

function assertClose(tensor, { shape, step, largest, values }) {
  assert.deepEqual(tensor.shape, shape);
  const got = tensor.data();
  const worst = Math.max(...values.map((value, i) => Math.abs(value - got[i * step])));
  assert.ok(worst <= 1e-4 * largest, `differs by ${worst} of ${largest}`);
}

test('there are all 40 models, and one of each family computes', () => {
  assert.equal(names.length, 40);
  assert.equal(names.filter((name) => read(name).computed).length, 14);
});

for (const name of names) {
  const { default: configs, computed } = read(name);

  test(`${name} opens from its config, with the classifier and without`, () => {
    for (const text of configs) opened(text).dispose();
  });

  if (!computed) continue;
  test(`${name} predicts what Keras predicts, and so does its clone`, () => {
    const { shape, input, ranges } = computed;
    const count = shape.reduce((product, size) => product * size, 1);
    const x = keras.tensor(fillInput(0, count, input), shape);
    keras.clearSession();
    const model = opened(computed.model);
    const weights = fillWeights(keras, model.weights, ranges);
    model.setWeights(weights);
    assertClose(model.predict(x), computed.predicted);
    const clone = keras.cloneModel(model, { copyWeights: true });
    assert.equal(createHash('sha256').update(clone.toJson()).digest('hex'), computed.clone);
    assertClose(clone.predict(x), computed.predicted);
    const features = opened(computed.withoutTop);
    features.setWeights(weights.slice(0, features.weights.length));
    assertClose(features.predict(x), computed.features);
    for (const each of [model, clone, features, ...weights]) each.dispose();
  });
}
