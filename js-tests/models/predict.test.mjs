// predict: its inputs, batches and results.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import {
  Input,
  KerasTypeError,
  layers,
  Model,
  ops,
  Sequential,
  Tensor,
  tensor,
  ValueError,
} from '../support/keras.mjs';

const sums = () =>
  new Sequential([
    Input({ shape: [3] }),
    new layers.Dense({ units: 1, kernelInitializer: 'ones' }),
  ]);

test('nested arrays, typed arrays and tensors give the same prediction', () => {
  const model = sums();
  const expected = [[6], [15]];
  const flat = [1, 2, 3, 4, 5, 6];
  assert.deepEqual(
    model
      .predict([
        [1, 2, 3],
        [4, 5, 6],
      ])
      .array(),
    expected,
  );
  assert.deepEqual(model.predict(new Float32Array(flat)).array(), expected);
  assert.deepEqual(model.predict(new Uint8Array(flat)).array(), expected);
  assert.deepEqual(model.predict(tensor(flat, [2, 3])).array(), expected);
  assert.deepEqual(model.predict([tensor(flat, [2, 3])]).array(), expected);
  assert.deepEqual(
    model.predict([new Float32Array([1, 2, 3]), new Float32Array([4, 5, 6])]).array(),
    expected,
  );
});

test('the result is a tensor with plain data', () => {
  const result = sums().predict([[1, 2, 3]]);
  assert.ok(result instanceof Tensor);
  assert.ok(result.data() instanceof Float32Array);
});

test('the batch size does not change the result', () => {
  const model = new Sequential([
    Input({ shape: [4] }),
    new layers.Dense({ units: 3, activation: 'tanh' }),
  ]);
  const data = new Float32Array(4 * 70).map((_, i) => Math.sin(i));
  const expected = model.predict(data, { batchSize: 70 }).array();
  for (const batchSize of [1, 7, 32, 69, 71, 1000]) {
    const result = model.predict(data, { batchSize });
    assert.deepEqual(result.shape, [70, 3]);
    assertClose(result.array(), expected);
  }
});

test('onProgress is called after each batch', () => {
  const heard = [];
  sums().predict(new Float32Array(3 * 10), {
    batchSize: 4,
    onProgress: (done, total) => void heard.push([done, total]),
  });
  assert.deepEqual(heard, [
    [4, 10],
    [8, 10],
    [10, 10],
  ]);
});

test('several inputs and outputs keep their structure', () => {
  const a = Input({ shape: [2], name: 'a' });
  const b = Input({ shape: [2], name: 'b' });
  const outputs = { sum: ops.add(a, b), list: [ops.multiply(a, 2), b] };
  const byName = new Model({ inputs: { a, b }, outputs });
  const result = byName.predict({ a: [[1, 2]], b: new Float32Array([3, 4]) });
  assert.deepEqual(result.sum.array(), [[4, 6]]);
  assert.deepEqual(
    result.list.map((item) => item.array()),
    [[[2, 4]], [[3, 4]]],
  );
  const byPlace = new Model({ inputs: [a, b], outputs: ops.subtract(a, b) });
  assert.deepEqual(byPlace.predict([[[1, 2]], [[3, 5]]]).array(), [[-2, -3]]);
  assert.deepEqual(byPlace.predict({ a: [[1, 2]], b: [[3, 5]] }).array(), [[-2, -3]]);
});

test('plain numbers are converted to the dtypes of the inputs', () => {
  const x = Input({ shape: [3], dtype: 'int32' });
  const model = new Model({
    inputs: x,
    outputs: new layers.Embedding({
      inputDim: 5,
      outputDim: 2,
      embeddingsInitializer: 'ones',
    }).apply(x),
  });
  assert.deepEqual(model.predict([[0, 1, 4]]).array(), [
    [
      [1, 1],
      [1, 1],
      [1, 1],
    ],
  ]);
});

