// model.subModel: parts of models, as users name them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../support/assertions.mjs';
import {
  Functional,
  Input,
  KerasTypeError,
  layers,
  Model,
  Sequential,
  tensor,
  ValueError,
} from '../support/keras.mjs';

function network() {
  const inputs = Input({ shape: [4], name: 'x' });
  let x = inputs;
  for (const name of ['a', 'b', 'c'])
    x = new layers.Dense({ units: 3, activation: 'tanh', name }).apply(x);
  return new Model({ inputs, outputs: x, name: 'network' });
}

const x = tensor([[1, -2, 3, 0.5]]);

test('a part ends at the named outputs, in their structure', () => {
  const model = network();
  const part = model.subModel({ outputs: { low: 'a', high: ['b', 'c'] } });
  assert.ok(part instanceof Functional);
  const { low, high } = part.predict(x);
  assert.deepEqual(low.shape, [1, 3]);
  assert.deepEqual(high[1].array(), model.predict(x).array());
});

test('a part shares layers and weights with the model', () => {
  const model = network();
  const part = model.subModel({ outputs: 'b' });
  assert.equal(part.getLayer('b'), model.getLayer('b'));
  const before = part.predict(x).array();
  model.getLayer('b').weights[1].assign([1, 1, 1]);
  assert.notDeepEqual(part.predict(x).array(), before);
});

test('a part begins at layers, names or tensors', () => {
  const model = network();
  const features = model.subModel({ outputs: 'a' }).predict(x);
  const expected = model.predict(x).array();
  const heads = [
    model.subModel({ inputs: 'b', outputs: 'c' }),
    model.subModel({ inputs: model.getLayer('b'), outputs: model.getLayer('c') }),
    model.subModel({ inputs: 'a:0', outputs: model.output }),
    model.subModel({ inputs: model.getLayer('a').output, outputs: 'c:0' }),
  ];
  for (const head of heads) assert.deepEqual(head.predict(features).array(), expected);
});

test("a name means a layer's input in inputs and its output in outputs", () => {
  const single = network().subModel({ inputs: 'b', outputs: 'b', name: 'just_b' });
  assert.equal(single.name, 'just_b');
  assert.deepEqual(
    single.layers.map(({ name }) => name),
    ['a', 'b'],
  );
  assert.deepEqual(single.inputShape, [null, 3]);
});

test('a part of a Sequential can be saved and cloned like any model', () => {
  const model = new Sequential(
    [
      Input({ shape: [4] }),
      new layers.Dense({ units: 3, name: 'a' }),
      new layers.Dense({ units: 2, name: 'b' }),
    ],
    { name: 'stack' },
  );
  const part = model.subModel({ outputs: 'a' });
  assert.deepEqual(part.predict(x).array(), model.layers[0].apply(x).array());
  assert.deepEqual(Model.fromConfig(part.getConfig()).getConfig(), part.getConfig());
});

test('calls of a shared layer are distinguished by their number', () => {
  const inputs = Input({ shape: [3], name: 'x' });
  const shared = new layers.Dense({ units: 3, name: 'shared' });
  const model = new Model({ inputs, outputs: shared.apply(shared.apply(inputs)), name: 'twice' });
  const once = model.subModel({ outputs: 'shared@0' });
  const y = tensor([[1, 2, 3]]);
  assert.deepEqual(once.predict(once.predict(y)).array(), model.predict(y).array());
  assertRaises(() => model.subModel({ outputs: 'shared' }), ValueError, "'shared@0' or 'shared@1'");
  assertRaises(() => model.subModel({ outputs: shared }), ValueError, 'is shared');
});

test('an unknown name is an error with the closest matches', () => {
  assertRaises(
    () => network().subModel({ outputs: 'B1' }),
    ValueError,
    "Model 'network' has no layer 'B1'.",
  );
  const model = new Sequential([
    Input({ shape: [4] }),
    new layers.Dense({ units: 3, name: 'block1_conv' }),
  ]);
  assertRaises(
    () => model.subModel({ outputs: 'block1_con' }),
    ValueError,
    "Did you mean 'block1_conv'?",
  );
});

test('outputs that need other inputs are refused', () => {
  assertRaises(
    () => network().subModel({ inputs: 'c', outputs: 'a' }),
    ValueError,
    "The output 'a' cannot be computed from the inputs ('b') alone: it also needs 'x'.",
  );
});

test('a subclassed model has no parts', () => {
  class Own extends Model {
    static className = 'Own';
    call(y) {
      return y;
    }
  }
  assertRaises(
    () => new Own({ name: 'own' }).subModel({ outputs: 'a' }),
    ValueError,
    "Model 'own' is not a graph of layers",
  );
});

test('invalid options are refused', () => {
  assertRaises(
    () => network().subModel({ output: 'a' }),
    KerasTypeError,
    "got an unexpected keyword argument 'output'. Did you mean 'outputs'?",
  );
  assertRaises(() => network().subModel({}), KerasTypeError, 'needs outputs');
  assertRaises(() => network().subModel({ outputs: 5 }), ValueError, 'Received: 5');
});
