// createWorkerEngine({ threads }) in Node: the worker has threads of its own.
import assert from 'node:assert/strict';
import test from 'node:test';
import { createWorkerEngine } from '../../dist/worker.js';
import { runModule } from '../support/child.mjs';
import { digits } from './models.mjs';

const images = new Float32Array(500 * 64).map((_, i) => ((i * 7919) % 1601) / 100);

async function predicted(options) {
  const engine = await createWorkerEngine(options);
  try {
    const model = await engine.loadModel(digits);
    const { data } = await model.predict(images, { batchSize: 500 });
    return { running: engine.running, data };
  } finally {
    engine.close();
  }
}

test('an engine with threads predicts the bits of an engine with one', async () => {
  const alone = await predicted({ variant: 'threads', threads: 1 });
  assert.deepEqual(alone.running, { variant: 'threads', threads: 1 });
  const together = await predicted({ threads: 2 });
  assert.deepEqual(together.running, { variant: 'threads', threads: 2 });
  assert.deepEqual(together.data, alone.data);
});

test('its threads do not keep a process alive', async () => {
  const worker = JSON.stringify(new URL('../../dist/worker.js', import.meta.url).href);
  const { status, output } = await runModule(`import { createWorkerEngine } from ${worker};
    const engine = await createWorkerEngine({ threads: 2 });
    console.log(engine.running.threads);`);
  assert.equal(status, 0, output);
  assert.equal(output, '2');
});
