// Config fields and weights are properties of built-in objects; assigning one takes effect or is an error.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as keras from '../support/keras.mjs';

const { activations, AttributeError, cloneModel, Input, layers, Model, Sequential, tensor } = keras;
const { toCamelCase } = await import('../../build/modules/boundary/names.js');

const x = [[1, 2, 3]];

function network(activation = 'sigmoid') {
  return new Sequential([
    Input({ shape: [3] }),
    new layers.Dense({ units: 2, activation, kernelInitializer: 'ones', name: 'd' }),
  ]);
}

test('every field of a layer with no required arguments is a property', () => {
  let count = 0;
  for (const Class of Object.values(layers).filter(({ className }) => className)) {
    if (Class === keras.Layer) continue; // no fields: its config has the captured arguments
    let layer;
    try {
      layer = new Class();
    } catch {
      continue; // required arguments
    }
    for (const key of Object.keys(layer.getConfig())) {
      if (key === 'dtype') continue; // a dtype as a property, a policy in the config
      assert.ok(toCamelCase(key) in layer, `${Class.className}.${key}`);
      void layer[toCamelCase(key)];
      ++count;
    }
  }
  assert.ok(count > 200, String(count));
});

test('every layer has its activity regularizer', () => {
  class Own extends keras.Layer {
    static className = 'Own';
    call(inputs) {
      return inputs;
    }
  }
  for (const Class of [keras.Layer, Own, layers.Flatten]) {
    const layer = new Class({ activityRegularizer: 'l2' });
    assert.equal(
      layer.activityRegularizer.getConfig().l2,
      layer.getConfig().activity_regularizer.config.l2,
    );
    layer.activityRegularizer = null;
    assert.equal(layer.activityRegularizer, null);
    assert.equal(layer.getConfig().activity_regularizer ?? null, null);
  }
  assert.equal(new Own().activityRegularizer, null);
});

test('numbers, strings, shapes and flags are plain values', () => {
  const conv = new layers.Conv2D({ filters: 4, kernelSize: 3, padding: 'same', useBias: false });
  assert.deepEqual([conv.filters, conv.padding, conv.useBias], [4, 'same', false]);
  assert.deepEqual([...conv.kernelSize], [3, 3]);
  assert.deepEqual(new layers.Reshape({ targetShape: [2, -1] }).targetShape, [2, -1]);
  const normal = new keras.initializers.RandomNormal({ mean: 1, stddev: 0.5, seed: 3 });
  assert.deepEqual([normal.mean, normal.stddev, normal.seed], [1, 0.5, 3]);
  assert.equal(new keras.regularizers.L2({ l2: 0.25 }).l2, 0.25);
  assert.equal(new keras.constraints.MaxNorm({ maxValue: 3 }).maxValue, 3);
});

test('activations, initializers, regularizers and layers are objects', () => {
  const own = (inputs) => keras.ops.negative(inputs);
  const l2 = new keras.regularizers.L2({ l2: 0.1 });
  const dense = new layers.Dense({ units: 1, activation: own, kernelRegularizer: l2 });
  assert.equal(dense.activation, own);
  assert.equal(dense.kernelRegularizer, l2);
  assert.equal(dense.biasRegularizer, null);
  assert.ok(dense.kernelInitializer instanceof keras.initializers.GlorotUniform);
  assert.equal(dense.kernelInitializer, dense.kernelInitializer);
  assert.equal(new layers.Dense({ units: 1, activation: 'relu' }).activation, activations.relu);
  assert.equal(new layers.Dense({ units: 1 }).activation, activations.linear);
  const lstm = new layers.LSTM({ units: 2 });
  assert.equal(new layers.Bidirectional({ layer: lstm }).layer.className, 'LSTM');
  assert.equal(lstm.units, 2);
});

