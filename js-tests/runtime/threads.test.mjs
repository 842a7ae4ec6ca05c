// The builds with threads, each start in a separate process: results equal to one thread bit for bit, helpful errors, and no
// worker left running. (js-tests/browser/threads.test.mjs tests pages.)
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runModule } from '../support/child.mjs';
import { modelNames } from '../support/threaded_models.mjs';

const dist = new URL('../../dist/', import.meta.url);
const support = new URL('../support/threaded_models.mjs', import.meta.url);

/** Runs a module in a separate process, which must end by itself, and returns what it prints. */
function run(text, package_ = dist) {
  const code = `import * as keras from ${JSON.stringify(new URL('index.js', package_).href)};\n${text}`;
  const result = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
    maxBuffer: 16e6,
    timeout: 120_000, // reached only if it hangs
  });
  assert.equal(result.status, 0, result.stdout + result.stderr);
  return result.stdout.trim();
}

/** What the models predict in a process with these options: { running, jobs, predictions }. */
function predict(options) {
  return JSON.parse(
    run(`
      import { jobsOfPool, predictions } from ${JSON.stringify(support.href)};
      const jobs = jobsOfPool();
      const running = await keras.initialize(${JSON.stringify(options)});
      console.log(JSON.stringify({ running, predictions: predictions(keras), jobs: jobs() }));`),
  );
}

const predictOne = `
  const x = keras.Input({ shape: [2] });
  const y = new keras.layers.Dense({ units: 1, kernelInitializer: 'ones' }).apply(x);
  console.log(JSON.stringify(new keras.Model({ inputs: x, outputs: y }).predict([[1, 2]]).array()));`;

let alone;
before(() => (alone = predict({})));

test('the default is one thread', () => {
  assert.notEqual(alone.running.variant, 'threads');
  assert.equal(alone.running.threads, 1);
  assert.equal(alone.jobs, 0);
});

for (const threads of [1, 2, 3, 5]) {
  test(`every model predicts the same bits with ${threads} threads`, () => {
    const together = predict({ variant: 'threads', threads });
    assert.deepEqual(together.running, { variant: 'threads', threads });
    for (const name of modelNames)
      assert.ok(together.predictions[name] === alone.predictions[name], `${name} differs`);
    if (threads === 1) assert.equal(together.jobs, 0);
    else assert.ok(together.jobs > 3 * modelNames.length, `only ${together.jobs} shared`);
  });
}

test('threads that wait for each other lose no work', async () => {
  // Many processes at once, so that threads sleep during computations.
  const code = `import * as keras from ${JSON.stringify(new URL('index.js', dist).href)};
    import { predictions } from ${JSON.stringify(support.href)};
    await keras.initialize({ variant: 'threads', threads: 3 });
    console.log(JSON.stringify(predictions(keras)));`;
  const start = async () => {
    const { status, output } = await runModule(code);
    assert.equal(status, 0, output);
    return JSON.parse(output);
  };
  for (const predictions of await Promise.all(Array.from({ length: 8 }, start)))
    assert.deepEqual(predictions, alone.predictions);
});

test('asking for more than one thread selects the build with threads', () => {
  const start = (options) => `
    const { variant, threads } = await keras.initialize(${options});
    console.log(variant, threads);${predictOne}`;
  assert.equal(run(start('{ threads: 2 }')), 'threads 2\n[[3]]');
  assert.match(run(start('{ threads: 1 }')), /^(simd|relaxed) 1\n\[\[3\]\]$/);
});

test('the default number of threads is the number of processors, up to 8', () => {
  const output = run(`
    import { availableParallelism } from 'node:os';
    const { threads } = await keras.initialize({ variant: 'threads' });
    console.log(threads === Math.min(availableParallelism(), 8));`);
  assert.equal(output, 'true');
});

test('invalid thread counts are refused, and a start can follow', () => {
  const output = run(`
    for (const threads of [0, -1, 1.5, NaN, 65, '2', null])
      await keras.initialize({ threads }).catch((error) => console.log(error.kind, error.message));
    for (const variant of ['simd', 'relaxed'])
      await keras.initialize({ variant, threads: 2 }).catch((error) => console.log(error.kind, error.message));
    console.log((await keras.initialize({ threads: 2 })).threads);`);
  const refused = ['0', '-1', '1.5', 'NaN', '65', '"2"', 'null'].map(
    (received) => `ValueError threads must be an integer from 1 to 64. Received: ${received}`,
  );
  const single = ['simd', 'relaxed'].map(
    (variant) =>
      `ValueError The variant '${variant}' has one thread: use 'threads' or 'auto'. Received: threads=2`,
  );
  assert.deepEqual(output.split('\n'), [...refused, ...single, '2']);
});

test('without shared memory, one thread does all the work and a warning says so', () => {
  for (const options of ['{ threads: 2 }', "{ variant: 'threads' }"]) {
    const output = run(`
      delete globalThis.SharedArrayBuffer;
      keras.setWarningHandler((message) => console.log(message));
      const { variant, threads } = await keras.initialize(${options});
      console.log(variant !== 'threads', threads);${predictOne}`);
    const [warning, ...rest] = output.split('\n');
    assert.match(warning, /one thread does everything.*Cross-Origin-Embedder-Policy/);
    assert.deepEqual(rest, ['true 1', '[[3]]']);
  }
});

