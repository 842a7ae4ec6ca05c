// npm run bench: how long loading, cloning and predicting take, for the digit models that Keras trained.
// Times are of this machine in this run; compare ratios taken in one run, never numbers of two runs.
import { readFile } from 'node:fs/promises';
import { cloneModel, initialize, loadModel, memory, tensor } from '../dist/index.js';
import { measure, table } from './measure.mjs';

const models = new URL('../demo/models/', import.meta.url);
const heldOut = JSON.parse(await readFile(new URL('digits_heldout.json', models), 'utf8'));
const recorded = JSON.parse(await readFile(new URL('digits.json', models), 'utf8'));

const started = performance.now();
await initialize();
console.log(
  `Node ${process.version}, ${process.arch}; module ready in ${(performance.now() - started).toFixed(1)} ms\n`,
);

const pixels = Float32Array.from(Buffer.from(heldOut.pixels_base64, 'base64'));
const [, ...shape] = heldOut.shape;
const size = shape.reduce((a, b) => a * b);
const one = tensor(pixels.slice(0, size), [1, ...shape]);
const batch = tensor(pixels.slice(0, 64 * size), [64, ...shape]);

const rows = [];
for (const { name, file } of recorded.models) {
  const bytes = new Uint8Array(await readFile(new URL(file, models)));
  const model = await loadModel(bytes);
  const weights = model.getWeights();
  rows.push({
    model: name,
    load: await measure(async () => (await loadModel(bytes)).dispose()),
    clone: await measure(() => cloneModel(model).dispose()),
    'clone + weights': await measure(() => {
      const clone = cloneModel(model);
      clone.setWeights(weights);
      clone.dispose();
    }),
    'predict 1': await measure(async () => (await model.predict(one)).dispose()),
    'predict 64': await measure(async () =>
      (await model.predict(batch, { batchSize: 64 })).dispose(),
    ),
  });
  model.dispose();
}
console.log(table(rows));
const { handles, bytes } = memory();
console.log(
  `\nmilliseconds, median (minimum). Live at the end: ${handles} handles, ${bytes} bytes`,
);
