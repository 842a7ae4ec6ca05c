// Models from keras.io with custom classes: opened, run, cloned, revived, saved and summarized as in real Keras.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { assertClose } from '../support/assertions.mjs';
import {
  clearSession,
  cloneModel,
  customObjectScope,
  loadModel,
  tensor,
} from '../support/keras.mjs';
import * as customObjects from './classes.mjs';

const folder = new URL('../fixtures/examples/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length));

/** The fixture's tensor, or its tree of tensors, with `make` applied to each tensor. */
function nested({ structure, tensors }, make) {
  if (typeof structure === 'number') return make(tensors[structure]);
  const inner = (item) => nested({ structure: item, tensors }, make);
  if (Array.isArray(structure)) return structure.map(inner);
  return Object.fromEntries(Object.entries(structure).map(([key, item]) => [key, inner(item)]));
}

const toTensor = ({ data, shape, dtype }) => tensor(data, shape, dtype);

function assertOutputs(actual, expected) {
  const check = (value, structure) => {
    if (typeof structure === 'number') {
      assert.deepEqual(value.shape, expected.tensors[structure].shape);
      assertClose(value.array(), expected.tensors[structure].data);
      return;
    }
    assert.deepEqual(Object.keys(value), Object.keys(structure));
    for (const key of Object.keys(structure)) check(value[key], structure[key]);
  };
  check(actual, expected.structure);
}

for (const name of names) {
  const fixture = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
  const { predictions } = fixture;
  const inputs = () => nested(fixture.inputs, toTensor);
  const open = () => {
    clearSession();
    return loadModel(new URL(`${name}.keras`, folder), { customObjects });
  };

  test(`${name}: successive predictions equal Keras's`, async () => {
    const model = await open();
    for (const expected of predictions) assertOutputs(model.predict(inputs()), expected);
  });

  test(`${name}: an eager call equals a prediction`, async () => {
    const model = await open();
    assertOutputs(model.apply(inputs()), predictions[0]);
  });

  test(`${name}: weights have Keras's paths`, async () => {
    const model = await open();
    assert.deepEqual(
      model.weights.map(({ path }) => path),
      fixture.weights,
    );
  });

  test(`${name}: the summary equals Keras's`, async () => {
    const model = await open();
    const text = model.summary({ lineLength: 100, expandNested: true, printFn: null });
    assert.equal(text.trimEnd(), fixture.summary.trimEnd());
  });

  test(`${name}: a clone and a model revived from the config compute the same`, async () => {
    const model = await open();
    const copies = customObjectScope(customObjects, () => [
      cloneModel(model),
      model.constructor.fromConfig(model.getConfig()),
    ]);
    for (const copy of copies) {
      if (!copy.built) copy.apply(inputs());
      copy.setWeights(model.getWeights());
      assertOutputs(copy.predict(inputs()), predictions[0]);
    }
  });

  test(`${name}: a saved file predicts again from the initial seeds`, async () => {
    const model = await open();
    model.predict(inputs());
    const again = await loadModel(await model.save(), { customObjects });
    assertOutputs(again.predict(inputs()), predictions[0]);
  });
}
