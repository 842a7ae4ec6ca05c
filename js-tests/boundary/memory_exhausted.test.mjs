// When memory is exhausted, allocations raise errors and existing objects stay usable.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { assertRaises } from '../support/assertions.mjs';

// 64 MiB for the core, set before it is compiled.
setFlagsFromString('--wasm-max-mem-pages=1024');
const { Input, layers, modelFromJson, Model, ops, RuntimeError, tensor } =
  await import('../support/keras.mjs');

const x = Input({ shape: [3] });
const good = new Model({ inputs: x, outputs: new layers.Dense({ units: 2 }).apply(x) });
const goodBits = () => good.predict(new Float32Array([1, 2, 3])).bytes();
const expected = goodBits();
const oneInput = (shape, layer) => {
  const input = Input({ shape });
  return new Model({ inputs: input, outputs: layer.apply(input) });
};

// As many tensors of this many floats as fit into memory.
const large = [];
const fill = (size) => {
  for (let i = 0; i < 100; ++i) large.push(ops.zeros([size]));
};

test('a tensor that does not fit raises an error, and the others stay usable', () => {
  assertRaises(
    () => fill(2 ** 22),
    RuntimeError,
    'Out of memory: a tensor of shape (4194304,) and dtype float32 has 16777216 bytes, which could not be allocated',
  );
  assert.ok(large.length > 0);
  assert.ok(large.every((made) => made.shape[0] === 2 ** 22));
  assert.deepEqual(goodBits(), expected);
});

test('freed memory can be used again', () => {
  for (const made of large.splice(0)) made.dispose();
  assertRaises(() => fill(2 ** 18), RuntimeError, 'Out of memory');
  const count = large.length;
  for (const made of large.splice(0)) made.dispose();
  assertRaises(() => fill(2 ** 18), RuntimeError, 'Out of memory');
  assert.ok(large.length > 0.9 * count, `${large.length} of ${count}`);
  assert.deepEqual(goodBits(), expected);
});

const numbers = Array.from({ length: 2 ** 20 }, (_, i) => i);
for (const [title, body] of [
  ['a string', () => modelFromJson(`{"a": "${'x'.repeat(2 ** 26)}"}`)],
  ['a non-ASCII string', () => modelFromJson(`{"a": "${'ü'.repeat(2 ** 25)}"}`)],
  ['a list', () => ops.add([...numbers, ...numbers, ...numbers], 1)],
  ['strings', () => tensor(numbers.map((i) => `string number ${i}`))],
  ['a typed array', () => tensor(new Float32Array(2 ** 24))],
  ['many parts of an array', () => ops.arraySplit(large[0], 2 ** 20)],
  ['samples', () => good.predict(new Float32Array(3 * 2 ** 22), { batchSize: 2 ** 22 })],
  [
    'weights',
    () => oneInput([4096], new layers.Dense({ units: 4096 })).predict(new Float32Array(4096)),
  ],
  [
    'recurrent weights',
    () => oneInput([4, 1024], new layers.LSTM({ units: 1024 })).predict(new Float32Array(4096)),
  ],
  ['a repetition', () => ops.repeat([1, 2], [2 ** 22, 2 ** 22], 0)],
])
  test(`without memory for ${title} there is an error, and everything stays usable`, () => {
    assertRaises(body, RuntimeError, /^Out of memory: /);
    assert.deepEqual(goodBits(), expected);
  });
