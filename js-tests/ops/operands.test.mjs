// Operands and arguments that do not fit are refused or computed as in Keras, and never read other memory.
// native-tests/layers/operands_test.cpp has the built-in layers alone.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import { readFileSync } from 'node:fs';
import {
  IndexError,
  Initializer,
  Input,
  KerasError,
  kwargs,
  Layer,
  layers,
  Model,
  modelFromJson,
  ops,
  tensor,
  ValueError,
} from '../support/keras.mjs';

const fixture = new URL('../fixtures/operands.json', import.meta.url);
const { initializers, cells } = JSON.parse(readFileSync(fixture, 'utf8'));

const count = (shape) => shape.reduce((product, dim) => product * dim, 1);
/** As `filled` in tools/fixtures/make_user_operands.py. */
const filled = (shape) =>
  tensor(
    Float32Array.from({ length: count(shape) }, (_, i) => (((i * 37) % 23) - 11) / 16),
    shape,
  );

for (const { layer, slot, returns, ...row } of initializers)
  test(`${layer}: a ${slot} that returns the shape (${returns})`, () => {
    class Halves extends Initializer {
      static className = 'Halves';
      call(_, dtype) {
        return ops.full(returns, 0.5, dtype);
      }
    }
    const made = new layers[layer]({ ...row.arguments, [slot]: new Halves() });
    const x = filled(row.input);
    const model = () => {
      const input = Input({ batchShape: row.input });
      return new Model({ inputs: input, outputs: made.apply(input) }).predict(x);
    };
    if (row.error) {
      assertRaises(() => made.apply(x), KerasError);
      assertRaises(model, KerasError);
      return;
    }
    assertClose(made.apply(x).array(), row.result);
    assert.deepEqual(
      made.weights.map((weight) => weight.shape),
      row.weights,
    );
  });

for (const { unroll, steps, returns, result } of cells)
  test(`a cell of state size 3 that returns ${returns}, ${steps} steps${unroll ? ', unrolled' : ''}`, () => {
    class Widening extends Layer {
      static className = 'Widening';
      stateSize = 3;
      call(inputs, states) {
        const sum = (x) => ops.sum(x, { axis: -1, keepdims: true });
        const total = ops.add(sum(inputs), sum(states[0]));
        return [total, [ops.tile(total, [1, returns])]];
      }
    }
    const rnn = new layers.RNN({ cell: new Widening(), unroll });
    const x = filled([2, steps, 2]);
    if (result) assertClose(rnn.apply(x).array(), result);
    else assertRaises(() => rnn.apply(x), ValueError, 'must keep its shape from step to step');
  });

for (const [name, states] of [
  ['SimpleRNN', 1],
  ['GRU', 1],
  ['LSTM', 2],
])
  test(`${name} refuses an initial state narrower than its units, eagerly and in a model`, () => {
    const layer = new layers[name]({ units: 64 });
    const state = () => Array.from({ length: states }, () => tensor([[7]]));
    assertRaises(
      () => layer.apply(filled([1, 1, 4]), kwargs({ initial_state: state() })),
      ValueError,
    );
    const x = Input({ shape: [1, 4] });
    const s = state().map(() => Input({ shape: [1] }));
    const y = layer.apply(x, kwargs({ initial_state: s }));
    const model = new Model({ inputs: [x, ...s], outputs: y });
    assertRaises(() => model.predict([filled([1, 1, 4]), ...state()]), ValueError);
  });

test('a recurrent layer in a model refuses features that it was not built for', () => {
  for (const name of ['SimpleRNN', 'GRU', 'LSTM']) {
    const layer = new layers[name]({ units: 3 });
    layer.apply(Input({ shape: [5, 4] }));
    const x = Input({ shape: [5, 40] });
    const model = () => new Model({ inputs: x, outputs: layer.apply(x) });
    assertRaises(() => model().predict(filled([2, 5, 40])), ValueError);
  }
});

test('computeOutputShape of a recurrent layer refuses too few axes', () => {
  for (const name of ['SimpleRNN', 'GRU', 'LSTM'])
    for (const returnSequences of [false, true]) {
      const layer = new layers[name]({ units: 3, returnSequences });
      const shape = () => layer.computeOutputShape([3]);
      if (returnSequences) assertRaises(shape, IndexError, 'tuple index out of range');
      else assert.deepEqual(shape(), [3, 3]);
    }
});

test('`call` of an unbuilt layer builds it', () => {
  const dense = new layers.Dense({ units: 2, kernelInitializer: 'ones' });
  assert.deepEqual(dense.call(tensor([[1, 2]])).array(), [[3, 3]]);
  assert.equal(dense.built, true);
  const attention = new layers.MultiHeadAttention({ numHeads: 1, keyDim: 2 });
  const x = filled([1, 3, 2]);
  assert.deepEqual(attention.call(x, x).shape, [1, 3, 2]);
});

test('a layer declared as built without weights is built by its first call', () => {
  const dense = new layers.Dense({ units: 2, kernelInitializer: 'ones' });
  dense.built = true;
  assert.deepEqual(dense.apply(tensor([[1, 2]])).array(), [[3, 3]]);
  class Twice extends layers.Dense {
    static className = 'Twice';
    build() {
      this.built = true;
    }
    call(x) {
      return ops.multiply(super.call(x), 2);
    }
  }
  const twice = new Twice({ units: 2, kernelInitializer: 'ones' });
  assert.deepEqual(twice.apply(tensor([[1, 2]])).array(), [[6, 6]]);
});

