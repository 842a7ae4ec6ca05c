// Structure and configs of Functional models, as Keras's models/functional_test checks them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import {
  AttributeError,
  clearSession,
  Functional,
  Input,
  KerasTensor,
  layers,
  Model,
  modelFromJson,
  ops,
  Sequential,
  setGlobalDTypePolicy,
  tensor,
  ValueError,
} from '../support/keras.mjs';
import { dense } from '../support/scenarios.mjs';

const data = tensor([
  [1, 2, 3],
  [-1, 0, 4],
]);

/** The config and JSON of the model revived from it equal those of the model. */
function assertRoundTrip(model) {
  const config = model.getConfig();
  assert.deepEqual(model.constructor.fromConfig(config).getConfig(), config);
  const json = model.toJson();
  assert.equal(modelFromJson(json).toJson(), json);
}

test('fromConfig keeps outputs in an array and by name', () => {
  const inputs = Input({ shape: [3] });
  const out = dense(2).apply(inputs);
  const revived = (outputs) => {
    const model = new Functional({ inputs, outputs });
    return Functional.fromConfig(model.getConfig());
  };
  assert.ok(revived(out).output instanceof KerasTensor);
  const list = revived([out, out]);
  assert.equal(list.output.length, 2);
  assert.ok(Array.isArray(list.apply(data)));
  const named = revived({ a: out, b: out });
  assert.deepEqual(Object.keys(named.output), ['a', 'b']);
  assert.deepEqual(Object.keys(named.apply(data)), ['a', 'b']);
});

test('an input used in two arrays gives the same JSON after a round trip', () => {
  const inputs = Input({ shape: [4], name: 'a' });
  const model = new Functional({ inputs: [[inputs]], outputs: dense(3).apply(inputs) });
  const json = model.toJson();
  const revived = modelFromJson(json);
  assert.equal(revived.toJson(), json);
  assert.ok(revived.input[0][0] instanceof KerasTensor);
});

test('the input of a model with one input is a tensor', () => {
  const inputs = Input({ shape: [1024, 4], name: 'a' });
  const model = new Functional({ inputs, outputs: dense(3).apply(inputs) });
  assert.equal(model.input, inputs);
  assert.deepEqual(model.inputShape, [null, 1024, 4]);
});

test('layers lists the layers, operations also the rest; getLayer finds by index and name', () => {
  const [a, b] = ['input_a', 'input_b'].map((name) => Input({ shape: [3], batchSize: 2, name }));
  const x = dense(5, 'dense_1').apply(ops.add(a, b));
  const model = new Functional({ inputs: [a, b], outputs: dense(4, 'dense_2').apply(x) });
  const names = ['input_a', 'input_b', 'dense_1', 'dense_2'];
  assert.equal(model.layers.length, 4);
  assert.equal(model.operations.length, 5);
  names.forEach((name, index) => {
    assert.equal(model.getLayer({ index }).name, name);
    assert.equal(model.getLayer({ name }), model.getLayer({ index }));
  });
});

test('a frozen model survives its config and JSON', () => {
  const inputs = Input({ shape: [3] });
  const model = new Functional({ inputs, outputs: dense(2).apply(inputs), trainable: false });
  assert.equal(Functional.fromConfig(model.getConfig()).trainable, false);
  assertRoundTrip(model);
});

test('two named inputs and outputs survive config and JSON', () => {
  const [a, b] = ['a', 'b'].map((name) => Input({ shape: [3], batchSize: 2, name }));
  const x = dense(5, 'middle').apply(ops.add(a, b));
  assertRoundTrip(
    new Functional({
      inputs: [a, b],
      outputs: [dense(4, 'left').apply(x), dense(2, 'right').apply(x)],
      name: 'two',
    }),
  );
});

test('operations between layers survive config and JSON', () => {
  const [a, b] = ['a', 'b'].map((name) => Input({ shape: [3], batchSize: 2, name }));
  const x = ops.divide(ops.add(ops.multiply(a, 2), b), 3);
  assertRoundTrip(new Functional({ inputs: [a, b], outputs: dense(4).apply(ops.square(x)) }));
});

test('inputs by name survive config and JSON', () => {
  const [a, b] = ['a', 'b'].map((name) => Input({ shape: [3], batchSize: 2, name }));
  assertRoundTrip(
    new Functional({ inputs: { a, b }, outputs: { out: dense(4).apply(ops.add(a, b)) } }),
  );
});

test('an input that is also an output and an unused one survive config and JSON', () => {
  const [a, b] = ['a', 'b'].map((name) => Input({ shape: [3], batchSize: 2, name }));
  const out = dense(4).apply(a);
  assertRoundTrip(new Functional({ inputs: [a, b], outputs: [a, out] }));
  assertRoundTrip(new Functional({ inputs: [a, b], outputs: out }));
});

