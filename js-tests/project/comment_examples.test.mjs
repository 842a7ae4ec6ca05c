// The examples in comments of web/, which the API reference shows, run.
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { filesBelow } from '../../tools/lib/files.mjs';
import * as keras from '../support/keras.mjs';
import * as worker from '../../dist/worker.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-examples-'));
const Run = Object.getPrototypeOf(async () => {}).constructor;
const { layers, Input, Layer, Model } = keras;

const examples = filesBelow(join(root, 'web'), '.ts').flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(/^ *\* ```js\n(.*?)^ *\* ```/gms)].map(
    ([, lines], i) => ({
      name: `${path.slice(root.length)}, example ${i + 1}`,
      code: lines.replaceAll(/^ *\* ?/gm, ''),
    }),
  ),
);

/** A model with the layers that examples name. */
function network() {
  let x = Input({ shape: [28, 28, 1] });
  const inputs = x;
  for (const name of ['block3', 'conv2'])
    x = new layers.Conv2D({ filters: 2, kernelSize: 3, name }).apply(x);
  x = new layers.MaxPooling2D({ name: 'pool2' }).apply(x);
  x = new layers.Conv2D({ filters: 2, kernelSize: 3, name: 'block4' }).apply(x);
  x = new layers.Flatten({ name: 'flatten' }).apply(x);
  return new Model({ inputs, outputs: new layers.Dense({ units: 10, name: 'dense' }).apply(x) });
}

class Scale extends Layer {
  static className = 'Scale';
}

// What the code around an example has.
let here;
let there;

before(async () => {
  process.chdir(folder);
  const model = network();
  await model.save('model.keras');
  copyFileSync('model.keras', 'large.keras');
  await model.saveWeights('own.npz', { mapping: (name) => name.replaceAll('/', '.') });
  await model.saveWeights('bert.safetensors', { mapping: { 'dense/kernel': 'head.weight' } });
  const engine = await worker.createWorkerEngine();
  const pool = await worker.createWorkerPool('model.keras');
  const images = new Float32Array(2 * 784);
  const dense = new layers.Dense({ units: 4 });
  const dropout = new layers.Dropout({ rate: 0.5 });
  const { signal } = new AbortController();
  const document = { body: {} };
  const console = { log: () => undefined };
  const own = { console, document, dense, dropout, Scale, x: keras.tensor([[1, 2]]) };
  here = { ...keras, ...own, model, clone: keras.cloneModel(model) };
  const opened = await engine.loadModel('model.keras');
  const write = () => undefined;
  there = { ...worker, engine, pool, model: opened, batches: [images], x: images, signal, write };
});

after(() => {
  there?.engine.close();
  there?.pool.close();
  process.chdir(root);
  rmSync(folder, { recursive: true, force: true });
});

test('examples are found', () => assert.ok(examples.length >= 19));

for (const { name, code } of examples)
  test(`it runs: ${name}`, async (t) => {
    const scope = name.startsWith('web/worker_engine/') ? there : here;
    // Ends the workers that the example starts.
    const made =
      (start) =>
      async (...args) => {
        const result = await start(...args);
        t.after(() => result.close());
        return result;
      };
    const all = { ...scope };
    for (const start of ['createWorkerEngine', 'createWorkerPool'])
      if (scope[start]) all[start] = made(scope[start]);
    await new Run(...Object.keys(all), `{ ${code} }`)(...Object.values(all));
  });
