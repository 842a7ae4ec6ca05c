// createWorkerEngine in Node: results equal those of the package in this thread, and cancelled work ends.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as keras from '../../dist/index.js';
import { createWorkerEngine, createWorkerPool, WorkerTensor } from '../../dist/worker.js';

const path = fileURLToPath(new URL('../../demo/models/digits.keras', import.meta.url));
let engine;
let model;
let local;
let input;

before(async () => {
  await keras.initialize({ variant: 'simd' });
  local = await keras.loadModel(path);
  const shape = [2, ...local.inputs[0].shape.slice(1)];
  const size = shape.reduce((a, b) => a * b);
  input = new WorkerTensor(
    Float32Array.from({ length: size }, (_, i) => (i % 7) / 7),
    shape,
    'float32',
  );
  engine = await createWorkerEngine({ variant: 'simd' });
  model = await engine.loadModel(path);
});

after(() => engine?.close());

const expected = () => local.predict(keras.tensor(input.data, input.shape)).data();

test('a model opened in the worker predicts the same bits', async () => {
  assert.deepEqual((await model.predict(input)).data, expected());
  assert.deepEqual(await model.getConfig(), JSON.parse(local.toJson()).config);
});

test('bytes open, and what the worker saves opens here', async () => {
  const copy = await engine.loadModel(new Uint8Array(readFileSync(path)));
  const saved = await keras.loadModel(await copy.save());
  assert.deepEqual(saved.predict(keras.tensor(input.data, input.shape)).data(), expected());
});

test('hooks run in the worker from their source, and the difference is reported', async () => {
  const clone = await engine.cloneModel(model, {
    copyWeights: true,
    rename: (name) => 'a_' + name,
  });
  const diff = await engine.diffModels(model, clone);
  assert.equal(diff.equal, false);
  assert.match(await clone.summary(), /a_/);
});

test('errors keep their class and message', async () => {
  await assert.rejects(engine.loadModel('/nowhere.keras'), (error) => {
    assert.ok(error instanceof keras.ValueError);
    return /File not found/.test(error.message);
  });
});

test('a cancelled call rejects within 100 ms; its models are gone and the engine works on', async () => {
  const other = await createWorkerEngine({ variant: 'simd' });
  try {
    const own = await other.loadModel(path);
    const controller = new AbortController();
    const shape = [20000, ...input.shape.slice(1)];
    const data = new Float32Array(shape.reduce((a, b) => a * b));
    const call = own.predict(new WorkerTensor(data, shape, 'float32'), {
      signal: controller.signal,
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const start = performance.now();
    controller.abort();
    await assert.rejects(call, { name: 'AbortError' });
    assert.ok(performance.now() - start < 100);
    assert.ok(own.disposed);
    await assert.rejects(own.predict(input), keras.DisposedError);
    const again = await other.loadModel(path);
    assert.deepEqual((await again.predict(input)).data, expected());
  } finally {
    other.close();
  }
});

test('a pool returns the outputs in the order of the batches', async () => {
  const pool = await createWorkerPool(path, { variant: 'simd', size: 2 });
  try {
    const outputs = await pool.predict([input, input, input, input, input]);
    assert.equal(outputs.length, 5);
    for (const output of outputs) assert.deepEqual(output.data, expected());
  } finally {
    pool.close();
  }
});