test('a model without known inputs accepts data as it is', () => {
  const model = new Sequential([new layers.Dense({ units: 1, kernelInitializer: 'ones' })]);
  assert.deepEqual(model.predict([[1, 2]]).array(), [[3]]);
  assert.equal(model.built, true);
});

test('changed weights take effect in the next prediction', () => {
  const model = sums();
  assert.deepEqual(model.predict([[1, 2, 3]]).array(), [[6]]);
  model.setWeights([tensor([[1], [0], [0]]), tensor([10])]);
  assert.deepEqual(model.predict([[1, 2, 3]]).array(), [[11]]);
  model.layers[0].weights[1].assign([20]);
  assert.deepEqual(model.predict([[1, 2, 3]]).array(), [[21]]);
});

test('layers that only act during training do nothing in predict', () => {
  const model = new Sequential([Input({ shape: [50] }), new layers.Dropout({ rate: 0.5 })]);
  const ones = new Float32Array(50).fill(1);
  assert.deepEqual(model.predict(ones).data(), ones);
});

test('incompatible data is refused', () => {
  const model = sums();
  assertRaises(() => model.predict([[1, 2, 3]], { batchSize: 0 }), ValueError, 'batch_size');
  assertRaises(() => model.predict([[1, 2, 3]], { batchSize: 'all' }), KerasTypeError, 'batchSize');
  assertRaises(() => model.predict([['a', 'b', 'c']]), Error);
  const a = Input({ shape: [1] });
  const b = Input({ shape: [1] });
  const two = new Model({ inputs: [a, b], outputs: ops.add(a, b) });
  assertRaises(() => two.predict([[[1], [2]], [[3]]]), ValueError, 'Data cardinality is ambiguous');
});

test('several typed arrays, and tensors beside them, are inputs without names', () => {
  const a = Input({ shape: [2], name: 'a' });
  const b = Input({ shape: [2], dtype: 'int32', name: 'b' });
  const model = new Model({ inputs: [a, b], outputs: ops.add(a, ops.cast(b, 'float32')) });
  const given = [new Float32Array([1, 2, 3, 4]), new Int32Array([10, 20, 30, 40])];
  const expected = [
    [11, 22],
    [33, 44],
  ];
  assert.deepEqual(model.predict(given).array(), expected);
  assert.deepEqual(model.predict([given[0], tensor(given[1], [2, 2])]).array(), expected);
  assert.deepEqual(model.predict({ a: given[0], b: given[1] }).array(), expected);
  const both = new Model({ inputs: [a, b], outputs: { sum: model.output, b } });
  const { sum, b: same } = both.predict(given, { batchSize: 1 });
  assert.deepEqual(sum.array(), expected);
  assert.deepEqual([same.dtype, same.array()], ['int32', [[10, 20], [30, 40]]]); // prettier-ignore
});

test('refused data leaves nothing behind for the next prediction', () => {
  const a = Input({ shape: [2] });
  const b = Input({ shape: [3] });
  const model = new Model({ inputs: [a, b], outputs: ops.concatenate([a, b], -1) });
  const good = new Float32Array([1, 2]);
  assertRaises(
    () => model.predict([good, new Float32Array(4)]),
    ValueError,
    'A typed array of 4 numbers does not fill the shape (None, 3) of the inputs[1].',
  );
  assert.deepEqual(model.predict([good, new Float32Array([3, 4, 5])]).array(), [[1, 2, 3, 4, 5]]);
});

test('a Sequential that grew still reads typed arrays by its input', () => {
  const model = new Sequential([Input({ shape: [2] }), new layers.Dense({ units: 2 })]);
  assert.deepEqual(model.predict(new Float32Array(4)).shape, [2, 2]);
  model.add(new layers.Reshape({ targetShape: [1, 2] }));
  assert.deepEqual(model.predict(new Float32Array(4)).shape, [2, 1, 2]);
});
