// The options of cloneModel beyond Keras: names, custom objects, flags, Sequentials with callFunction.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../../support/assertions.mjs';
import {
  cloneModel,
  Functional,
  Input,
  KerasTypeError,
  kwargs,
  Kwargs,
  Layer,
  layers,
  Model,
  Sequential,
  tensor,
  ValueError,
} from '../../support/keras.mjs';

function chain({ name = 'm', shape = [3], units = [4, 2] } = {}) {
  const inputs = Input({ shape, name: 'x' });
  const outputs = units.reduce(
    (x, size, i) => new layers.Dense({ units: size, name: `d${i + 1}` }).apply(x),
    inputs,
  );
  return new Model({ inputs, outputs, name });
}

function stack(name = 's') {
  return new Sequential(
    [
      Input({ shape: [3], name: 'x' }),
      new layers.Dense({ units: 4, name: 'd1' }),
      new layers.Dense({ units: 2, name: 'd2' }),
    ],
    { name },
  );
}

const data = tensor([
  [1, 2, 3],
  [-1, 0.5, 2],
]);
const predicted = (model) => model.predict(data).array();
const layerNames = (model) => model.layers.map(({ name }) => name);

// --- Hooks that return undefined ---

test('cloneFunction may return undefined for layers that get the default', () => {
  const clone = cloneModel(chain(), {
    cloneFunction: (layer) =>
      layer.name === 'd1' ? new layers.Dense({ units: 7, name: 'wide' }) : undefined,
  });
  assert.deepEqual(layerNames(clone), ['x', 'wide', 'd2']);
  assert.deepEqual(clone.getLayer('d2').weights[0].shape, [7, 2]);
});

test('callFunction may return undefined for calls that get the default, keywords included', () => {
  const x = Input({ shape: [3], name: 'x' });
  const dropped = new layers.Dropout({ rate: 0.5, name: 'drop' }).apply(
    x,
    kwargs({ training: true }),
  );
  const model = new Model({ inputs: x, outputs: new layers.Dense({ units: 2 }).apply(dropped) });
  const calls = [];
  const clone = cloneModel(model, {
    callFunction: (layer, ...args) => {
      calls.push([layer.name, args.at(-1) instanceof Kwargs]);
    },
  });
  assert.deepEqual(calls[0], ['drop', true]);
  assert.deepEqual(clone.getConfig(), model.getConfig());
});

// --- rename, name ---

test('rename gives the clone its own layer names', () => {
  const model = chain();
  const clone = cloneModel(model, { rename: (name) => `a_${name}` });
  assert.equal(clone.name, 'a_m');
  assert.deepEqual(layerNames(clone), ['a_x', 'a_d1', 'a_d2']);
  assert.equal(clone.weights[0].path, 'a_d1/kernel');
  assert.deepEqual(layerNames(model), ['x', 'd1', 'd2']);
});

test('renamed clones can be layers of one ensemble model', () => {
  const model = chain();
  const clones = ['a', 'b', 'c'].map((prefix) =>
    cloneModel(model, { copyWeights: true, rename: (name) => `${prefix}_${name}` }),
  );
  const x = Input({ shape: [3] });
  const outputs = new layers.Average().apply(clones.map((clone) => clone.apply(x)));
  const ensemble = new Model({ inputs: x, outputs });
  const [a, b] = [ensemble, model].map((m) => m.predict(data).data());
  a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) < 1e-6));
  // Their layers can also be part of one flat graph.
  const flat = new Model({
    inputs: clones.map(({ input }) => input),
    outputs: clones.map(({ output }) => output),
  });
  assert.equal(flat.layers.length, 9);
});

test('rename receives the layer and may return undefined to keep its name', () => {
  const clone = cloneModel(chain(), {
    rename: (name, layer) =>
      layer instanceof layers.Dense ? `${name}_${layer.getConfig().units}` : undefined,
  });
  assert.equal(clone.name, 'm');
  assert.deepEqual(layerNames(clone), ['x', 'd1_4', 'd2_2']);
});

test('rename applies to the layers of nested models when recursive is set', () => {
  const x = Input({ shape: [3], name: 'x' });
  const inner = chain({ name: 'inner', units: [3] });
  const model = new Model({ inputs: x, outputs: inner.apply(x), name: 'outer' });
  const rename = (name) => `a_${name}`;
  assert.deepEqual(layerNames(cloneModel(model, { rename }).layers[1]), ['x', 'd1']);
  assert.deepEqual(layerNames(cloneModel(model, { rename, recursive: true }).layers[1]), [
    'a_x',
    'a_d1',
  ]);
});

test('name sets the name of the clone', () => {
  const clone = cloneModel(stack(), { name: 'other', rename: (name) => `a_${name}` });
  assert.equal(clone.name, 'other');
  assert.deepEqual(layerNames(clone), ['a_d1', 'a_d2']);
  assert.equal(clone.inputs[0].name, 'a_x');
});

