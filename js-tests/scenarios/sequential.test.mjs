// Sequential models, as Keras's models/sequential_test checks them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import {
  AttributeError,
  Functional,
  Input,
  KerasTensor,
  Layer,
  layers,
  loadModel,
  Model,
  modelFromJson,
  NotImplementedError,
  ops,
  saveModel,
  Sequential,
  tensor,
  ValueError,
} from '../support/keras.mjs';
import { dense } from '../support/scenarios.mjs';

const data = tensor([
  [1, 2],
  [3, 4],
  [5, 6],
]);

for (const way of ['add()', 'the constructor']) {
  test(`a Sequential with an Input, made by ${way}, is built and called`, () => {
    const stack = [Input({ shape: [2], batchSize: 3 }), dense(4), dense(5)];
    const model = way === 'add()' ? new Sequential() : new Sequential(stack);
    if (way === 'add()') stack.forEach((layer) => model.add(layer));
    assert.equal(model.layers.length, 2);
    assert.equal(model.built, true);
    assert.equal(model.weights.length, 4);
    assert.deepEqual(model.apply(data).shape, [3, 5]);
    const symbolic = model.apply(Input({ shape: [2], batchSize: 3 }));
    assert.ok(symbolic instanceof KerasTensor);
    assert.deepEqual(symbolic.shape, [3, 5]);
    model.pop();
    assert.deepEqual([model.layers.length, model.weights.length], [1, 2]);
    assert.equal(model.built, true);
    assert.deepEqual(model.apply(data).shape, [3, 4]);
    assert.deepEqual(model.outputShape, [3, 4]);
  });
}

test('the first layer may state its input shape as in older Keras; later ones are ignored', () => {
  for (const old of [{ inputShape: [2] }, { input_shape: [2] }, { inputDim: 2 }]) {
    const model = new Sequential([
      new layers.Dense({ units: 4, ...old }),
      new layers.Dense({ units: 5, inputShape: [9] }),
    ]);
    assert.equal(model.built, true);
    assert.deepEqual(model.inputShape, [null, 2]);
    assert.deepEqual(
      model.weights.map(({ shape }) => shape),
      [[2, 4], [4], [4, 5], [5]],
    );
  }
});

test('a Sequential without an Input has no weights until it is called', () => {
  const model = new Sequential([dense(4), dense(5)]);
  assert.equal(model.built, false);
  assert.equal(model.weights.length, 0);
  assert.deepEqual(model.apply(data).shape, [3, 5]);
  assert.equal(model.built, true);
  assert.equal(model.weights.length, 4);
  assert.match(model.summary({ printFn: null }), /Total params: 37 /);
  model.pop();
  assert.deepEqual(model.apply(data).shape, [3, 4]);
});

test('an unbuilt Sequential works inside TimeDistributed', () => {
  const inner = new Sequential([dense(4), dense(5)]);
  const model = new Sequential([new layers.TimeDistributed({ layer: inner })]);
  const steps = tensor(
    Float32Array.from({ length: 12 }, (_, i) => i),
    [2, 3, 2],
  );
  assert.deepEqual(model.apply(steps).shape, [2, 3, 5]);
  assert.deepEqual(model.predict(steps).shape, [2, 3, 5]);
  assert.equal(inner.weights.length, 4);
});

function innerFunctional() {
  const inputs = Input({ shape: [2], batchSize: 3 });
  return new Functional({ inputs, outputs: dense(5).apply(dense(4).apply(inputs)) });
}

for (const [what, make] of Object.entries({
  'a Functional': innerFunctional,
  'a Sequential with Input': () => new Sequential([Input({ shape: [2], batchSize: 3 }), dense(5)]),
})) {
  test(`a Sequential that begins with ${what} is built immediately`, () => {
    const model = new Sequential([make(), dense(6), dense(7)]);
    assert.equal(model.built, true);
    assert.ok(model.layers.every(({ built }) => built));
    assert.deepEqual(model.apply(data).shape, [3, 7]);
    assert.deepEqual(model.outputShape, [3, 7]);
  });
}

test('arrays and objects pass unchanged through a Sequential of one custom layer', () => {
  let seen;
  class Gather extends Layer {
    static className = 'Gather';
    call(inputs) {
      seen = inputs;
      return ops.add(inputs.a ?? inputs[0], inputs.b ?? inputs[1]);
    }
  }
  const expected = ops.add(data, data).array();
  for (const inputs of [{ a: data, b: data }, [data, data]]) {
    const model = new Sequential([new Gather()]);
    assert.deepEqual(model.apply(inputs).array(), expected);
    assert.deepEqual(Object.keys(seen), Object.keys(inputs));
    assert.equal(Array.isArray(seen), Array.isArray(inputs));
    assertRaises(() => model.inputs, AttributeError, 'has no defined inputs');
  }
});

test('a nested Sequential may contain only an Input', () => {
  const model = new Sequential([new Sequential([Input({ shape: [2] })])]);
  assert.equal(model.layers.length, 1);
});