test("weights have Keras's attribute names and are null before they exist", () => {
  const dense = new layers.Dense({ units: 2, useBias: false });
  assert.equal(dense.kernel, null);
  dense.build([null, 3]);
  assert.equal(dense.kernel, dense.weights[0]);
  assert.equal(dense.bias, null);
  const norm = new layers.BatchNormalization();
  norm.build([null, 3]);
  assert.deepEqual(
    [norm.gamma, norm.beta, norm.movingMean, norm.movingVariance],
    [...norm.weights],
  );
  const lstm = new layers.LSTM({ units: 2 });
  lstm.build([null, 4, 3]);
  assert.deepEqual(lstm.cell.recurrentKernel.shape, [2, 8]);
  dense.kernel.assign([[1, 0], [0, 1], [0, 0]]); // prettier-ignore
  assert.deepEqual(dense.apply(tensor(x)).array(), [[1, 2]]);
  assert.throws(() => (dense.kernel = tensor(x)), AttributeError);
});

test('an assigned activation changes the config, eager calls, clones and predictions', () => {
  for (const activation of [activations.linear, 'linear', null]) {
    const model = network();
    model.predict(x); // records a plan with the previous activation
    const expected = network('linear').predict(x).array();
    model.getLayer('d').activation = activation;
    assert.equal(model.getLayer('d').getConfig().activation, 'linear');
    assert.equal(model.getLayer('d').activation, activations.linear);
    assert.deepEqual(model.predict(x).array(), expected);
    assert.deepEqual(model.apply(tensor(x)).array(), expected);
    assert.deepEqual(cloneModel(model, { copyWeights: true }).predict(x).array(), expected);
  }
});

test('an assigned rate, momentum or regularizer takes effect', () => {
  const dropout = new layers.Dropout({ rate: 0.5, seed: 1 });
  const ones = tensor(new Float32Array(1000).fill(1));
  dropout.rate = 0.9;
  assert.equal(dropout.getConfig().rate, 0.9);
  const kept = dropout
    .apply(ones, keras.kwargs({ training: true }))
    .data()
    .filter(Boolean);
  assert.ok(kept.length < 200, String(kept.length));
  assert.equal(new layers.Dropout(dropout.getConfig()).rate, 0.9);
  const dense = new layers.Dense({ units: 2 });
  dense.kernelInitializer = 'zeros';
  dense.kernelRegularizer = new keras.regularizers.L1({ l1: 0.5 });
  dense.build([null, 3]);
  assert.deepEqual(dense.kernel.value().array(), [[0, 0], [0, 0], [0, 0]]); // prettier-ignore
  assert.equal(dense.getConfig().kernel_regularizer.config.l1, 0.5);
});

test('a field that the constructor consumes cannot be assigned, and the error says what to do', () => {
  const model = network();
  assert.throws(() => (model.getLayer('d').units = 5), {
    name: 'AttributeError',
    message: /Dense\.fromConfig\(\{ \.\.\.config, units: value \}\)/,
  });
  assert.throws(
    () => (new layers.Conv2D({ filters: 1, kernelSize: 3 }).strides = 2),
    AttributeError,
  );
  assert.equal(model.getLayer('d').units, 2);
});

test('an assigned value of the wrong type is an error and changes nothing', () => {
  const dense = new layers.Dense({ units: 2, activation: 'relu' });
  assert.throws(() => (dense.activation = 'nonsense'), keras.ValueError);
  assert.throws(() => (new layers.Dropout({ rate: 0.5 }).rate = 'much'), keras.KerasError);
  assert.equal(dense.activation, activations.relu);
});

test('a class that extends a built-in one sees its assigned fields take effect', () => {
  class Mine extends layers.Dense {
    static className = 'Mine';
    constructor({ units, ...options }) {
      super({ units, ...options });
      this.units = units;
      this.activation = 'relu';
      this.kernel = 'its own';
    }
  }
  const mine = new Mine({ units: 1, kernelInitializer: 'ones' });
  assert.deepEqual([mine.units, mine.activation, mine.kernel], [1, 'relu', 'its own']);
  const inputs = Input({ shape: [1] });
  const model = new Model({ inputs, outputs: mine.apply(inputs) });
  assert.deepEqual(model.predict([[-3]]).array(), [[0]]);
  mine.activation = activations.linear;
  assert.deepEqual(model.predict([[-3]]).array(), [[-3]]);
});

test('graph operations have their arguments as properties', () => {
  const inputs = Input({ shape: [3] });
  const outputs = keras.ops.sum(inputs, { axis: 1, keepdims: true });
  const [, sum] = new Model({ inputs, outputs }).operations;
  assert.deepEqual([sum.axis, sum.keepdims], [1, true]);
});