test('invalid names are refused', () => {
  assertRaises(
    () => cloneModel(chain(), { rename: () => 'same' }),
    ValueError,
    'The name "same" is used 3 times in the model. All operation names should be unique.',
  );
  assertRaises(() => cloneModel(chain(), { rename: () => 3 }), KerasTypeError, 'rename');
  assertRaises(() => cloneModel(chain(), { rename: 'a_' }), KerasTypeError, 'rename must be');
  assertRaises(() => cloneModel(chain(), { name: 3 }), KerasTypeError, 'name must be a string');
});

// --- customObjects ---

test('customObjects supplies classes inside configs for this clone only', () => {
  class Twice extends Layer {
    static className = 'Twice';
    call(x) {
      return x;
    }
  }
  const x = Input({ shape: [5, 3], name: 'x' });
  const outputs = new layers.TimeDistributed({ layer: new Twice() }).apply(x);
  const model = new Model({ inputs: x, outputs });
  assertRaises(() => cloneModel(model), KerasTypeError, 'Twice');
  const clone = cloneModel(model, { customObjects: { Twice } });
  assert.deepEqual(clone.getConfig(), model.getConfig());
  assertRaises(() => cloneModel(model), KerasTypeError, 'Twice');
});

// --- keepTrainable ---

test('keepTrainable keeps a frozen model frozen, unlike Keras', () => {
  const model = chain();
  model.trainable = false;
  model.getLayer('d2').trainable = true;
  assert.equal(cloneModel(model).trainable, true);
  const clone = cloneModel(model, { keepTrainable: true });
  assert.equal(clone.trainable, false);
  assert.deepEqual(
    clone.layers.map(({ trainable }) => trainable),
    model.layers.map(({ trainable }) => trainable),
  );
  clone.getLayer('d1').weights[0].trainable = true;
  assert.equal(model.getLayer('d1').weights[0].trainable, false);
});

test('keepTrainable keeps flags of layers and weights that were set after construction', () => {
  const model = chain();
  model.getLayer('d1').trainable = false;
  model.getLayer('d2').weights[1].trainable = false;
  const clone = cloneModel(model, { keepTrainable: true });
  assert.deepEqual(
    clone.trainableWeights.map(({ path }) => path),
    ['d2/kernel'],
  );
});

// --- asFunctional ---

test('asFunctional turns a Sequential into a Functional with the same outputs', () => {
  const model = stack();
  const clone = cloneModel(model, { asFunctional: true, copyWeights: true });
  assert.ok(clone instanceof Functional);
  assert.ok(!(clone instanceof Sequential));
  assert.deepEqual(predicted(clone), predicted(model));
});

test('callFunction receives the calls of a Sequential with asFunctional', () => {
  const model = stack();
  const clone = cloneModel(model, {
    asFunctional: true,
    copyWeights: true,
    callFunction: (layer, ...args) => {
      const y = layer.apply(...args);
      return layer.name === 'd1' ? new layers.Dropout({ rate: 0.5, name: 'drop' }).apply(y) : y;
    },
  });
  assert.deepEqual(layerNames(clone), ['x', 'd1', 'drop', 'd2']);
  assert.deepEqual(predicted(clone), predicted(model));
  assertRaises(
    () => cloneModel(model, { callFunction: (layer, x) => layer.apply(x) }),
    ValueError,
    '`call_function` argument is not supported with Sequential models.',
  );
});

test('a Sequential without an input shape needs inputTensors for asFunctional', () => {
  const model = new Sequential([new layers.Dense({ units: 2, name: 'd' })], { name: 's' });
  assertRaises(
    () => cloneModel(model, { asFunctional: true }),
    ValueError,
    "Sequential model 's' cannot be cloned as a Functional model because it has no input shape yet.",
  );
  const x = Input({ shape: [5] });
  const clone = cloneModel(model, { asFunctional: true, inputTensors: x });
  assert.equal(clone.input, x);
});

// --- Without options ---

test("without options the clone equals Keras's", () => {
  const model = chain();
  model.trainable = false;
  const clone = cloneModel(model, {
    copyWeights: false,
    onReport: null,
    rename: null,
    name: null,
    customObjects: null,
    keepTrainable: false,
    asFunctional: false,
  });
  assert.equal(clone.trainable, true);
  assert.notDeepEqual(predicted(clone), predicted(model));
});

test("unknown options are refused with Keras's error", () => {
  assertRaises(
    () => cloneModel(chain(), { copyWeight: true, keepTrainabel: true }),
    ValueError,
    "Unexpected keyword argument(s): ('copyWeight', 'keepTrainabel')",
  );
});
