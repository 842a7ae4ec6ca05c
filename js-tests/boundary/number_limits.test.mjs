// Numbers that are not valid sizes, counts, axes or indices raise an error, and everything stays usable.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../support/assertions.mjs';
import {
  Input,
  KerasError,
  KerasTypeError,
  ops,
  random,
  tensor,
  ValueError,
} from '../support/keras.mjs';
import { good, surviving } from '../support/survival.mjs';

const place = tensor([1], [1], 'int32');

for (const batchSize of [NaN, 1.5, Infinity, -Infinity, '32', 1e300, 2 ** 60])
  test(`a batch size of ${batchSize} is refused: not an integer`, () => {
    surviving(() =>
      assertRaises(
        () => good.predict(new Float32Array(6), { batchSize }),
        KerasTypeError,
        'batchSize must be an integer',
      ),
    );
  });

for (const batchSize of [0, -1, -(2 ** 40), -(2 ** 32)])
  test(`a batch size of ${batchSize} is refused: not positive`, () => {
    surviving(() =>
      assertRaises(
        () => good.predict(new Float32Array(6), { batchSize }),
        ValueError,
        `must be a positive integer. Received: batch_size=${batchSize}`,
      ),
    );
  });

for (const batchSize of [2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 40, Number.MAX_SAFE_INTEGER])
  test(`a batch size of ${batchSize} takes all samples at once`, () => {
    const all = good.predict(new Float32Array([1, 2, 3, 4, 5, 6]), { batchSize });
    const short = good.predict(new Float32Array([1, 2, 3, 4, 5, 6]));
    assert.deepEqual(all.array(), short.array());
    const long = good.predict(new Float32Array([1, 2, 3, 4, 5, 6]), { batchSize, onProgress() {} });
    assert.deepEqual(long.array(), short.array());
    for (const y of [all, short, long]) y.dispose();
  });

test('predict on no samples gives no predictions', () => {
  surviving(() => {
    const y = good.predict(new Float32Array(0));
    assert.deepEqual(y.shape, [0, 2]);
    assert.deepEqual([...y.data()], []);
    y.dispose();
  });
});

for (const dim of [NaN, Infinity, -1, 1.5, 2 ** 60, '3', null, undefined])
  test(`a tensor with a dimension of ${dim} is refused`, () => {
    for (const shape of [[dim], [0, dim], [dim, 0]])
      surviving(() => assertRaises(() => tensor(new Float32Array(0), shape), ValueError));
    surviving(() => assertRaises(() => tensor([], [0, dim], 'string'), KerasError));
  });

test('a shape with two unknown dimensions is refused for a tensor', () => {
  surviving(() => assertRaises(() => tensor([1], [-1, -1]), ValueError, 'invalid dimension'));
  surviving(() => assertRaises(() => tensor([1, 2], [0.5, 4]), ValueError, 'invalid dimension'));
});

test('the shape of a tensor must match its data', () => {
  for (const shape of [[2 ** 32, 2 ** 32], [2 ** 40], [65536, 65536]])
    surviving(() =>
      assertRaises(() => tensor(new Float32Array(0), shape), ValueError, 'cannot reshape array'),
    );
});

for (const shape of [[NaN], [1.5], [Infinity], [-1], [2 ** 70], ['3'], [3, -(2 ** 40)]])
  test(`an Input of shape ${JSON.stringify(shape.map(String))} is refused`, () => {
    surviving(() => assertRaises(() => Input({ shape }), KerasError));
  });

for (const n of [NaN, 1.5, Infinity, 2 ** 70])
  test(`${n} is refused as a count, axis, index or shape`, () => {
    const data = ops.zeros([2, 2]);
    for (const body of [
      () => ops.repeat(data, n),
      () => ops.tile(data, [n]),
      () => ops.zeros([n]),
      () => ops.reshape(data, [n]),
      () => ops.oneHot(place, n),
      () => ops.eye(n),
      () => ops.linspace(0, 1, n),
      () => ops.topK(data, n),
      () => ops.split(data, n),
      () => ops.unstack(data, n, 0.5),
      () => ops.roll(data, n),
      () => ops.expandDims(data, n),
      () => ops.sum(data, n),
      () => ops.transpose(data, [n, 0]),
      () => ops.segmentSum(data, [0, 1], n),
      () => random.uniform([n]),
      () => random.shuffle(data, { axis: n }),
      () => good.getLayer(null, n),
      () => good.summary({ printFn: null, lineLength: n }),
    ])
      surviving(() => {
        const error = assertRaises(body, KerasError);
        assert.notEqual(error.kind, 'InternalError', `${body}: ${error.message}`);
      });
    data.dispose();
  });

test('the lines of a summary have a limited length', () => {
  surviving(() => {
    for (const lineLength of [2 ** 32 + 100, 2 ** 53])
      assert.ok(good.summary({ printFn: null, lineLength }).length < 2 ** 26);
    for (const lineLength of [0, -1, -(2 ** 40)])
      assertRaises(() => good.summary({ printFn: null, lineLength }), ValueError);
    assert.ok(good.summary({ printFn: null, positions: [1e300] }).length < 2 ** 26);
    for (const positions of [[NaN], [-1e300, 1]])
      assertRaises(() => good.summary({ printFn: null, positions }), KerasError);
  });
});
