// Models and shared objects, as Keras's saving/serialization_lib_test checks them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import {
  activations,
  deserializeKerasObject,
  Input,
  Layer,
  layers,
  loadModel,
  Model,
  modelFromJson,
  saveModel,
  Sequential,
  serializeKerasObject,
  tensor,
  ValueError,
} from '../support/keras.mjs';
import { dense } from '../support/scenarios.mjs';
import { membersOf } from '../support/archives.mjs';

const data = tensor([
  [1, 2],
  [-3, 0.5],
]);
const through = (value, options) =>
  deserializeKerasObject(JSON.parse(JSON.stringify(serializeKerasObject(value))), options);

test('inputs and outputs by name with a shared layer compute the same after a round trip', () => {
  const [foo, bar] = ['foo', 'bar'].map((name) => Input({ shape: [2], name }));
  const shared = dense(1);
  const model = new Model({
    inputs: { foo, bar },
    outputs: { foo: shared.apply(foo), bar: shared.apply(bar) },
  });
  const revived = through(model);
  revived.setWeights(model.getWeights());
  const inputs = {
    foo: data,
    bar: tensor([
      [0, 0],
      [1, 1],
    ]),
  };
  const [expected, actual] = [model, revived].map((made) => made.predict(inputs));
  for (const name of ['foo', 'bar']) assertClose(actual[name].array(), expected[name].array());
  assert.notDeepEqual(actual.foo.array(), actual.bar.array());
});

class WrapperLayer extends Layer {
  static className = 'WrapperLayer';
  constructor({ layer, ...options }) {
    super(options);
    this.layer = layer instanceof Layer ? layer : deserializeKerasObject(layer);
  }
  call(x) {
    return this.layer.apply(x);
  }
  getConfig() {
    return { ...super.getConfig(), layer: serializeKerasObject(this.layer) };
  }
}

for (const [what, wrap] of Object.entries({
  'a custom wrapper': (layer) => new WrapperLayer({ layer }),
  TimeDistributed: (layer) => new layers.TimeDistributed({ layer }),
})) {
  test(`a layer used directly and inside ${what} remains one layer in a file`, async () => {
    const steps = [1, 2].map(() => Input({ shape: [3, 2] }));
    const shared = dense(1, 'shared');
    const model = new Model({
      inputs: steps,
      outputs: [shared.apply(steps[0]), wrap(shared).apply(steps[1])],
    });
    const opened = await loadModel(await saveModel(model), { customObjects: { WrapperLayer } });
    for (const made of [model, opened]) {
      assert.equal(made.weights.length, 2);
      assert.equal(made.layers[2].weights[0], made.layers[3].weights[0]);
    }
    assert.deepEqual(
      opened.getWeights().map((value) => value.array()),
      model.getWeights().map((value) => value.array()),
    );
  });
}

test('a class that extends Model without a constructor is revived as itself', () => {
  class Plain extends Model {
    static className = 'Plain';
  }
  const inputs = Input({ shape: [2], batchSize: 3 });
  const model = new Plain({ inputs, outputs: dense(1).apply(inputs) });
  const revived = through(model, { customObjects: { Plain } });
  assert.ok(revived instanceof Plain);
  revived.setWeights(model.getWeights());
  assertClose(revived.apply(data).array(), model.apply(data).array());
});

test('a class that builds its own graph is revived by its constructor', () => {
  class WithUnits extends Model {
    static className = 'WithUnits';
    constructor({ num_units: units = 2 } = {}) {
      const inputs = Input({ shape: [2], batchSize: 3 });
      super({ inputs, outputs: dense(units).apply(inputs) });
      this.units = units;
    }
    getConfig() {
      return { num_units: this.units };
    }
  }
  const model = new WithUnits({ num_units: 3 });
  const revived = through(model, { customObjects: { WithUnits } });
  assert.ok(revived instanceof WithUnits);
  assert.equal(revived.units, 3);
  revived.setWeights(model.getWeights());
  assertClose(revived.apply(data).array(), model.apply(data).array());
});

class HasActivation extends Layer {
  static className = 'HasActivation';
  constructor({ activation, ...options }) {
    super(options);
    this.activation = activation instanceof Layer ? activation : deserializeKerasObject(activation);
  }
  call(x) {
    return this.activation.apply(x);
  }
  getConfig() {
    return { ...super.getConfig(), activation: serializeKerasObject(this.activation) };
  }
}

test('two layers that share an activation object still share it after opening the file', async () => {
  const shared = new layers.PReLU({ alphaInitializer: 'ones' });
  const model = new Sequential([
    Input({ shape: [2] }),
    new HasActivation({ activation: shared }),
    new HasActivation({ activation: shared }),
  ]);
  const file = await saveModel(model);
  const [first, second] = membersOf(file).config.config.layers.slice(1);
  assert.ok(Number.isInteger(first.config.activation.shared_object_id));
  assert.equal(second.config.activation.shared_object_id, first.config.activation.shared_object_id);
  const opened = await loadModel(file, { customObjects: { HasActivation } });
  assert.equal(opened.layers[0].activation, opened.layers[1].activation);
});

test('a model over the tensors of a Sequential has the same three layers after a round trip', () => {
  const stack = new Sequential([Input({ shape: [3] }), dense(5), new layers.Softmax()]);
  const model = new Model({ inputs: stack.inputs, outputs: stack.outputs });
  const revived = through(model);
  assert.equal(revived.layers.length, 3);
  assert.deepEqual(
    revived.layers.map(({ className }) => className),
    ['InputLayer', 'Dense', 'Softmax'],
  );
});

test('an activation may be a layer, a layer config or a name', () => {
  const activationOf = (layer) => through(layer).getConfig().activation;
  const relu = activationOf(
    new layers.Dense({ units: 4, activation: new layers.ReLU({ name: 'my_relu' }) }),
  );
  assert.deepEqual([relu.class_name, relu.config.name], ['ReLU', 'my_relu']);
  const leaky = activationOf(
    new layers.Conv1D({
      filters: 2,
      kernelSize: 3,
      activation: new layers.LeakyReLU({ negativeSlope: 0.15, name: 'my_leaky' }),
    }),
  );
  assert.deepEqual(
    [leaky.class_name, leaky.config.name, leaky.config.negative_slope],
    ['LeakyReLU', 'my_leaky', 0.15],
  );
  assert.equal(activationOf(new layers.Dense({ units: 4, activation: 'relu' })), 'relu');
  assert.equal(activationOf(new layers.Dense({ units: 4, activation: activations.relu })), 'relu');
});

test('a layer as activation computes the same after a round trip', () => {
  const layer = new layers.Dense({
    units: 2,
    activation: new layers.LeakyReLU({ negativeSlope: 0.5 }),
  });
  layer.build([null, 2]);
  const revived = through(layer);
  revived.setWeights(layer.getWeights());
  assertClose(revived.apply(data).array(), layer.apply(data).array());
});

test('a Sequential record without a name, or with an empty entry, is refused', () => {
  const entry = { class_name: 'Dense', module: 'keras.layers', config: { units: 4 } };
  const record = (config) => JSON.stringify({ class_name: 'Sequential', module: 'keras', config });
  assert.throws(
    () => modelFromJson(record({ layers: [entry] })),
    (error) =>
      error instanceof ValueError &&
      error.message.includes(
        "A Sequential model configuration must be a dictionary containing the 'name' and 'layers' keys",
      ),
  );
  assertRaises(
    () => modelFromJson(record({ name: 'sequential_model', layers: [entry, {}] })),
    ValueError,
    "Expected a dictionary containing a 'config' key.",
  );
});
