// The time of each step of a prediction's plan: `node bench/profile.mjs mobilenetv2 relaxed 50`.
// Any Node runs it (relaxed SIMD needs a newer one than 20); it needs what `npm run build` and `npm run bench` have left.
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { checkout } from '../tools/lib/paths.mjs';
import { ensureExported } from './exported.mjs';
import { chooseWorkloads } from './workloads.mjs';

// The compiled modules of web/ rather than the bundle, which hides the core.
const fromModules = (name) => import(join(checkout, 'build/modules', name));

const [name, variant = 'simd', runs = '30'] = process.argv.slice(2);
const [workload] = await ensureExported(chooseWorkloads(name));
const { initialize, loadModel } = await fromModules('index.js');
const { core } = await fromModules('boundary/core.js');
const wasm = variant === 'simd' ? 'keras.wasm' : `keras-${variant}.wasm`;
await initialize({ variant, wasmUrl: join(checkout, 'dist', wasm) });
const model = await loadModel(join(workload.folder, 'model.keras'));
const inputs = workload.inputs.map((shape) => {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return Float32Array.from({ length: size }, (_, i) => Math.sin(i));
});
const predict = () =>
  model.predict(inputs.length === 1 ? inputs[0] : inputs, { batchSize: workload.batch }).dispose();

// Warm up by calls, since engines optimize functions that are called often. Then take the smallest time of each step.
for (let i = 0; i < 10; ++i) predict();
let steps;
let fastest = Infinity;
core().modelProfile(model.raw, true);
for (let i = 0; i < Number(runs); ++i) {
  const start = performance.now();
  predict();
  fastest = Math.min(fastest, performance.now() - start);
  const now = JSON.parse(core().modelProfile(model.raw, true));
  steps ??= now;
  now.forEach(([, , seconds], step) => (steps[step][2] = Math.min(steps[step][2], seconds)));
}
let sum = 0;
for (const [step, shape, seconds] of steps) {
  sum += seconds;
  console.log(
    `${(seconds * 1e6).toFixed(0).padStart(8)} µs  ${step.padEnd(24)} ${shape.join(' x ')}`,
  );
}
const byName = new Map();
for (const [step, , seconds] of steps) byName.set(step, (byName.get(step) ?? 0) + seconds);
console.log(`\nAll: ${(sum * 1e3).toFixed(3)} ms in steps, ${fastest.toFixed(3)} ms a prediction`);
for (const [step, seconds] of [...byName].sort((a, b) => b[1] - a[1]))
  console.log(`${((seconds / sum) * 100).toFixed(1).padStart(6)} %  ${step}`);
