// Models of every kind, as Keras's models/model_test checks them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import {
  Functional,
  Input,
  Layer,
  layers,
  loadModel,
  Model,
  modelFromJson,
  ops,
  saveModel,
  tensor,
  ValueError,
} from '../support/keras.mjs';
import { dense } from '../support/scenarios.mjs';

const data = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

function functional() {
  const inputs = Input({ shape: [3], batchSize: 2, name: 'input_a' });
  const outputs = dense(1, 'out').apply(dense(5, 'hidden').apply(inputs));
  return new Model({ inputs, outputs });
}

test('new Model({ inputs, outputs }) makes a Functional', () => {
  const model = functional();
  assert.ok(model instanceof Functional);
  assert.equal(model.constructor, Functional);
});

test("a model's JSON is the same after a round trip", () => {
  const json = functional().toJson();
  assert.equal(modelFromJson(json).toJson(), json);
});

test('a Functional with a custom layer is revived with customObjects', () => {
  class CustomDense extends layers.Dense {
    static className = 'CustomDense';
  }
  const inputs = Input({ shape: [3], batchSize: 2 });
  const model = new Model({ inputs, outputs: new CustomDense({ units: 5 }).apply(inputs) });
  assertRaises(() => Model.fromConfig(model.getConfig()), Error, 'CustomDense');
  const revived = Model.fromConfig(model.getConfig(), { CustomDense });
  assert.ok(revived.layers[1] instanceof CustomDense);
  assert.deepEqual(revived.getConfig(), model.getConfig());
});

test('a subclass adds its arguments to the config and receives them back', () => {
  class WithParameter extends Model {
    static className = 'WithParameter';
    constructor({ param = 1, ...options } = {}) {
      super(options);
      this.param = param;
    }
    getConfig() {
      return { ...super.getConfig(), param: this.param };
    }
  }
  const inputs = Input({ shape: [3], batchSize: 2 });
  const model = new WithParameter({ inputs, outputs: dense(5).apply(inputs), param: 3 });
  assert.ok(model instanceof Functional);
  const revived = WithParameter.fromConfig(model.getConfig());
  assert.equal(revived.param, 3);
  assert.deepEqual(revived.getConfig(), model.getConfig());
});

for (const kind of ['one output', 'outputs in an array']) {
  test(`the bytes of a Functional with ${kind} preserve its predictions, as a pickle does`, async () => {
    const inputs = Input({ shape: [3], batchSize: 2 });
    const [a, b] = [dense(5, 'a').apply(inputs), dense(4, 'b').apply(inputs)];
    const model = new Model({ inputs, outputs: kind === 'one output' ? a : [a, b] });
    const opened = await loadModel(await saveModel(model));
    const arrays = (made) => [made.predict(data)].flat().map((out) => out.array());
    assert.deepEqual(arrays(opened), arrays(model));
  });
}

test('getStateTree returns the weights by path', () => {
  const model = functional();
  const tree = model.getStateTree();
  assert.deepEqual(Object.keys(tree), ['trainable_variables', 'non_trainable_variables']);
  assert.deepEqual(Object.keys(tree.trainable_variables), ['hidden', 'out']);
  assert.deepEqual(tree.trainable_variables.hidden.kernel.shape, [3, 5]);
  const other = functional();
  other.setStateTree(tree);
  assertClose(other.predict(data).array(), model.predict(data).array());
  assertRaises(() => other.setStateTree({ nothing: {} }), ValueError, 'Unknown variable name');
});

test('getStateTree refuses two variables with the same path', () => {
  class Twins extends Layer {
    static className = 'Twins';
    build() {
      this.first = this.addWeight({ name: 'twin', shape: [3] });
      this.second = this.addWeight({ name: 'twin', shape: [3] });
    }
    call(x) {
      return ops.add(ops.multiply(x, this.first), this.second);
    }
  }
  const inputs = Input({ shape: [3] });
  const model = new Model({ inputs, outputs: new Twins({ name: 't' }).apply(inputs) });
  assertRaises(
    () => model.getStateTree(),
    ValueError,
    "The following variable path is found twice in the model: 't/twin'",
  );
});

test('saving to an unsupported format is refused with the supported ones', async () => {
  const model = functional();
  assert.equal('export' in model, false);
  await assert.rejects(saveModel(model, 'model.tflite'), (error) => {
    assert.ok(error instanceof ValueError);
    assert.match(error.message, /Invalid filepath extension for saving/);
    assert.match(error.message, /`\.keras`.*`\.h5`/);
    return true;
  });
});
