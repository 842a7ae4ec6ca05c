// ops: on numbers and tensors they compute, on KerasTensors they become part of the graph.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import {
  activations,
  AttributeError,
  ellipsis,
  Input,
  KerasTensor,
  kwargs,
  KerasTypeError,
  Model,
  ops,
  slice,
  tensor,
  ValueError,
} from '../support/keras.mjs';

const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

test('operations compute on tensors, numbers and nested arrays', () => {
  assert.deepEqual(ops.add(x, 1).array(), [
    [2, 3, 4],
    [5, 6, 7],
  ]);
  assert.deepEqual(ops.multiply(2, x).array(), [
    [2, 4, 6],
    [8, 10, 12],
  ]);
  assert.deepEqual(ops.subtract(x, [1, 1, 1]).array(), [
    [0, 1, 2],
    [3, 4, 5],
  ]);
  assert.deepEqual(ops.add(new Float32Array([1, 2]), new Float32Array([3, 4])).array(), [4, 6]);
});

test('arguments go by position, or by name in a last object', () => {
  const expected = [[6], [15]];
  assert.deepEqual(ops.sum(x, 1, true).array(), expected);
  assert.deepEqual(ops.sum(x, { axis: 1, keepdims: true }).array(), expected);
  assert.deepEqual(ops.sum(x, 1, { keepdims: true }).array(), expected);
  assert.deepEqual(ops.sum(x, undefined, true).array(), [[21]]);
  assert.deepEqual(ops.sum(x, kwargs({ axis: 1, keepdims: true })).array(), expected);
});

test('operations on KerasTensors are part of the graph', () => {
  const a = Input({ shape: [3] });
  const b = ops.concatenate([ops.relu(a), ops.multiply(a, 2)], { axis: -1 });
  assert.ok(b instanceof KerasTensor);
  assert.deepEqual(b.shape, [null, 6]);
  const model = new Model({ inputs: a, outputs: b });
  assert.deepEqual(
    model.operations.map((op) => op.className),
    ['InputLayer', 'Relu', 'Multiply', 'Concatenate'],
  );
  assert.deepEqual(model.predict([[1, -2, 3]]).array(), [[1, 0, 3, 2, -4, 6]]);
});

test('getItem takes what Python writes in brackets', () => {
  assert.deepEqual(ops.getItem(x, 0).array(), [1, 2, 3]);
  assert.deepEqual(ops.getItem(x, [slice(), 0]).array(), [1, 4]);
  assert.deepEqual(ops.getItem(x, [slice(), slice(null, null, 2)]).array(), [
    [1, 3],
    [4, 6],
  ]);
  assert.deepEqual(ops.getItem(x, [ellipsis, -1]).array(), [3, 6]);
  assert.deepEqual(ops.getItem(x, [null, 0]).shape, [1, 3]);
});

test('operations may return several tensors', () => {
  const parts = ops.split(x, 3, { axis: 1 });
  assert.deepEqual(
    parts.map((part) => part.array()),
    [
      [[1], [4]],
      [[2], [5]],
      [[3], [6]],
    ],
  );
});

test('names are those of Keras in camelCase', () => {
  assert.deepEqual(ops.expandDims(x, 0).shape, [1, 2, 3]);
  assert.deepEqual(ops.var(x, 1).shape, [2]);
  assert.equal(ops.expandDims.name, 'expandDims');
});

test('activations are functions', () => {
  assert.deepEqual(activations.relu(tensor([-1, 2])).array(), [0, 2]);
  assertClose(activations.softmax(tensor([[0, 0]])).array(), [[0.5, 0.5]]);
  assert.deepEqual(activations.leakyRelu(tensor([-1]), { negativeSlope: 0.5 }).array(), [-0.5]);
});

test('wrong calls get the errors of Python', () => {
  assertRaises(() => ops.add(x), KerasTypeError, "missing 1 required positional argument: 'x2'");
  assertRaises(() => ops.relu(x, 1, 2), KerasTypeError, 'positional argument');
  assertRaises(() => ops.reshape(x, [4, 4]), ValueError);
  assertRaises(() => ops.add(x, undefined), KerasTypeError);
  assertRaises(() => ops.add(x, Symbol('a')), KerasTypeError);
  assert.equal(ops.nonsense, undefined);
  void AttributeError;
});
