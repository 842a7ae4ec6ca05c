// createWorkerPool in Node: workers share the batches, and the results are in order.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createWorkerPool } from '../../dist/worker.js';
import * as keras from '../support/keras.mjs';
import { abortAfter, digits, images } from './models.mjs';

let pool;
let local;

before(async () => {
  local = await keras.loadModel(digits);
  pool = await createWorkerPool(digits, { size: 3 });
});

after(() => pool?.close());

const expected = ({ data, shape }, options) =>
  local.predict(keras.tensor(data, shape), options).data();

test('a pool predicts the bits of one model, whatever the number of samples', async () => {
  for (const count of [1, 32, 33, 500, 1001]) {
    const data = images(local, count);
    const options = { batchSize: 16 };
    const output = await pool.predict(data, options);
    assert.deepEqual(output.shape, [count, 10]);
    assert.deepEqual(output.data, expected(data, options));
  }
  const seen = [];
  await pool.predict(images(local, 100), { batchSize: 10, onProgress: (...at) => seen.push(at) });
  assert.deepEqual(seen.at(-1), [100, 100]);
  assert.deepEqual(seen, seen.toSorted?.(([a], [b]) => a - b) ?? seen);
});

test('outputs come in the order of the batches, although the first ones take longest', async () => {
  const batches = [600, 300, 1, 1, 1, 200, 1, 1, 1, 1].map((count, i) => images(local, count, i));
  const outputs = [];
  for await (const output of pool.predictBatches(batches)) outputs.push(output.data);
  assert.deepEqual(
    outputs,
    batches.map((batch) => expected(batch)),
  );
});

test('few batches are taken in advance, and leaving the loop ends the work', async () => {
  let taken = 0;
  let isClosed = false;
  async function* source() {
    try {
      for (;;) yield images(local, 4, taken++);
    } finally {
      isClosed = true;
    }
  }
  let yielded = 0;
  for await (const output of pool.predictBatches(source())) {
    assert.deepEqual(output.data, expected(images(local, 4, yielded++)));
    assert.ok(taken - yielded <= 2 * pool.size);
    if (yielded === 20) break;
  }
  assert.ok(isClosed);
  assert.equal((await pool.predict(images(local, 4))).shape[0], 4);
});

test('the first error in the order of the batches ends the work', async () => {
  const wrong = [[1, 2, 3]];
  const batches = [images(local, 200), wrong, images(local, 1)];
  const outputs = [];
  await assert.rejects(async () => {
    for await (const output of pool.predictBatches(batches)) outputs.push(output);
  }, keras.KerasError);
  assert.equal(outputs.length, 1);
  const input = images(local, 3);
  assert.deepEqual((await pool.predict(input)).data, expected(input));
});

test('the signal ends a prediction, and the pool goes on', async () => {
  const data = images(local, 20000);
  const { error, reason, time } = await abortAfter(30, (signal) => pool.predict(data, { signal }));
  assert.equal(error, reason);
  assert.ok(time < 100, `rejected after ${time} ms`);
  const input = images(local, 100);
  assert.deepEqual((await pool.predict(input)).data, expected(input));
});

test('a pool opens its model again in a worker that was ended', async () => {
  const data = images(local, 20000);
  const call = (signal) => pool.predict(data, { signal, batchSize: 20000 });
  const { error, reason } = await abortAfter(30, call);
  assert.equal(error, reason);
  const input = images(local, 100);
  assert.deepEqual((await pool.predict(input, 8)).data, expected(input, 8));
});

test('a wrong size, source or option is refused', async () => {
  for (const size of [0, 1.5, 65, '2'])
    await assert.rejects(createWorkerPool(digits, { size }), /size must be an integer/);
  await assert.rejects(createWorkerPool('/nowhere.keras'), keras.ValueError);
  await assert.rejects(pool.predict(images(local, 1), { batchSize: 0 }), /batch_size/);
  await assert.rejects(pool.predict(images(local, 1), { batchSiz: 1 }), /Did you mean/);
});
