// Tensors of strings: one block of memory, in the core and across the boundary.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../support/assertions.mjs';
import * as keras from '../support/keras.mjs';

const { layers, ops, tensor } = keras;

test('strings come back as they were', () => {
  for (const strings of [
    ['a', '', 'bc'],
    ['é', '日本', '😀', ''],
    ['\ufeffx', '\0', 'a\0b', '\n'],
    [],
    ['', '', ''],
  ])
    assert.deepEqual(tensor(strings, null, 'string').array(), strings);
  assert.equal(tensor('scalar').array(), 'scalar');
  assert.deepEqual(
    tensor([
      ['a', 'b'],
      ['c', 'd'],
    ]).array(),
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  );
});

test('half of a surrogate pair becomes U+FFFD and does not join the next string', () => {
  assert.deepEqual(tensor(['\ud83d', '\ude00']).array(), ['\ufffd', '\ufffd']);
});

test('a copy of strings may have another shape, and no other dtype', () => {
  const strings = tensor(['a', 'é', 'c', 'd']);
  assert.deepEqual(tensor(strings, [2, 2]).array(), [
    ['a', 'é'],
    ['c', 'd'],
  ]);
  assertRaises(() => tensor(strings, [3]), keras.ValueError, 'cannot reshape');
  assertRaises(() => tensor(strings, null, 'float32'), keras.KerasTypeError);
  assertRaises(() => strings.data(), keras.KerasTypeError, 'array()');
});

test('a million strings leave no handles or bytes in the core', () => {
  const before = keras.memory();
  for (let round = 0; round < 3; ++round) {
    const strings = tensor(Array.from({ length: 1e6 }, (_, i) => `token ${i % 1000}`));
    assert.deepEqual([...strings.shape], [1e6]);
    strings.dispose();
  }
  const after = keras.memory();
  assert.equal(after.numTensors ?? after.tensors, before.numTensors ?? before.tensors);
});

test('operations on strings are refused, and the next call works', () => {
  const strings = tensor(['a', 'b']);
  for (const call of [
    () => ops.add(strings, 1),
    () => ops.sum(strings),
    () => ops.cast(strings, 'float32'),
    () => new layers.Dense(2).apply(tensor([['a']])),
    () => new layers.Embedding(3, 2).apply(strings),
  ]) {
    const error = assertRaises(call, keras.KerasError);
    assert.notEqual(error.kind, 'InternalError');
  }
  assert.deepEqual(ops.add(1, 2).array(), 3);
});

test('a model of strings returns strings, in batches', () => {
  const vocabulary = ['x', 'y'];
  const model = new keras.Sequential([
    keras.Input({ shape: [], dtype: 'string' }),
    new layers.StringLookup({ vocabulary }),
    new layers.StringLookup({ vocabulary, invert: true }),
  ]);
  const inputs = Array.from({ length: 70 }, (_, i) => ['x', 'y', 'é'][i % 3]);
  const wanted = inputs.map((token) => (token === 'é' ? '[UNK]' : token));
  assert.deepEqual(model.predict(inputs).array(), wanted);
  assert.deepEqual(model.predict(inputs, { batchSize: 7 }).array(), wanted);
});
