// Sequential and Functional models as objects.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../support/assertions.mjs';
import {
  AttributeError,
  clearSession,
  IndexError,
  Input,
  layers,
  Model,
  Sequential,
  setWarningHandler,
  tensor,
  ValueError,
} from '../support/keras.mjs';

test('layers can be added and removed', () => {
  const model = new Sequential();
  model.add(Input({ shape: [2] }));
  model.add(new layers.Dense({ units: 4 }));
  const last = new layers.Dense({ units: 5 });
  model.add(last);
  assert.deepEqual(
    [model.layers.length, model.weights.length, model.outputShape],
    [2, 4, [null, 5]],
  );
  assert.equal(model.pop(), last);
  assert.deepEqual(
    [model.layers.length, model.weights.length, model.outputShape],
    [1, 2, [null, 4]],
  );
  model.pop();
  model.pop();
  assertRaises(() => model.pop(), IndexError);
});

test('a model without an Input is built by its first call', () => {
  const model = new Sequential([new layers.Dense({ units: 2 })]);
  assert.equal(model.built, false);
  assertRaises(() => model.outputShape, AttributeError, 'has no defined outputs yet');
  model.apply(tensor([[1, 2, 3]]));
  assert.equal(model.built, true);
  assert.deepEqual(model.inputShape, [1, 3]);
});

test('a second Input and duplicate names are refused', () => {
  const model = new Sequential([Input({ shape: [2] }), new layers.Dense({ units: 1, name: 'a' })]);
  assertRaises(() => model.add(Input({ shape: [3] })), ValueError, 'already been configured');
  assertRaises(
    () => model.add(new layers.Dense({ units: 1, name: 'a' })),
    ValueError,
    'unique names',
  );
});

test('automatic names count up as in Keras until the session is cleared', () => {
  clearSession();
  const names = [1, 2].map(() => new layers.Dense({ units: 1 }).name);
  assert.deepEqual(names, ['dense', 'dense_1']);
  clearSession();
  assert.equal(new layers.Dense({ units: 1 }).name, 'dense');
});

test('names can be changed to any valid name', () => {
  const layer = new layers.Dense({ units: 1 });
  layer.name = 'other';
  assert.equal(layer.name, 'other');
  assertRaises(() => (layer.name = 'a/b'), ValueError, 'cannot contain character `/`');
});

test("summary is printed and returned in Keras's layout", () => {
  clearSession();
  const model = new Sequential([Input({ shape: [2] }), new layers.Dense({ units: 3 })]);
  let printed = '';
  const text = model.summary({ printFn: (line) => (printed += line) });
  assert.equal(printed, text);
  assert.match(text, /^Model: "sequential"\n┏━/);
  assert.match(text, /│ dense \(Dense\) +│ \(None, 3\) +│ +9 │/);
  assert.match(text, /Total params: 9 \(36\.00 B\)/);
  assert.match(model.summary({ printFn: null, showTrainable: true }), /Trainable/);
});

test('freezing a model freezes its layers', () => {
  const model = new Sequential([Input({ shape: [2] }), new layers.Dense({ units: 3 })]);
  model.trainable = false;
  assert.equal(model.layers[0].trainable, false);
  assert.deepEqual([model.trainableWeights.length, model.nonTrainableWeights.length], [0, 2]);
});

test('a layer has input and output shapes', () => {
  const layer = new layers.Conv2D({ filters: 4, kernelSize: 3 });
  assert.deepEqual(layer.computeOutputShape([null, 8, 8, 3]), [null, 6, 6, 4]);
  assert.equal(layer.built, false);
  layer.build([null, 8, 8, 3]);
  assert.equal(layer.countParams(), 3 * 3 * 3 * 4 + 4);
});

test('a model of part of a graph has the same layers', () => {
  const x = Input({ shape: [3] });
  const hidden = new layers.Dense({ units: 4 }).apply(x);
  const model = new Model({ inputs: x, outputs: new layers.Dense({ units: 2 }).apply(hidden) });
  const part = new Model({ inputs: model.input, outputs: model.layers[1].output });
  assert.equal(part.layers[1], model.layers[1]);
  assert.deepEqual(part.predict([[1, 2, 3]]).shape, [1, 4]);
});

test('warnings go to the warning handler', () => {
  const heard = [];
  const previous = setWarningHandler((message) => heard.push(message));
  const a = Input({ shape: [1], name: 'a' });
  new Model({ inputs: { b: a }, outputs: new layers.Dense({ units: 1 }).apply(a) });
  setWarningHandler(previous);
  assert.equal(heard.length, 1);
  assert.match(heard[0], /When providing `inputs` as a dict/);
});