test('models of parts of a graph share its layers', () => {
  const x1 = Input({ shape: [3] });
  const dense1 = dense(4, 'dense1');
  const dense2 = dense(5, 'dense2');
  const dense3 = dense(6, 'dense3');
  const a1 = dense1.apply(x1);
  const a2 = dense2.apply(a1);
  const out = dense3.apply(a2);
  const whole = new Functional({ inputs: x1, outputs: out });
  const part = (inputs, outputs) => new Functional({ inputs, outputs }).layers;
  const assertLayers = (found, ...expected) => {
    assert.ok(found[0] instanceof layers.InputLayer);
    assert.deepEqual(
      found.slice(1).map(({ name }) => name),
      expected.map(({ name }) => name),
    );
    found.slice(1).forEach((layer, i) => assert.equal(layer, expected[i]));
  };
  assertLayers(part(a2, out), dense3);
  assertLayers(part(a1, a2), dense2);
  assertLayers(part(dense2.input, whole.output), dense2, dense3);
  assertLayers(part(dense1.input, dense2.output), dense1, dense2);
  assert.equal(part(dense1.input, dense2.output)[0], whole.layers[0]);
});

test('a model of part of a graph computes the same there', () => {
  const x = Input({ shape: [3] });
  const hidden = dense(4).apply(x);
  const model = new Functional({ inputs: x, outputs: dense(2).apply(hidden) });
  const head = new Functional({ inputs: x, outputs: hidden });
  const tail = new Functional({ inputs: hidden, outputs: model.output });
  assertClose(tail.predict(head.predict(data)).array(), model.predict(data).array());
});

// MobileNet's blocks, fewer and narrower.
function mobileNet() {
  const inputs = Input({ shape: [16, 16, 3] });
  let x = inputs;
  const block = (filters, strides) => {
    if (strides > 1)
      x = new layers.ZeroPadding2D({
        padding: [
          [0, 1],
          [0, 1],
        ],
      }).apply(x);
    const padding = strides > 1 ? 'valid' : 'same';
    x = new layers.DepthwiseConv2D({ kernelSize: 3, strides, padding, useBias: false }).apply(x);
    x = new layers.BatchNormalization().apply(x);
    x = new layers.ReLU({ maxValue: 6 }).apply(x);
    x = new layers.Conv2D({ filters, kernelSize: 1, useBias: false }).apply(x);
    x = new layers.ReLU({ maxValue: 6 }).apply(new layers.BatchNormalization().apply(x));
  };
  block(4, 1);
  block(8, 2);
  return new Functional({ inputs, outputs: x, name: 'mobilenet' });
}

test('a Sequential whose first layer is a convolutional Functional is revived from its config', () => {
  const model = new Sequential([
    Input({ shape: [16, 16, 3] }),
    mobileNet(),
    new layers.GlobalAveragePooling2D(),
    dense(2),
  ]);
  const revived = Sequential.fromConfig(model.getConfig());
  assert.deepEqual(revived.getConfig(), model.getConfig());
  assert.equal(revived.layers.length, 3);
  assert.ok(revived.layers[0] instanceof Functional);
  revived.setWeights(model.getWeights());
  const images = tensor(
    Float32Array.from({ length: 768 }, (_, i) => Math.cos(i)),
    [1, 16, 16, 3],
  );
  assertClose(revived.predict(images).array(), model.predict(images).array());
});

test('layers of a Functional cannot be assigned', () => {
  const inputs = Input({ shape: [3] });
  const model = new Functional({ inputs, outputs: dense(2).apply(inputs) });
  assertRaises(
    () => (model.layers = [dense(1)]),
    AttributeError,
    '`Model.layers` attribute is reserved',
  );
});

test('casts of a mixed policy are not operations of the graph', () => {
  setGlobalDTypePolicy('mixed_float16');
  try {
    const inputs = Input({ shape: [3] });
    const model = new Functional({ inputs, outputs: dense(2).apply(inputs) });
    assert.equal(model.operations.length, 2);
    assert.equal(model.predict(data).dtype, 'float16');
    assert.equal(Model.fromConfig(model.getConfig()).operations.length, 2);
  } finally {
    setGlobalDTypePolicy('float32');
  }
});

const legacyEntry = (name, ...inbound) => ({
  class_name: 'Dense',
  name,
  config: { name, units: 2 },
  inbound_nodes: inbound.map((from) => [[from, 0, 0, {}]]),
});
const legacyInput = {
  class_name: 'InputLayer',
  name: 'x',
  config: { name: 'x', batch_input_shape: [null, 3], dtype: 'float32' },
  inbound_nodes: [],
};

test('a graph of older Keras with a cycle between two layers is refused', () => {
  const config = {
    name: 'm',
    layers: [legacyInput, legacyEntry('node_a', 'node_b'), legacyEntry('node_b', 'node_a')],
    input_layers: [['x', 0, 0]],
    output_layers: [['node_b', 0, 0]],
  };
  assertRaises(() => Functional.fromConfig(config), ValueError, 'loop');
});

test('a graph of older Keras that names a missing layer is refused', () => {
  clearSession();
  const config = {
    name: 'm',
    layers: [legacyInput, legacyEntry('node_a', 'node_b')],
    input_layers: [['x', 0, 0]],
    output_layers: [['node_a', 0, 0]],
  };
  assertRaises(() => Functional.fromConfig(config), ValueError, 'Missing node: node_b');
});
