// Scenarios B1: automatic names of layers, tensors and models, and their counters, as Keras gives them.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  clearSession,
  cloneModel,
  Input,
  Layer,
  layers,
  Model,
  modelFromJson,
  Sequential,
} from '../support/keras.mjs';
import { answersOf, chain, dense, names, raised } from '../support/scenarios.mjs';

const keras = answersOf('b1');

const unnamedChain = (...steps) => chain(steps, { input: null });
const unnamedStack = (...steps) => new Sequential([Input({ shape: [3] }), ...steps]);

/** What unnamed objects are called from here on: where the counters of automatic names stand. */
function nextNames() {
  const x = Input({ shape: [1] });
  const model = new Model({ inputs: x, outputs: x });
  return {
    tensor: x.name,
    input: model.layers[0].name,
    functional: model.name,
    sequential: new Sequential().name,
  };
}

test.beforeEach(() => clearSession());

test('B1.1 the clone of a Functional calls an unnamed input after its tensor', () => {
  const model = unnamedChain(dense(2));
  assert.deepEqual({ original: names(model), clone: names(cloneModel(model)) }, keras[1]);
});

test('B1.2 two unnamed inputs of a Functional are numbered anew in its clone', () => {
  const [a, b] = [Input({ shape: [3] }), Input({ shape: [3] })];
  const model = new Model({ inputs: [a, b], outputs: new layers.Add().apply([a, b]) });
  clearSession();
  assert.deepEqual({ original: names(model), clone: names(cloneModel(model)) }, keras[2]);
});

test('B1.3 the clone of a model that JSON made keeps the name of its input', () => {
  const revived = modelFromJson(unnamedChain(dense(2)).toJson());
  assert.deepEqual({ clone: names(cloneModel(revived)) }, keras[3]);
});

test('B1.4 the clone of a Sequential calls the tensor of its input after the layer', () => {
  const namesOfInput = (model) => ({
    layer: model.getConfig().layers[0].config.name,
    tensor: model.inputs[0].name,
  });
  const model = unnamedStack(dense(2));
  const clone = cloneModel(model);
  assert.deepEqual({ original: namesOfInput(model), clone: namesOfInput(clone) }, keras[4]);
});

test('B1.5 only automatic names are counted', () => {
  const mixed = [dense(1).name, dense(1, 'dense_1').name, dense(1).name];
  clearSession();
  const namedFirst = [dense(1, 'dense').name, dense(1).name];
  assert.deepEqual({ mixed, named_first: namedFirst }, keras[5]);
});

test('B1.6 a Sequential that is built takes one name of Functional', () => {
  unnamedStack(dense(2), dense(2));
  assert.deepEqual({ functional: unnamedChain(dense(1)).name }, keras[6]);
});

test('B1.7 a Sequential takes the name of a Functional at each layer that is added', () => {
  const model = new Sequential();
  for (const entry of [Input({ shape: [3] }), dense(2), dense(2)]) model.add(entry);
  assert.deepEqual(nextNames(), keras[7]);
});

test('B1.8 an unnamed layer that callFunction adds may collide with a name of the original', () => {
  const model = unnamedChain(dense(2), dense(2));
  clearSession();
  const callFunction = (layer, ...args) => dense(2).apply(layer.apply(...args));
  assert.deepEqual(
    raised(() => cloneModel(model, { callFunction })),
    keras[8],
  );
});

test('B1.9 unnamed layers that cloneFunction makes are numbered in the order of execution', () => {
  const inputs = Input({ shape: [3], name: 'x' });
  const b1 = dense(1, 'b1').apply(inputs);
  const b2 = dense(2, 'b2').apply(inputs);
  const model = new Model({ inputs, outputs: [b1, dense(3, 'b3').apply(b2), b2] });
  clearSession();
  const clone = cloneModel(model, {
    cloneFunction(layer) {
      const { name: _, ...config } = layer.getConfig();
      return layer.constructor.fromConfig(config);
    },
  });
  const units = clone.layers.slice(1).map((layer) => [layer.name, layer.getConfig().units]);
  assert.deepEqual({ units: Object.fromEntries(units) }, keras[9]);
});

test('B1.10 a model and its clone stand in one Functional only under two names', () => {
  const model = unnamedChain(dense(2));
  const clone = cloneModel(model);
  const together = () => {
    const inputs = Input({ shape: [3], name: 'x' });
    const sum = new layers.Add({ name: 'sum' });
    return new Model({ inputs, outputs: sum.apply([model.apply(inputs), clone.apply(inputs)]) });
  };
  const refused = raised(together);
  clone.name = 'other';
  assert.deepEqual({ refused, renamed: names(together()) }, keras[10]);
});

test('B1.11 the clone has the names that were assigned to the model and its layers', () => {
  const model = unnamedChain(dense(2));
  model.layers[1].name = 'mine';
  model.name = 'my_model';
  const clone = cloneModel(model);
  assert.deepEqual(
    { layers: names(clone).slice(1), config: model.getConfig().name, clone: clone.name },
    keras[11],
  );
});

test('B1.12 a name is any text without a slash', () => {
  assert.deepEqual(
    {
      accepted: ['', 'a b é'].map((name) => dense(1, name).name),
      refused: Object.fromEntries(['a/b', 3].map((name) => [name, raised(() => dense(1, name))])),
    },
    keras[12],
  );
});

test('B1.13 saving takes one name of Layer for every object that it visits, and no other', async () => {
  const model = unnamedStack(dense(2));
  clearSession();
  await model.save();
  assert.deepEqual({ layer: new Layer().name, dense: dense(1).name, ...nextNames() }, keras[13]);
});
