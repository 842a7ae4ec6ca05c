// Each object of the core has one JavaScript object, an instance of the class that Keras has for it.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  cloneModel,
  Functional,
  Input,
  KerasTensor,
  Layer,
  layers,
  Model,
  modelFromJson,
  Operation,
  ops,
  Sequential,
  Tensor,
} from '../support/keras.mjs';

function smallModel() {
  const inputs = Input({ shape: [3], name: 'x' });
  const dense = new layers.Dense({ units: 2, name: 'd' });
  return { inputs, dense, model: new Model({ inputs, outputs: dense.apply(inputs) }) };
}

test('asking for a layer twice returns the same object', () => {
  const { model, dense } = smallModel();
  assert.equal(model.layers[1], dense);
  assert.equal(model.layers[0], model.layers[0]);
  assert.equal(model.getLayer({ name: 'd' }), dense);
});

test('the symbolic tensors of a model are the objects it was made of', () => {
  const { model, inputs, dense } = smallModel();
  assert.equal(model.inputs[0], inputs);
  assert.equal(model.input, inputs);
  assert.equal(dense.output, model.outputs[0]);
  assert.ok(inputs instanceof KerasTensor && inputs instanceof Tensor);
});

test('the variables of a layer stay the same objects', () => {
  const { dense } = smallModel();
  assert.equal(dense.weights[0], dense.weights[0]);
});

test('layers revived from a config are instances of their classes', () => {
  const { model } = smallModel();
  const revived = modelFromJson(model.toJson());
  assert.ok(revived instanceof Functional);
  assert.ok(revived.layers[0] instanceof layers.InputLayer);
  assert.ok(revived.layers[1] instanceof layers.Dense);
  assert.ok(revived.layers[1] instanceof Layer);
  assert.ok(!(revived.layers[1] instanceof layers.Conv2D));
});

test('new Model makes a Functional', () => {
  const { model } = smallModel();
  assert.ok(model instanceof Functional && model instanceof Model && model instanceof Layer);
  assert.equal(model.constructor, Functional);
  assert.ok(!(model instanceof Sequential));
});

test('graph operations have separate classes', () => {
  const x = Input({ shape: [2] });
  const model = new Model({ inputs: x, outputs: ops.add(x, 1) });
  const add = model.operations[1];
  assert.ok(add instanceof Operation && !(add instanceof Layer));
  assert.equal(add.className, 'Add');
  const copy = add.constructor.fromConfig(add.getConfig());
  assert.equal(copy.constructor, add.constructor);
  assert.notEqual(copy, add);
});

test('a property set on a new layer by a hook is on the layer of the clone', async () => {
  const { model } = smallModel();
  const clone = cloneModel(model, {
    cloneFunction(layer) {
      const made = layer.constructor.fromConfig(layer.getConfig());
      made.mark = 'from the hook';
      return made;
    },
  });
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc?.();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(clone.layers[1].mark, 'from the hook');
  assert.equal(model.layers[1].mark, undefined);
});

test('layers whose class extends an exported class are instances of both', () => {
  const lstm = new layers.LSTM({ units: 2 });
  assert.ok(lstm instanceof layers.RNN);
  assert.ok(new layers.SpatialDropout1D({ rate: 0.1 }) instanceof layers.Dropout);
});