test('a second Input, duplicate names, no layers and another shape are refused', () => {
  const model = new Sequential([Input({ shape: [2] }), dense(4, 'a')]);
  assertRaises(() => model.add(Input({ shape: [2] })), ValueError, 'already been configured');
  assertRaises(
    () => model.add(new layers.InputLayer({ shape: [2] })),
    ValueError,
    'already been configured',
  );
  assertRaises(() => model.add(dense(2, 'a')), ValueError, 'should have unique names');
  assertRaises(() => new Sequential().build([null, 2]), ValueError, 'no layers');
  assertRaises(() => model.build([null, 3]), ValueError, 'already been configured');
  model.build([null, 2]);
  assert.equal(model.built, true);
});

test('a layer that cannot infer its output shape works in a Sequential without an Input', () => {
  class Dynamic extends Layer {
    static className = 'Dynamic';
    computeOutputShape() {
      throw new NotImplementedError('only with data');
    }
    call(x) {
      return ops.multiply(x, x.array().length);
    }
  }
  const model = new Sequential([new Dynamic()]);
  assert.deepEqual(model.apply(data).array()[0], [3, 6]);
  assert.deepEqual(model.predict(data).array()[0], [3, 6]);
});

function assertRevived(model, customObjects) {
  const revived = Sequential.fromConfig(model.getConfig(), customObjects);
  assert.deepEqual(revived.getConfig(), model.getConfig());
  assert.equal(revived.layers.length, model.layers.length);
  assert.equal(revived.built, model.built);
  const json = model.toJson();
  assert.equal(modelFromJson(json, { customObjects }).toJson(), json);
  return revived;
}

test('a Sequential survives its config and JSON: unbuilt, built, and with an Input', () => {
  const deferred = new Sequential([dense(4), dense(5)]);
  assertRevived(deferred);
  deferred.apply(data);
  const revived = assertRevived(deferred);
  revived.setWeights(deferred.getWeights());
  assertClose(revived.apply(data).array(), deferred.apply(data).array());
  assertRevived(
    new Sequential([Input({ shape: [2], batchSize: 3 }), dense(4), dense(5), dense(6)]),
  );
});

test('a Sequential with a custom layer survives with customObjects', () => {
  class DictLayer extends Layer {
    static className = 'DictLayer';
    call(inputs) {
      return inputs;
    }
  }
  const model = new Sequential([new DictLayer()]);
  const revived = assertRevived(model, { DictLayer });
  assert.ok(revived.layers[0] instanceof DictLayer);
});

test('a Sequential with a Lambda around a custom function is saved and opened with the function', async () => {
  const twice = (x) => ops.multiply(x, 2);
  const model = new Sequential([
    Input({ shape: [2] }),
    new layers.Lambda({ function: twice }),
    dense(3),
  ]);
  const bytes = await saveModel(model);
  const opened = await loadModel(bytes, { safeMode: false, customObjects: { twice } });
  assertClose(opened.predict(data).array(), model.predict(data).array());
});

test('inputs and outputs are the tensors of the first and last layer', () => {
  const input = Input({ shape: [2] });
  const model = new Sequential([input, dense(3), dense(4)]);
  assert.equal(model.inputs.length, 1);
  assert.equal(model.inputs[0], input);
  assert.equal(model.outputs.length, 1);
  assert.equal(model.outputs[0], model.layers.at(-1).output);
  assert.deepEqual(
    [model.inputShape, model.outputShape],
    [
      [null, 2],
      [null, 4],
    ],
  );
});

test('the bytes of a Sequential contain its layers and weights, as a pickle does', async () => {
  const model = new Sequential([Input({ shape: [2] }), dense(3), dense(4)]);
  const opened = await loadModel(await saveModel(model));
  assert.deepEqual(
    opened.layers.map(({ name }) => name),
    model.layers.map(({ name }) => name),
  );
  assert.deepEqual(opened.predict(data).array(), model.predict(data).array());
});

test('a value that is not a layer, and a layer with two required arguments, are refused', () => {
  const model = new Sequential();
  assertRaises(() => model.add({}), ValueError, 'Only instances of');
  class Two extends Layer {
    static className = 'Two';
    call(x, y) {
      return ops.add(x, y);
    }
  }
  const stack = new Sequential([new Two()]);
  assertRaises(() => stack.build([null, 3]), ValueError, /can only have a single .*positional/);
});

test('an unbuilt Sequential computes its output shape', () => {
  const model = new Sequential([dense(4), dense(8)]);
  assert.deepEqual(model.computeOutputShape([null, 2]), [null, 8]);
  assert.equal(model.built, false);
});

test('shapes and tensors exist only after the Sequential is built', () => {
  const model = new Sequential([dense(4), dense(8)]);
  const names = ['inputShape', 'outputShape', 'inputs', 'outputs'];
  for (const name of names) assertRaises(() => model[name], AttributeError, 'has no defined');
  model.apply(data);
  for (const name of names) assert.ok(model[name].length > 0, name);
});

test('layers cannot be assigned, only changed with add() and pop()', () => {
  const model = new Sequential([dense(4)]);
  assertRaises(() => (model.layers = []), AttributeError, /`add\(\)` and `pop\(\)`/);
  assert.ok(model instanceof Model);
});
