// mapWeights and lerpWeights.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../support/assertions.mjs';
import {
  Input,
  KerasTypeError,
  layers,
  Sequential,
  tensor,
  ValueError,
} from '../support/keras.mjs';

function network({ units = 3, dtype = 'float32' } = {}) {
  return new Sequential(
    [
      Input({ shape: [4] }),
      new layers.Dense({ units, dtype, name: 'a' }),
      new layers.BatchNormalization({ dtype, name: 'norm' }),
      new layers.Dense({ units: 2, dtype, name: 'b' }),
    ],
    { name: 'network' },
  );
}

const values = (model) => model.getWeights().map((weight) => [...weight.data()]);

test('mapWeights passes each weight with its values and assigns the result', () => {
  const model = network();
  const before = values(model);
  const seen = [];
  const result = model.mapWeights((weight, array) => {
    seen.push(
      `${weight.index} ${weight.path} [${weight.shape}] ${weight.dtype} ${weight.trainable} ${weight.layer.name}`,
    );
    assert.ok(array instanceof Float32Array);
    return weight.name === 'kernel' ? array.map((w) => 2 * w) : undefined;
  });
  assert.equal(result, model);
  assert.deepEqual(seen.slice(0, 4), [
    '0 network/a/kernel [4,3] float32 true a',
    '1 network/a/bias [3] float32 true a',
    '2 network/norm/gamma [3] float32 true norm',
    '3 network/norm/beta [3] float32 true norm',
  ]);
  assert.match(seen[4], /moving_mean .* false norm$/);
  const after = values(model);
  assert.deepEqual(
    after[0],
    before[0].map((w) => 2 * w),
  );
  assert.deepEqual(after[2], before[2]);
});

test('mapWeights passes copies', () => {
  const model = network();
  const before = values(model);
  model.mapWeights((_, array) => {
    array.fill(7);
  });
  assert.deepEqual(values(model), before);
});

test('mapWeights accepts typed arrays, flat and nested arrays, and tensors', () => {
  const model = network();
  const results = [
    new Float32Array(12).fill(1),
    [1, 2, 3],
    tensor([4, 5, 6]),
    Array.from({ length: 3 }, () => 9),
  ];
  model.mapWeights(({ index }) => results[index]);
  assert.deepEqual(values(model).slice(0, 4), [Array(12).fill(1), [1, 2, 3], [4, 5, 6], [9, 9, 9]]);
  model.mapWeights(({ name, shape }) =>
    name === 'kernel' ? Array.from({ length: shape[0] }, (_, i) => Array(shape[1]).fill(i)) : null,
  );
  assert.deepEqual(values(model).at(-2), [0, 0, 1, 1, 2, 2]);
});

test('mapWeights rounds to the dtype of the weight', () => {
  const model = network({ dtype: 'bfloat16' });
  model.mapWeights(({ name }, array) => (name === 'bias' ? array.map(() => 1.001) : undefined));
  assert.equal(model.weights[1].dtype, 'bfloat16');
  assert.deepEqual(values(model)[1], [1, 1, 1]);
});

test('a result of the wrong size names the weight, and no weight changes', () => {
  const model = network();
  const before = values(model);
  assertRaises(
    () =>
      model.mapWeights(({ index }, array) =>
        index < 2 ? array.map(() => 0) : new Float32Array(5),
      ),
    ValueError,
    "Weight 'network/norm/gamma' of layer 'norm' has the shape (3), 3 values. The function returned the shape (5).",
  );
  assertRaises(
    () => model.mapWeights(({ index }) => (index === 0 ? [[1, 2], [3]] : undefined)),
    ValueError,
    /^Weight 'network\/a\/kernel' of layer 'a' cannot take what the function returned \(an instance of Array\): .*inhomogeneous/,
  );
  assertRaises(
    () => model.mapWeights(async () => new Float32Array(12)),
    ValueError,
    "Weight 'network/a/kernel' of layer 'a' cannot take what the function returned (an instance of Promise)",
  );
  assert.deepEqual(values(model), before);
});

test('an error thrown by the function is raised unchanged, and no weight changes', () => {
  const model = network();
  const before = values(model);
  const error = new Error('mine');
  const raised = assertRaises(
    () =>
      model.mapWeights(({ index }, array) => {
        if (index === 3) throw error;
        return array.map(() => 0);
      }),
    Error,
  );
  assert.equal(raised, error);
  assert.deepEqual(values(model), before);
});

test('lerpWeights moves weights partway, and predictions with them', () => {
  const [target, source] = [network(), network()];
  target.mapWeights((_, array) => array.map(() => 1));
  source.mapWeights((_, array) => array.map(() => 3));
  const x = tensor([[1, 2, 3, 4]]);
  const before = target.predict(x).array();
  assert.equal(target.lerpWeights(source, 0.25), target);
  assert.deepEqual(values(target)[0], Array(12).fill(1.5));
  assert.notDeepEqual(target.predict(x).array(), before);
  assert.deepEqual(values(source)[0], Array(12).fill(3));
});

test('lerpWeights with 0 or 1 gives exactly the old or new weights', () => {
  const [target, source] = [network(), network()];
  const before = values(target);
  target.lerpWeights(source, 0);
  assert.deepEqual(values(target), before);
  target.lerpWeights(source, 1);
  assert.deepEqual(values(target), values(source));
});

test('lerpWeights names a weight with another shape', () => {
  assertRaises(
    () => network().lerpWeights(network({ units: 5 }), 0.5),
    ValueError,
    "Weight 'network/a/kernel' of 'network' has shape (4, 3), but weight 'network/a/kernel' of 'network', at the same index, has shape (4, 5).",
  );
});

test('lerpWeights requires a model and a number', () => {
  const model = network();
  assertRaises(() => model.lerpWeights(model.layers[0], 0.5), KerasTypeError, 'takes a model');
  assertRaises(() => model.lerpWeights(model), KerasTypeError, 'takes a number t');
  assertRaises(() => model.lerpWeights(model, NaN), ValueError, 't=nan');
});