test('a file of the other kind of build is detected', () => {
  const file = (name) => JSON.stringify(fileURLToPath(new URL(name, dist)));
  const output = run(`
    const tell = (options) => keras.initialize(options).catch((error) => console.log(error.message));
    await tell({ wasmUrl: ${file('keras.wasm')}, threads: 2 });
    await tell({ wasmUrl: ${file('keras-threads-simd.wasm')} });
    const { threads } = await keras.initialize({ wasmUrl: ${file('keras-threads-simd.wasm')}, threads: 2 });
    console.log(threads);${predictOne}`);
  assert.deepEqual(output.split('\n'), [
    'The given WebAssembly has no threads: pass that of keras-threads.wasm.',
    "The given WebAssembly is a build with threads: pass variant: 'threads'.",
    '2',
    '[[3]]',
  ]);
});

test('workers do not keep a process alive, busy or asleep', () => {
  // Each of these processes must end because nothing is left to do.
  run('await keras.initialize({ threads: 3 });');
  run(`await keras.initialize({ threads: 3 });
    const x = keras.tensor(new Float32Array(300 * 300).fill(1), [300, 300]);
    keras.ops.matmul(x, x);`);
  run(`await keras.initialize({ threads: 3 });
    await new Promise((resolve) => setTimeout(resolve, 50));`);
});

test('data in shared memory is returned as separate memory', () => {
  const output = run(`
    await keras.initialize({ threads: 2 });
    const data = keras.tensor([1, 2, 3]).data();
    console.log(data.buffer instanceof ArrayBuffer, data.join());
    const grown = keras.ops.zeros([3000, 3000]); // memory grows while threads run
    const x = keras.tensor(new Float32Array(300 * 300).fill(1), [300, 300]);
    console.log(keras.ops.matmul(x, x).data().every((value) => value === 300), grown.size);`);
  assert.equal(output, 'true 1,2,3\ntrue 9000000');
});

test('an error during a computation leaves the threads usable', () => {
  const output = run(`
    await keras.initialize({ threads: 2 });
    const x = keras.tensor(new Float32Array(300 * 300).fill(1), [300, 300]);
    try { keras.ops.matmul(x, keras.tensor([[1, 2]])); } catch (error) { console.log(error.kind); }
    console.log(keras.ops.matmul(x, x).data().every((value) => value === 300));`);
  assert.equal(output, 'ValueError\ntrue');
});

// A copy of the package with another worker script.
const copies = [];
function packageWithWorker(script) {
  const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-threads-'));
  copies.push(folder);
  cpSync(fileURLToPath(dist), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  rmSync(join(folder, 'keras-worker.mjs'));
  if (script !== undefined) writeFileSync(join(folder, 'keras-worker.mjs'), script);
  return new URL(`file://${folder}/`);
}
after(() => copies.forEach((folder) => rmSync(folder, { recursive: true })));

// Reports each worker's exit.
const watchWorkers = `
  import workers from 'node:worker_threads';
  import { syncBuiltinESMExports } from 'node:module';
  workers.Worker = class extends workers.Worker {
    constructor(...args) { super(...args); this.once('exit', () => console.log('gone')); }
  };
  syncBuiltinESMExports();`;
const startAndTell = `${watchWorkers}
  await keras.initialize({ threads: 3 }).catch((error) => console.log(error.message));
  console.log((await keras.initialize()).threads);${predictOne}`;

test('a missing worker script is named; no worker remains, and one thread can start', () => {
  const lines = run(startAndTell, packageWithWorker()).split('\n');
  assert.match(
    lines.find((line) => /^Could/.test(line)),
    /^Could not start a worker: .*keras-worker\.mjs.* Serve the package's keras-worker\.mjs beside its code\.$/,
  );
  assert.equal(lines.filter((line) => line === 'gone').length, 2);
  assert.deepEqual(
    lines.filter((line) => /^[\d[]/.test(line)),
    ['1', '[[3]]'],
  );
});

test('when one of several workers fails, the others are terminated', () => {
  const script = `
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ thread }) => // keeps the worker alive
      parentPort.postMessage(thread === 2 ? { error: 'Error: no luck' } : {}));`;
  const lines = run(startAndTell, packageWithWorker(script)).split('\n');
  assert.match(lines.join('\n'), /^Could not start a worker: Error: no luck\. /m);
  assert.equal(lines.filter((line) => line === 'gone').length, 2);
});

test('a worker that exits before answering is an error', () => {
  const lines = run(startAndTell, packageWithWorker('process.exit(0);')).split('\n');
  assert.match(lines.join('\n'), /^Could not start a worker\. /m);
});

test('the glue for threads contains no eval, and the worker uses only what Node has', () => {
  for (const name of ['keras-threads.mjs', 'keras-worker.mjs'])
    assert.doesNotMatch(readFileSync(new URL(name, dist), 'utf8'), /new Function|\beval\(/);
  const imports = readFileSync(new URL('keras-worker.mjs', dist), 'utf8').match(/^import .*/gm);
  assert.equal(imports, null);
});
