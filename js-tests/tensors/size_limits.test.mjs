// Sizes beyond any memory raise an error that says so, and everything stays usable.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../support/assertions.mjs';
import {
  Input,
  KerasError,
  Model,
  modelFromJson,
  ops,
  random,
  RuntimeError,
  tensor,
  ValueError,
} from '../support/keras.mjs';
import { surviving } from '../support/survival.mjs';

function assertTooLarge(body, message) {
  surviving(() => assertRaises(body, RuntimeError, message));
}

const record = (class_name, config) => ({
  module: 'keras.layers',
  class_name,
  config,
  registered_name: null,
});
const zeros = {
  module: 'keras.initializers',
  class_name: 'Zeros',
  config: {},
  registered_name: null,
};

function sequential(batch_shape, layer, dtype = 'float32') {
  const input = record('InputLayer', { batch_shape, dtype, name: 'i' });
  const config = { name: 's', layers: [input, layer] };
  return modelFromJson(
    JSON.stringify({ module: 'keras', class_name: 'Sequential', config, registered_name: null }),
  );
}

/** Calls `use` with a model and then disposes of it. */
function withModel(batchShape, layer, use, dtype) {
  const model = sequential(batchShape, layer, dtype);
  try {
    return use(model);
  } finally {
    model.dispose();
  }
}

const limit = 'and at most 4294901760 can be addressed';

// --- Weights ---

test('an embedding of 4 GiB opens, and its prediction says that its weights do not fit', () => {
  const layer = record('Embedding', {
    name: 'e',
    input_dim: 2 ** 30,
    output_dim: 1,
    embeddings_initializer: zeros,
  });
  assertTooLarge(
    () => withModel([null, 4], layer, (model) => model.predict(new Int32Array(12)), 'int32'),
    `a tensor of shape (1073741824, 1) and dtype float32 has 4294967296 bytes, ${limit}`,
  );
});

test('a model with 4 GiB of weights opens and has counts and a summary', () => {
  const layer = record('Dense', { name: 'e', units: 2 ** 30, kernel_initializer: zeros });
  surviving(() =>
    withModel([null, 1], layer, (model) => {
      assert.equal(model.countParams(), 2 ** 31);
      assert.match(model.summary({ printFn: null }), /2,147,483,648/);
    }),
  );
});

for (const [title, layer] of [
  ['zeros', record('Dense', { name: 'e', units: 2 ** 30, kernel_initializer: zeros })],
  ['random numbers', record('Dense', { name: 'e', units: 2 ** 30 })],
])
  for (const [what, use] of [
    ['predicting', (model) => model.predict(new Float32Array(1))],
    ['reading the weights', (model) => model.getWeights()],
    ['reading one variable', (model) => model.weights[0].value()],
  ])
    test(`${what} with weights of 4 GiB of ${title} says what does not fit`, () => {
      assertTooLarge(
        () => withModel([null, 1], layer, use),
        /Out of memory: a tensor of shape \((1, )?1073741824,?\) and dtype float32 has 4294967296 bytes/,
      );
    });

test('sizes beyond 64 bits are an error with shape and dtype', () => {
  assertTooLarge(
    () =>
      withModel(
        [null, 7, 6, 3],
        record('SeparableConv2D', {
          name: 'e',
          filters: 4,
          depth_multiplier: 2 ** 61,
          kernel_size: 3,
        }),
        (model) => model.predict(new Float32Array(126)),
      ),
    /a tensor of shape \(3, 3, 3, 2305843009213\d+\) and dtype float32 has more than 2\*\*64 bytes/,
  );
  assertTooLarge(
    () =>
      withModel(
        [null, 2, 3, 2, 3],
        record('Conv3DTranspose', { name: 'e', filters: 4, kernel_size: [1e15, 3, 3] }),
        (model) => model.predict(new Float32Array(36)),
      ),
    'a tensor of shape (1000000000000000, 3, 3, 4, 3) and dtype float32 has 432000000000000000 bytes',
  );
  assertTooLarge(
    () =>
      withModel([null, 4], record('Dense', { name: 'e', units: 2 ** 62 }), (model) =>
        model.getWeights(),
      ),
    'has more than 2**64 bytes',
  );
});

for (const units of [2 ** 31, 2 ** 62])
  test(`a layer of ${units} units opens, and its weights have their shape`, () => {
    surviving(() =>
      withModel([null, 4], record('Dense', { name: 'e', units }), (model) =>
        assert.deepEqual(model.weights[0].shape, [4, Number(JSON.stringify(units))]),
      ),
    );
  });

