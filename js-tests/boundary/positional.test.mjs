// Keras's first arguments by position, as Python people type them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import * as keras from '../support/keras.mjs';
import { assertRaises } from '../support/assertions.mjs';

const { cloneModel, constraints, dtypePolicies, initializers, Input, KerasTypeError } = keras;
const { layers, Model, random, regularizers, Sequential } = keras;

const name = 'same';

test('constructors take the first arguments of Keras by position, and then options', () => {
  const pairs = [
    [new layers.Dense(8, { name }), new layers.Dense({ units: 8, name })],
    [
      new layers.Dense(8, 'relu', { name }),
      new layers.Dense({ units: 8, activation: 'relu', name }),
    ],
    [
      new layers.Conv2D(16, [3, 1], { padding: 'same', use_bias: false, name }),
      new layers.Conv2D({ filters: 16, kernelSize: [3, 1], padding: 'same', useBias: false, name }),
    ],
    [new layers.LSTM(4, { returnSequences: true, name }), new layers.LSTM({ units: 4, returnSequences: true, name })], // prettier-ignore
    [new layers.Embedding(10, 4, { name }), new layers.Embedding({ inputDim: 10, outputDim: 4, name })], // prettier-ignore
    [new layers.MultiHeadAttention(2, 8, { name }), new layers.MultiHeadAttention({ numHeads: 2, keyDim: 8, name })], // prettier-ignore
    [new layers.Resizing(4, 5, { name }), new layers.Resizing({ height: 4, width: 5, name })],
    [new layers.Concatenate(1, { name }), new layers.Concatenate({ axis: 1, name })],
    [new layers.LeakyReLU(0.2, { name }), new layers.LeakyReLU({ negativeSlope: 0.2, name })],
    [new layers.Reshape([2, 3], { name }), new layers.Reshape({ targetShape: [2, 3], name })],
    [new regularizers.L2(0.01), new regularizers.L2({ l2: 0.01 })],
    [new regularizers.L1L2(0.01, 0.1), new regularizers.L1L2({ l1: 0.01, l2: 0.1 })],
    [new initializers.RandomNormal(0, 0.1), new initializers.RandomNormal({ mean: 0, stddev: 0.1 })], // prettier-ignore
    [new constraints.MaxNorm(3), new constraints.MaxNorm({ maxValue: 3 })],
    [new dtypePolicies.DTypePolicy('mixed_float16'), new dtypePolicies.DTypePolicy({ name: 'mixed_float16' })], // prettier-ignore
    [new random.SeedGenerator(1337, { name }), new random.SeedGenerator({ seed: 1337, name })],
  ];
  for (const [positional, named] of pairs)
    assert.deepEqual(positional.getConfig(), named.getConfig());
});

test('layers, cells and functions may be first arguments', () => {
  const inner = new layers.LSTM(4);
  assert.equal(new layers.Bidirectional(inner, 'sum').mergeMode, 'sum');
  assert.equal(new layers.RNN(new layers.GRUCell(3), true).returnSequences, true);
  assert.equal(new layers.TimeDistributed(inner).layer, inner);
  const twice = new layers.Lambda((x) => keras.ops.multiply(x, 2));
  assert.deepEqual(twice.apply(keras.tensor([3])).array(), [6]);
});

test('Input takes a shape, and Model its inputs and outputs', () => {
  assert.deepEqual(Input([4], { name: 'a' }).shape, [null, 4]);
  assert.deepEqual(Input([4], 2).shape, [2, 4]);
  const x = Input([4], { name: 'x' });
  const y = new layers.Dense(2).apply(x);
  assert.equal(new Model(x, y, { name: 'net' }).name, 'net');
  assert.deepEqual(new Model([x], [y]).outputs, [y]);
  assert.deepEqual(Object.keys(new Model({ x }, { y }).predict({ x: [[1, 2, 3, 4]] })), ['y']);
});

test('an argument given twice and more arguments than Keras has are errors', () => {
  assertRaises(() => new layers.Dense(8, { units: 3 }), KerasTypeError, "multiple values for argument 'units'"); // prettier-ignore
  assertRaises(() => new layers.Conv2D(8, 3, { kernel_size: 3 }), KerasTypeError, "multiple values for argument 'kernelSize'"); // prettier-ignore
  assertRaises(
    () => new layers.Dense(8, 'relu', true),
    KerasTypeError,
    'Dense takes units and activation by position, and its other arguments in an object of options. Received: true',
  );
  assertRaises(() => new layers.Conv2D(8), KerasTypeError, "missing 1 required positional argument: 'kernel_size'"); // prettier-ignore
});

test('a class that extends a layer takes its arguments, and is cloned from its config', () => {
  class Own extends layers.Dense {
    static className = 'Own';
    constructor(units, options) {
      super(units, options);
    }
  }
  const model = new Sequential([Input([2]), new Own(3, { name: 'own' })]);
  const [copy] = cloneModel(model).layers;
  assert.equal(copy.units, 3);
  assert.notEqual(copy, model.layers[0]);
});

// Keras's classes whose first arguments are not positional here, or whose names differ.
const madeOfOptions = ['DTypePolicy', 'InputLayer', 'InputSpec'];

test('every argument that Keras has first is an option of the class here', () => {
  const path = new URL('../../tools/generate/positional.json', import.meta.url);
  const listed = Object.entries(JSON.parse(readFileSync(path, 'utf8')));
  const families = [initializers, layers, regularizers, constraints, dtypePolicies];
  let checked = 0;
  for (const [className, [first]] of listed) {
    const Class = families.map((family) => family[className]).find(Boolean);
    if (!Class || madeOfOptions.includes(className)) continue;
    assert.throws(() => new Class(1, { [first]: 1 }), /multiple values for argument/, className);
    ++checked;
  }
  assert.ok(checked > 120, `${checked}`);
});
