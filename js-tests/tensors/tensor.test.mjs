// Tensors: from plain data to memory and back.
import assert from 'node:assert/strict';
import test from 'node:test';
import { runInNewContext } from 'node:vm';
import { assertRaises } from '../support/assertions.mjs';
import { Input, KerasTypeError, memory, tensor, ValueError } from '../support/keras.mjs';

test('nested arrays keep their shape', () => {
  const values = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const made = tensor(values);
  assert.deepEqual([made.shape, made.dtype, made.size, made.rank], [[2, 3], 'float32', 6, 2]);
  assert.deepEqual(made.array(), values);
  assert.deepEqual(made.data(), new Float32Array([1, 2, 3, 4, 5, 6]));
});

test('a scalar has shape []', () => {
  assert.deepEqual(tensor(2.5).shape, []);
  assert.equal(tensor(2.5).array(), 2.5);
});

test('the shape may be given with flat data', () => {
  assert.deepEqual(tensor(new Float32Array([1, 2, 3, 4]), [2, 2]).array(), [
    [1, 2],
    [3, 4],
  ]);
});

test('typed arrays keep their dtype', () => {
  const arrays = [
    [new Float32Array([1.5]), 'float32'],
    [new Float64Array([1.5]), 'float64'],
    [new Int8Array([-1]), 'int8'],
    [new Int16Array([-1]), 'int16'],
    [new Int32Array([-1]), 'int32'],
    [new Uint8Array([255]), 'uint8'],
    [new Uint16Array([65535]), 'uint16'],
    [new Uint32Array([4294967295]), 'uint32'],
    [new BigInt64Array([-5n]), 'int64'],
    [new BigUint64Array([5n]), 'uint64'],
  ];
  for (const [array, dtype] of arrays) {
    const made = tensor(array);
    assert.equal(made.dtype, dtype);
    assert.deepEqual(made.data(), array);
  }
  assert.equal(tensor(new Uint8ClampedArray([7])).dtype, 'uint8');
});

test('a dtype may be requested', () => {
  assert.deepEqual(tensor([1.7, -1.7], null, 'int32').array(), [1, -1]);
  assert.deepEqual(tensor([0, 2], null, 'bool').array(), [false, true]);
  assert.deepEqual(tensor([1, 2], null, 'int64').data(), new BigInt64Array([1n, 2n]));
  assert.deepEqual(tensor([1, 2], null, 'int64').array(), [1, 2]);
});

test('half-precision floats are stored as such and read as float32', () => {
  for (const [dtype, expected] of [
    ['float16', 0.0999755859375],
    ['bfloat16', 0.10009765625],
  ]) {
    const made = tensor([0.1], null, dtype);
    assert.equal(made.dtype, dtype);
    assert.equal(made.bytes().length, 2);
    assert.deepEqual(made.array(), [expected]);
  }
});

test('booleans and strings are valid data', () => {
  assert.deepEqual(tensor([true, false]).array(), [true, false]);
  assert.deepEqual(tensor([true, false]).data(), new Uint8Array([1, 0]));
  const words = tensor([
    ['a', 'b'],
    ['c', 'äö'],
  ]);
  assert.equal(words.dtype, 'string');
  assert.deepEqual(words.array(), [
    ['a', 'b'],
    ['c', 'äö'],
  ]);
  assertRaises(() => words.data(), KerasTypeError, 'array()');
});

test('a tensor of a tensor is a copy in another shape or dtype', () => {
  const made = tensor(tensor([1, 2, 3, 4]), [2, 2], 'int32');
  assert.deepEqual([made.shape, made.dtype], [[2, 2], 'int32']);
  assert.deepEqual(made.array(), [
    [1, 2],
    [3, 4],
  ]);
});

test('tensors may be empty', () => {
  assert.deepEqual(tensor([]).shape, [0]);
  assert.deepEqual(tensor(new Float32Array(0), [0, 3]).array(), []);
});

test('numbers that float32 can hold survive', () => {
  const values = [0, -0, 1e-45, 3.4028234663852886e38, Infinity, -Infinity, NaN];
  const back = tensor(values).array();
  values.forEach((value, i) => assert.ok(Object.is(back[i], Math.fround(value)), `${value}`));
});

test('data() is a copy: changing it changes nothing', () => {
  const made = tensor([1, 2]);
  made.data()[0] = 9;
  assert.deepEqual(made.array(), [1, 2]);
});

test('data read before memory grew does not change', () => {
  const made = tensor([1, 2]);
  const data = made.data();
  const big = tensor(new Float32Array(8e6));
  assert.deepEqual([...data], [1, 2]);
  assert.deepEqual(made.array(), [1, 2]);
  big.dispose();
});

test('invalid data is refused with a message', () => {
  assertRaises(() => tensor([[1], [2, 3]]), ValueError, 'inhomogeneous');
  assertRaises(() => tensor([1, 'a']), KerasTypeError, '"a"');
  assertRaises(() => tensor(['a', 1]), KerasTypeError);
  assertRaises(
    () => tensor([1, 2], [3]),
    ValueError,
    'cannot reshape array of size 2 into shape (3,)',
  );
});

test('a symbolic tensor has a name and no data', () => {
  const x = Input({ shape: [2, null], name: 'x', dtype: 'int32' });
  assert.deepEqual([x.shape, x.dtype, x.name, x.size], [[null, 2, null], 'int32', 'x', null]);
  assertRaises(() => x.data(), ValueError, 'symbolic');
  assertRaises(() => x.array(), ValueError, 'symbolic');
});

test('memory() counts tensors and their bytes', () => {
  const before = memory();
  const made = tensor(new Float32Array(256));
  const during = memory();
  assert.equal(during.handles - before.handles, 1);
  assert.equal(during.bytes - before.bytes, 1024);
  made.dispose();
  assert.deepEqual(memory(), before);
});

test('typed arrays of another realm are accepted', () => {
  const made = runInNewContext(
    '[new Float32Array([1.5, 2]), new Int32Array([1, 2]), new BigInt64Array([1n, 2n]), new Uint8ClampedArray([300, 2])]',
  );
  const [floats, integers, big, clamped] = made.map((data) => tensor(data));
  assert.deepEqual([floats.dtype, floats.array()], ['float32', [1.5, 2]]);
  assert.deepEqual([integers.dtype, integers.array()], ['int32', [1, 2]]);
  assert.deepEqual([big.dtype, big.array()], ['int64', [1, 2]]);
  assert.deepEqual([clamped.dtype, clamped.array()], ['uint8', [255, 2]]);
});
