// Cancelled calls of engines in workers: they reject at once, and the work ends.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createWorkerEngine } from '../../dist/worker.js';
import * as keras from '../support/keras.mjs';
import { abortAfter, digits, images, slowData, slowModel } from './models.mjs';

let engine;
let local;
let json;

before(async () => {
  local = await keras.loadModel(digits);
  json = slowModel();
  engine = await createWorkerEngine();
});

after(() => engine?.close());

const expected = (data) => local.predict(keras.tensor(data.data, data.shape)).data();

/** Milliseconds of processor time that this process uses while it waits. */
async function processorTime(wait) {
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, wait));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test('a prediction in batches stops after a batch, and the model stays', async (t) => {
  const patient = await createWorkerEngine({ patience: 60_000 });
  t.after(() => patient.close());
  const model = await patient.modelFromJson(json);
  const data = slowData(2000);
  await model.predict(slowData(2), 1); // makes the weights
  const { error, reason, time } = await abortAfter(100, (signal) =>
    model.predict(data, { batchSize: 1, signal }),
  );
  assert.equal(error, reason);
  assert.ok(time < 100, `rejected after ${time} ms`);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert.ok((await processorTime(300)) < 100);
  assert.ok(!model.disposed);
  assert.deepEqual((await model.predict(slowData(1))).shape, [1, 2048]);
});

test('a long batch ends within 100 ms with its worker, and the engine starts another one', async () => {
  const model = await engine.modelFromJson(json);
  const { error, reason, time } = await abortAfter(200, (signal) =>
    model.predict(slowData(8192), { batchSize: 8192, signal }),
  );
  assert.equal(error, reason);
  assert.ok(time < 100, `rejected after ${time} ms`);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert.ok((await processorTime(300)) < 100);
  assert.ok(model.disposed);
  await assert.rejects(model.predict(slowData(1)), keras.DisposedError);
  const again = await engine.loadModel(digits);
  const input = images(local, 2);
  assert.deepEqual((await again.predict(input)).data, expected(input));
});

test('a cancelled call that has not begun leaves the calls before it alone', async () => {
  const model = await engine.loadModel(digits);
  const input = images(local, 200);
  const first = model.predict(input, { batchSize: 200 });
  const { error, reason } = await abortAfter(0, (signal) => model.predict(input, { signal }));
  assert.equal(error, reason);
  assert.equal((await first).shape[0], 200);
  assert.ok(!model.disposed);
});

test('an aborted signal starts nothing', async () => {
  const signal = AbortSignal.abort();
  await assert.rejects(engine.loadModel(digits, { signal }), { name: 'AbortError' });
  const model = await engine.loadModel(digits);
  await assert.rejects(model.predict(images(local, 1), { signal }), { name: 'AbortError' });
  assert.ok(!model.disposed);
});

test('loading stops', async () => {
  const controller = new AbortController();
  const onProgress = () => controller.abort();
  const loading = engine.loadModel(digits, { signal: controller.signal, onProgress });
  await assert.rejects(loading, { name: 'AbortError' });
  assert.deepEqual((await engine.loadModel(digits)).inputs.length, 1);
});

test('a hook that never returns is ended with its worker', async (t) => {
  const other = await createWorkerEngine();
  t.after(() => other.close());
  const model = await other.loadModel(digits);
  const { error, reason, time } = await abortAfter(100, (signal) =>
    other.cloneModel(model, {
      signal,
      cloneFunction: () => {
        for (;;);
      },
    }),
  );
  assert.equal(error, reason);
  assert.ok(time < 100, `rejected after ${time} ms`);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert.ok((await processorTime(300)) < 100);
  assert.ok(model.disposed);
});

test('run() takes a signal among its arguments, and its function gets one to pass on', async (t) => {
  const patient = await createWorkerEngine({ patience: 60_000 });
  t.after(() => patient.close());
  const model = await patient.loadModel(digits);
  const wait = (_, seen, { signal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('stopped')));
    });
  const { error, reason, time } = await abortAfter(50, (signal) =>
    patient.run(wait, model, { signal }),
  );
  assert.equal(error, reason);
  assert.ok(time < 100, `rejected after ${time} ms`);
  assert.ok(!model.disposed, 'the function has stopped by itself');
  assert.deepEqual((await model.predict(images(local, 1))).data, expected(images(local, 1)));
});

test('a function of run() that does not stop ends with its worker', async () => {
  const model = await engine.loadModel(digits);
  const { error, reason } = await abortAfter(50, (signal) =>
    engine.run(() => {
      for (;;);
    }, signal),
  );
  assert.equal(error, reason);
  await engine.memory(); // of the next worker
  assert.ok(model.disposed);
});
