// Nested models: up to the limit everything works, beyond it an error says so.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../support/assertions.mjs';
import {
  cloneModel,
  Functional,
  Input,
  layers,
  loadModel,
  Model,
  modelFromJson,
  RecursionError,
  Sequential,
  tensor,
  ValueError,
} from '../support/keras.mjs';

// src/base/nesting.h
const LIMIT = 64;
const tooDeep = `Layers can be nested at most ${LIMIT} levels deep`;

const relu = () => new layers.Activation({ activation: 'relu' });

/** A model of `levels`: the innermost one holds a layer, which is the last level. */
const kinds = {
  Functional(levels) {
    let layer = relu();
    for (let i = 1; i < levels; ++i) {
      const x = Input({ shape: [2] });
      layer = new Model({ inputs: x, outputs: layer.apply(x) });
    }
    return layer;
  },
  Sequential(levels) {
    let layer = relu();
    for (let i = 1; i < levels; ++i) layer = new Sequential([Input({ shape: [2] }), layer]);
    return layer;
  },
};

const x = tensor([1, -2], [1, 2]);

for (const [kind, nested] of Object.entries(kinds)) {
  test(`${LIMIT} levels of ${kind} are made, run, cloned, written and read`, async () => {
    const model = nested(LIMIT);
    assert.deepEqual(model.predict(x).array(), [[1, 0]]);
    const text = model.toJson();
    const config = model.getConfig();
    for (const made of [
      modelFromJson(text),
      model.constructor.fromConfig(config),
      cloneModel(model),
      cloneModel(model, { recursive: true, copyWeights: true }),
      await loadModel(await model.save()),
    ]) {
      assert.deepEqual(made.predict(x).array(), [[1, 0]]);
      made.dispose();
    }
    assert.ok(model.summary({ printFn: null, expandNested: true }).length > LIMIT);
    model.dispose();
  });

  test(`one more level of ${kind} is refused, and existing models stay usable`, () => {
    const model = nested(LIMIT);
    const y = Input({ shape: [2] });
    assertRaises(
      () => new Model({ inputs: y, outputs: model.apply(y) }),
      ValueError,
      `${tooDeep}. Received: `,
    );
    assertRaises(() => new Sequential([Input({ shape: [2] }), model]), ValueError, tooDeep);
    assertRaises(() => new layers.TimeDistributed({ layer: model }), ValueError, tooDeep);
    assert.deepEqual(model.predict(x).array(), [[1, 0]]);
  });
}

/** A config with this many levels, which no model made. */
function deepConfig(levels) {
  let record = kinds.Functional(1);
  record = { module: 'keras.layers', class_name: 'Activation', config: record.getConfig() };
  for (let i = 0; i < levels; ++i) {
    const layer =
      i === 0 ? record : { ...record, config: { ...record.config, name: `layer_${i}` } };
    record = {
      module: 'keras.layers',
      class_name: 'TimeDistributed',
      config: { name: `steps_${i}`, trainable: true, dtype: 'float32', layer },
    };
  }
  return record;
}

test('a config with thousands of levels is refused before the stack is full', () => {
  const revive = (levels) => layers.TimeDistributed.fromConfig(deepConfig(levels).config);
  assertRaises(() => revive(200), ValueError, tooDeep);
  assertRaises(() => revive(900), RecursionError, 'nested too deeply');
  const text = `${'{"config":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  assertRaises(() => modelFromJson(text), Error, 'nested more deeply than 512 levels');
  assert.equal(Functional.fromConfig(kinds.Functional(3).getConfig()).layers.length, 2);
});
