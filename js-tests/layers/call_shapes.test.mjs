// layer.inputShape and layer.outputShape, beside the shapes of layer.input and layer.output.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Functional, Input, Layer, layers, Model, ops, Sequential } from '../support/keras.mjs';

const { Dense, EinsumDense, Concatenate } = layers;

test('a layer has the shapes of its first symbolic call', () => {
  const dense = new Dense(3);
  const inputs = Input({ shape: [5, 4] });
  const output = dense.apply(inputs);
  assert.deepEqual(dense.inputShape, inputs.shape);
  assert.deepEqual(dense.outputShape, output.shape);
  assert.deepEqual(dense.outputShape, dense.computeOutputShape([null, 5, 4]));
  dense.apply(Input({ shape: [7, 4] }));
  assert.deepEqual(dense.outputShape, output.shape);
});

test('the input shapes of a layer of several inputs are nested as its inputs', () => {
  const join = new Concatenate();
  const inputs = [Input({ shape: [2] }), Input({ shape: [3] })];
  const output = join.apply(inputs);
  assert.deepEqual(
    join.inputShape,
    inputs.map(({ shape }) => shape),
  );
  assert.deepEqual(join.outputShape, output.shape);
});

test('the shapes of a layer that was never called raise the error of layer.output', () => {
  const dense = new Dense(3);
  const failureOf = (name) => {
    try {
      return `no error: ${dense[name]}`;
    } catch ({ kind, message }) {
      return { kind, message };
    }
  };
  assert.match(failureOf('output').message, /never been called and thus has no defined output/);
  assert.deepEqual(failureOf('outputShape'), failureOf('output'));
  assert.deepEqual(failureOf('inputShape'), failureOf('input'));
});

test('an option of the name outputShape wins over the shape of the output', () => {
  const layer = new EinsumDense({ equation: 'abc,cd->abd', outputShape: [null, 8] });
  new Dense(2).apply(Input({ shape: [4] }));
  assert.deepEqual(layer.outputShape, [null, 8]);
  layer.apply(Input({ shape: [5, 4] }));
  assert.deepEqual(layer.outputShape, [null, 8]);
});

test('a class of JavaScript keeps its own values under these names', () => {
  class Resize extends Layer {
    static className = 'Resize';
    constructor({ outputShape, ...options }) {
      super(options);
      this.outputShape = outputShape;
    }
    call(x) {
      return ops.reshape(x, [-1, ...this.outputShape]);
    }
    getConfig() {
      return { ...super.getConfig(), output_shape: this.outputShape };
    }
  }
  const layer = new Resize({ outputShape: [2, 2] });
  layer.apply(Input({ shape: [4] }));
  assert.deepEqual(
    [layer.outputShape, layer.inputShape],
    [
      [2, 2],
      [null, 4],
    ],
  );
  assert.ok(Object.keys(layer).includes('outputShape'));
});

test('layers of a loaded model have the shapes of their calls, and a model has its own', () => {
  const inputs = Input({ shape: [4] });
  const model = new Model({ inputs, outputs: new Dense({ units: 2, name: 'last' }).apply(inputs) });
  const copy = Functional.fromConfig(model.getConfig());
  assert.deepEqual(copy.getLayer('last').outputShape, model.output.shape);
  assert.deepEqual(copy.outputShape, model.output.shape);
  const stack = new Sequential([Input({ shape: [4] }), new Dense(2)]);
  assert.deepEqual(stack.layers[0].outputShape, stack.output.shape);
});
