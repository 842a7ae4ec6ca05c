// Large models: ten thousand layers, merges, branches and calls of one layer; nested models.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose } from '../support/assertions.mjs';
import {
  cloneModel,
  Functional,
  Input,
  layers,
  loadModel,
  Model,
  modelFromJson,
  Sequential,
  tensor,
} from '../support/keras.mjs';

const MANY = 10_000;

const { Activation, Add, Concatenate, Dense } = layers;

function model(inputs, outputs) {
  return new Model({ inputs, outputs, name: 'large' });
}

/** Each layer follows the previous one. */
function chain(count) {
  const x = Input({ shape: [2], name: 'x' });
  let y = x;
  for (let i = 0; i < count; ++i) y = new Activation({ activation: 'relu' }).apply(y);
  return model(x, y);
}

/** Many layers between one input and one merge. */
function fan(count) {
  const x = Input({ shape: [2], name: 'x' });
  const branches = Array.from({ length: count }, (_, i) =>
    new layers.Rescaling({ scale: i + 1 }).apply(x),
  );
  return model(x, new Concatenate().apply(branches));
}

/** Each merge takes the previous one and the input. */
function merges(count) {
  const x = Input({ shape: [2], name: 'x' });
  let y = x;
  for (let i = 0; i < count; ++i) y = new Add().apply([y, x]);
  return model(x, y);
}

/** One layer called repeatedly on its own output. */
function repeated(count) {
  const x = Input({ shape: [2], name: 'x' });
  const layer = new Dense({ units: 2, kernelInitializer: 'identity', name: 'again' });
  let y = x;
  for (let i = 0; i < count; ++i) y = layer.apply(y);
  return model(x, y);
}

/** Layers that are called once forwards and once backwards, so that calls depend on each other against their order. */
function forwardsAndBackwards(count) {
  const x = Input({ shape: [2], name: 'x' });
  const all = Array.from({ length: count }, () => new Activation({ activation: 'linear' }));
  let y = x;
  for (const layer of [...all, ...all.toReversed()]) y = layer.apply(y);
  return model(x, y);
}

const x = tensor([1, -2], [1, 2]);
const [a, b] = [1, -2];
const cases = {
  'layers in a chain': [chain, [a, 0], MANY + 1],
  'layers between an input and a merge': [
    fan,
    Array.from({ length: MANY }, (_, i) => [a * (i + 1), b * (i + 1)]),
    MANY + 2,
  ],
  merges: [merges, [a * (MANY + 1), b * (MANY + 1)], MANY + 1],
  'calls of one layer': [repeated, [a, b], 2],
  'layers called forwards and backwards': [forwardsAndBackwards, [a, b], MANY + 1],
};

const predicted = (large) => {
  const output = large.predict(x);
  const values = output.array();
  output.dispose();
  return values;
};

for (const [name, [make, expected, count]] of Object.entries(cases)) {
  test(`${MANY} ${name} are made, cloned, written and read`, async () => {
    const large = make(MANY);
    assert.equal(large.layers.length, count);
    assertClose(predicted(large), [expected], 1e-4);

    const config = large.getConfig();
    assert.equal(config.layers.length, count);
    const revived = Functional.fromConfig(config);
    assert.deepEqual(revived.getConfig(), config);

    const text = large.toJson();
    const read = modelFromJson(text);
    assert.equal(read.toJson(), text);

    const clone = cloneModel(large);
    assert.deepEqual(clone.getConfig(), config);
    clone.setWeights(large.getWeights());
    assert.deepEqual(predicted(clone), predicted(large));

    const lines = large.summary({ printFn: null }).split('\n');
    assert.ok(lines.length > count);

    const loaded = await loadModel(await large.save());
    assert.equal(loaded.toJson(), text);
    assert.deepEqual(predicted(loaded), predicted(large));
    for (const one of [large, revived, read, clone, loaded]) one.dispose();
  });
}

test(`${MANY} layers in a Sequential are made, cloned, written and read`, () => {
  const stack = new Sequential([
    Input({ shape: [2] }),
    ...Array.from({ length: MANY }, () => new Activation({ activation: 'relu' })),
  ]);
  assert.deepEqual(predicted(stack), [[a, 0]]);
  const config = stack.getConfig();
  const revived = Sequential.fromConfig(config);
  assert.deepEqual(revived.getConfig(), config);
  const clone = cloneModel(stack);
  assert.deepEqual(clone.getConfig(), config);
  assert.deepEqual(predicted(clone), [[a, 0]]);
});