for (const [name, config] of [
  ['LSTM', { units: 2 ** 61 }],
  ['GRU', { units: 2 ** 62 }],
  ['SimpleRNN', { units: 2 ** 40 }],
  ['Conv1D', { filters: 2 ** 62, kernel_size: 2 ** 62 }],
  ['Conv1DTranspose', { filters: 2 ** 30, kernel_size: 2 ** 40, strides: 2 ** 62 }],
  ['DepthwiseConv1D', { kernel_size: 2 ** 40, depth_multiplier: 2 ** 62 }],
  ['UpSampling1D', { size: 2 ** 62 }],
  ['ZeroPadding1D', { padding: [2 ** 62, 2 ** 62] }],
  ['Cropping1D', { cropping: [2 ** 62, 2 ** 62] }],
  ['MaxPooling1D', { pool_size: 2 ** 40, padding: 'same' }],
  ['AveragePooling1D', { pool_size: 2 ** 62, strides: 2 ** 62, padding: 'same' }],
  ['AdaptiveAveragePooling1D', { output_size: 2 ** 40 }],
  ['ConvLSTM1D', { filters: 2 ** 61, kernel_size: 3 }],
  ['EinsumDense', { equation: 'abc,cd->abd', output_shape: [4, 2 ** 62] }],
  ['MultiHeadAttention', { num_heads: 2 ** 40, key_dim: 2 ** 40 }],
  ['GaussianDropout', { rate: 0.5 }],
])
  test(`${name} with ${JSON.stringify(config)} computes or says what does not fit`, () => {
    surviving(() => {
      const shape = name.startsWith('ConvLSTM') ? [null, 2, 4, 3] : [null, 4, 3];
      const size = shape.slice(1).reduce((product, dim) => product * dim);
      try {
        withModel(shape, record(name, { name: 'e', ...config }), (model) =>
          model.predict(new Float32Array(size)).dispose(),
        );
      } catch (error) {
        assert.ok(error instanceof KerasError, `${error.name}: ${error.message}`);
        assert.notEqual(error.kind, 'InternalError', error.message);
      }
    });
  });

// --- Operations ---

const one = tensor([1]);
const place = tensor([1], [1], 'int32');
const origin = tensor([[0]], [1, 1], 'int32');
const three = ops.zeros([3]);
const four = ops.zeros([4]);
const empty = ops.zeros([0]);
const matrix = ops.zeros([2, 2]);
const pixel = ops.zeros([1, 1, 1]);
const sequence = ops.zeros([1, 4, 1]);
const taps = ops.zeros([3, 1, 1]);
const long = ops.zeros([2 ** 17]);
const column = ops.zeros([2 ** 17, 1]);
const row = ops.zeros([1, 2 ** 17]);

for (const [title, body, text] of [
  [
    'zeros of 2**30 - 1',
    () => ops.zeros([2 ** 30 - 1]),
    '(1073741823,) and dtype float32 has 4294967292 bytes',
  ],
  [
    'zeros of 2**30 + 4',
    () => ops.zeros([2 ** 30 + 4]),
    '(1073741828,) and dtype float32 has 4294967312 bytes',
  ],
  [
    'ones of 2**31 x 2**31',
    () => ops.ones([2 ** 31, 2 ** 31]),
    '(2147483648, 2147483648) and dtype float32 has more than 2**64 bytes',
  ],
  [
    'ones of 65536 x 65536',
    () => ops.ones([65536, 65536]),
    '(65536, 65536) and dtype float32 has 17179869184 bytes',
  ],
  [
    'zeros of 2**32 x 2**32',
    () => ops.zeros([2 ** 32, 2 ** 32]),
    '(4294967296, 4294967296) and dtype float32',
  ],
  [
    'zeros of 0 x 2**32 x 2**32',
    () => ops.zeros([0, 2 ** 32, 2 ** 32]),
    '(0, 4294967296, 4294967296) and dtype float32',
  ],
  [
    'full',
    () => ops.full([2 ** 40], 1, 'uint8'),
    '(1099511627776,) and dtype uint8 has 1099511627776 bytes',
  ],
  ['repeat', () => ops.repeat(one, 2 ** 30 + 2), '(1073741826,)'],
  ['tile', () => ops.tile(one, [2 ** 30 + 2]), '(1073741826,)'],
  ['broadcastTo', () => ops.broadcastTo(one, [2 ** 30 + 2]), '(1073741826,)'],
  ['pad', () => ops.pad(one, [[0, 2 ** 30 + 1]]), '(1073741826,)'],
  ['oneHot', () => ops.oneHot(place, 2 ** 30 + 2), '(1, 1073741826)'],
  ['eye of 2**16', () => ops.eye(2 ** 16), '(65536, 65536)'],
  ['eye of 2**16 + 1', () => ops.eye(2 ** 16 + 1, 2 ** 16), '(65537, 65536)'],
  ['tri', () => ops.tri(2 ** 33), '(8589934592, 8589934592)'],
  ['arange', () => ops.arange(0, 2 ** 30 + 2), '(1073741826,)'],
  ['arange to 1e300', () => ops.arange(0, 1e300), 'and dtype float64'],
  ['linspace', () => ops.linspace(0, 1, 2 ** 30 + 2), '(1073741826,)'],
  ['hanning', () => ops.hanning(2 ** 31), '(2147483648,)'],
  ['segmentSum', () => ops.segmentSum(one, place, 2 ** 31), '(2147483648,)'],
  ['scatter', () => ops.scatter(origin, one, [2 ** 31]), '(2147483648,)'],
  ['bincount', () => ops.bincount(place, { minlength: 2 ** 40 }), '(1, 1099511627776)'],
  ['unique', () => ops.unique(one, { size: 2 ** 40 }), '(1099511627776,)'],
  ['histogram', () => ops.histogram(one, 2 ** 40), '(1099511627777,)'],
  ['vander', () => ops.vander(one, 2 ** 40), '(1099511627776,)'],
  ['outer', () => ops.outer(long, long), '(131072, 131072)'],
  ['matmul', () => ops.matmul(column, row), '(131072, 131072)'],
  ['expandDims and add', () => ops.add(column, long), '(131072, 131072)'],
  ['diagflat', () => ops.diagflat(one, 2 ** 40), '(1099511627777,'],
  ['resize', () => ops.image.resize(pixel, [2 ** 20, 2 ** 20]), '(1, 1048576, 1048576, 1)'],
  [
    'random.uniform',
    () => random.uniform([32768, 32768]),
    '(32768, 32768) and dtype float32 has 4294967296 bytes',
  ],
  ['random.normal', () => random.normal([2 ** 33]), '(8589934592,)'],
  ['random.randint', () => random.randint([2 ** 33], 0, 2), '(8589934592,)'],
  ['random.gamma', () => random.gamma([2 ** 33], 1), '(8589934592,)'],
])
  test(`${title} says which tensor does not fit`, () => {
    const made = [];
    assertTooLarge(() => made.push(body()), text);
    assert.deepEqual(made, []);
  });