const layerRecord = (class_name, config, buildConfig) => ({
  module: 'keras.layers',
  class_name,
  config: { name: 'l', ...config },
  registered_name: null,
  ...(buildConfig === undefined ? {} : { build_config: buildConfig }),
});
const cell = (class_name, buildConfig, config) => ({
  cell: layerRecord(class_name, { units: 3, ...config }, buildConfig),
});

/** A model of an input and this layer, as Keras writes it. */
function modelJson(shape, record) {
  const input = { batch_shape: shape, dtype: 'float32', name: 'i' };
  const history = { shape, dtype: 'float32', keras_history: ['i', 0, 0] };
  const args = [{ class_name: '__keras_tensor__', config: history }];
  return JSON.stringify({
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    registered_name: 'Functional',
    config: {
      name: 'f',
      layers: [
        { ...layerRecord('InputLayer', input), name: 'i', inbound_nodes: [] },
        { ...record, name: 'l', inbound_nodes: [{ args, kwargs: {} }] },
      ],
      input_layers: ['i', 0, 0],
      output_layers: ['l', 0, 0],
    },
  });
}

const traps = [
  [[null, 4, 4], layerRecord('RNN', cell('GRUCell', { input_shape: null }))],
  [[null, 4, 4], layerRecord('RNN', cell('LSTMCell', { input_shape: [] }))],
  [[null, 4, 4], layerRecord('RNN', cell('SimpleRNNCell', { input_shape: [[null, 4]] }))],
  [[null, 1], layerRecord('RNN', cell('GRUCell', { input_shape: [null, 4] }))],
  [[null, 5, 50], layerRecord('RNN', cell('GRUCell', { input_shape: [null, 4] }))],
  [[null, 5, 4], layerRecord('RNN', cell('GRUCell', { input_shape: [null, 400] }))],
  [[null, 5, 4], layerRecord('GRU', { units: 3 }, { input_shape: [null, 5, 400] })],
  [[null, 5, 400], layerRecord('LSTM', { units: 3 }, { input_shape: [null, 5, 4] })],
  [[null, 400], layerRecord('LayerNormalization', {}, { input_shape: [null, 4] })],
  [[null, 3, 5, 5, 2], layerRecord('ConvLSTM2D', { filters: 2, kernel_size: 2, strides: 0 })],
  [[null, 3, 5, 5, 2], layerRecord('ConvLSTM2D', { filters: -3, kernel_size: 2 })],
  [[null, 3, 5, 5, 0], layerRecord('ConvLSTM2D', { filters: 2, kernel_size: 2 })],
  [[null, 4, 4], layerRecord('LSTM', { units: 3, bias_initializer: null })],
  [[null, 4], layerRecord('EinsumDense', { equation: 'ab,bc->ac', output_shape: -3 })],
  [[null, 4, 4], layerRecord('RNN', cell('GRUCell', null, { dtype: 'string' }))],
  [[null], layerRecord('AdaptiveAveragePooling1D', { output_size: 2 })],
];
for (const [shape, record] of traps)
  test(`the config ${JSON.stringify([shape, record])} cannot be computed and is refused`, () => {
    const x = filled(shape.map((dim) => dim ?? 2));
    const error = assertRaises(
      () => modelFromJson(modelJson(shape, record)).predict(x),
      KerasError,
    );
    assert.notEqual(error.kind, 'InternalError');
    const dense = new layers.Dense({ units: 1, kernelInitializer: 'ones' });
    assert.deepEqual(dense.apply(tensor([[1, 2]])).array(), [[3]]);
  });

test('a build_config without a shape leaves the layer to be built by its input', () => {
  for (const buildConfig of ['x', { query_shape: [] }]) {
    const record = layerRecord('Dense', { units: 3 }, buildConfig);
    assert.deepEqual(
      modelFromJson(modelJson([null, 4], record)).predict(filled([1, 4])).shape,
      [1, 3],
    );
  }
});

test('windows, strides and blocks of size zero are refused', () => {
  const x = filled([1, 4, 1]);
  const kernel = filled([2, 1, 1]);
  const image = filled([1, 4, 4, 1]);
  const signal = filled([1000]);
  for (const call of [
    () => ops.maxPool(x, 0, 1),
    () => ops.maxPool(x, 2, 0),
    () => ops.conv(x, kernel, 0),
    () => ops.conv(x, kernel, 1, 'valid', undefined, 0),
    () => ops.convTranspose(x, kernel, 0),
    () => ops.depthwiseConv(x, kernel, 0),
    () => ops.image.extractPatches(image, [0, 0]),
    () => ops.stft(signal, 100, 0, 128),
    () => ops.extractSequences(signal, 100, 0),
    () => ops.zeros([-1]),
    () => ops.full([-2, 3], 1),
    () => ops.linspace(0, 1, -1),
    () => ops.reshape(filled([4]), [-2, -2]),
    () => ops.repeat(filled([3]), tensor([-1, 2, 3], [3], 'int32'), 0),
    () => ops.sliceUpdate(filled([3]), [0], filled([5])),
    () => ops.scatterUpdate(filled([3]), tensor([[0], [1]], [2, 1], 'int32'), filled([5])),
    () => ops.solve(filled([2, 2]), filled([3, 1])),
  ]) {
    const error = assertRaises(call, KerasError);
    assert.notEqual(error.kind, 'InternalError', `${call}: ${error.message}`);
  }
});
