// A process that makes, or opens and saves, a large file: node file_memory_process.mjs DIST make FILE MEGABYTES | DIST measure FILE
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { largestSize, resetLargestSize } from './places/resident_size.mjs';

const [dist, what, path, megabytes] = process.argv.slice(2);
const { initialize, Input, layers, loadModel, Model, openModel } = await import(
  pathToFileURL(join(dist, 'index.js')).href
);
await initialize({ variant: 'simd', rest: 'wait' });

/** Saves a model of Dense layers that take that many megabytes. */
async function make() {
  const units = 2048;
  const count = Math.round((megabytes * 1e6) / (4 * units * units));
  const inputs = Input({ shape: [units] });
  let outputs = inputs;
  for (let i = 0; i < count; ++i)
    outputs = new layers.Dense({ units, kernelInitializer: 'ones' }).apply(outputs);
  await new Model({ inputs, outputs }).save(path);
}

async function grown(step) {
  globalThis.gc();
  const before = resetLargestSize(process.pid);
  const result = await step();
  return { result, growth: largestSize(process.pid) - before };
}

async function measure() {
  const config = await grown(async () => {
    const started = performance.now();
    await (await openModel(path)).dispose();
    return performance.now() - started;
  });
  const load = await grown(() => loadModel(path));
  const save = await grown(() => load.result.save());
  return { config: config.result, load: load.growth, save: save.growth };
}

if (what === 'make') await make();
else console.log(JSON.stringify(await measure()));