for (const [title, body] of [
  ['repeat 2**62 times', () => ops.repeat(four, 2 ** 62)],
  ['pad by 2**62 on both sides', () => ops.pad(one, [[2 ** 62, 2 ** 62]])],
  ['reshape to 2**32 x 2**32', () => ops.reshape(one, [2 ** 32, 2 ** 32])],
  ['reshape nothing to 2**32 x 2**32', () => ops.reshape(empty, [2 ** 32, 2 ** 32])],
  ['reshape to negative sizes', () => ops.reshape(four, [-2, -2])],
  ['zeros of a negative size', () => ops.zeros([-1])],
  ['zeros of two negative sizes', () => ops.zeros([-2, -2])],
  ['uniform numbers of a negative size', () => random.uniform([-2])],
  ['uniform numbers of an unknown size', () => random.uniform([-1])],
  [
    'a convolution with a dilation of 2**62',
    () => ops.conv(sequence, taps, 1, 'same', null, 2 ** 62),
  ],
  ['one count for three elements', () => ops.repeat(three, [1, 2], 0)],
  ['one shift too many', () => ops.roll(matrix, [1, 2, 3], [0, 1])],
])
  test(`${title} is a ValueError`, () => {
    surviving(() => assertRaises(body, ValueError));
  });

// --- Plans ---

test('intermediate results that do not fit are an error of the prediction', () => {
  const input = Input({ shape: [1] });
  const square = ops.multiply(input, ops.transpose(input));
  const model = new Model({ inputs: input, outputs: ops.sum(ops.exp(square)) });
  assertTooLarge(
    () => model.predict(new Float32Array(40_000), { batchSize: 40_000 }),
    '(40000, 40000) and dtype float32 has 6400000000 bytes',
  );
});

test('intermediate results that only fit one at a time are an error of the prediction', () => {
  const input = Input({ batchShape: [null, 1] });
  const column = ops.exp(input);
  const square = ops.multiply(column, ops.transpose(column));
  const outputs = ops.sum(ops.add(ops.cumsum(square, 0), ops.cumsum(square, 1)));
  const model = new Model({ inputs: input, outputs });
  assertTooLarge(
    () => model.predict(new Float32Array(20_000), { batchSize: 20_000 }),
    /what the steps of a prediction hand on has \d+ bytes, and at most/,
  );
});

for (const [name, config, shape, length] of [
  ['UpSampling1D', { size: 2 ** 29 + 1 }, [null, 2, 1], 2],
  ['RepeatVector', { n: 2 ** 30 + 1 }, [null, 1], 1],
  ['ZeroPadding1D', { padding: [0, 2 ** 30] }, [null, 2, 1], 2],
  ['Conv1D', { filters: 2 ** 30, kernel_size: 1, kernel_initializer: zeros }, [null, 4, 1], 4],
])
  test(`a prediction of ${name} says which tensor does not fit`, () => {
    assertTooLarge(
      () =>
        withModel(shape, record(name, { name: 'e', ...config }), (model) =>
          model.predict(new Float32Array(length)),
        ),
      /Out of memory: a tensor of shape \(1, \d+, \d+\) and dtype float32 has \d+ bytes/,
    );
  });
