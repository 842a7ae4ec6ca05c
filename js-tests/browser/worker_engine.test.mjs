// Engines in workers, in pages that bundlers make of the package without configuration.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as keras from '../../dist/index.js';
import { slowModel } from '../worker_engine/models.mjs';
import { launch, modelPath, serve } from './site.mjs';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const page = fileURLToPath(new URL('worker_page', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-worker-'));
const output = (tool) => join(folder, 'out', tool);

// Forbids code from text: functions cannot be sent to the worker.
const strict = {
  'content-security-policy':
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src data:",
};

let browser;
let local;

before(async () => {
  const installed = join(folder, 'node_modules/keras-wasm');
  mkdirSync(installed, { recursive: true });
  for (const name of ['dist', 'package.json'])
    cpSync(join(checkout, name), join(installed, name), { recursive: true });
  symlinkSync(join(checkout, 'node_modules/fflate'), join(folder, 'node_modules/fflate'));
  cpSync(page, folder, { recursive: true });
  await keras.initialize({ variant: 'simd' });
  [browser, local] = await Promise.all([launch(), keras.loadModel(modelPath('digits.keras'))]);
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The bundlers, each into a folder of its own. */
const tools = {
  vite: async () => viteBuild(await import('vite'), output('vite')),
  'vite-7': async () => viteBuild(await import('vite-7'), output('vite-7')),
  async webpack() {
    const { default: webpack } = await import('webpack');
    const options = {
      mode: 'production',
      context: folder,
      entry: './main.mjs',
      output: { path: output('webpack'), filename: 'main.mjs' },
    };
    const stats = await new Promise((resolve, reject) =>
      webpack(options, (error, result) => (error ? reject(error) : resolve(result))),
    );
    assert.deepEqual(stats.toJson({ errors: true }).errors, []);
    cpSync(join(folder, 'index.html'), join(output('webpack'), 'index.html'));
  },
  async esbuild() {
    const { build } = await import('esbuild');
    const outfile = join(output('esbuild'), 'main.mjs');
    const entryPoints = [join(folder, 'main.mjs')];
    await build({ entryPoints, outfile, bundle: true, format: 'esm', logLevel: 'silent' });
    // esbuild copies no files.
    for (const file of ['keras-engine-worker.mjs', 'keras.wasm', 'keras-rest.wasm'])
      cpSync(join(folder, 'node_modules/keras-wasm/dist', file), join(output('esbuild'), file));
    cpSync(join(folder, 'index.html'), join(output('esbuild'), 'index.html'));
  },
};

const viteBuild = (vite, outDir) =>
  vite.build({ root: folder, logLevel: 'error', build: { outDir, emptyOutDir: true } });

/** What the page at an address needs beside its bundle. */
function addFiles(to) {
  cpSync(modelPath('digits.keras'), join(to, 'digits.keras'));
  for (const name of ['hooks.mjs', 'prefix.mjs']) cpSync(join(page, name), join(to, name));
}

/** Opens a page, and returns what `body` returns for it. */
async function onPage(address, body) {
  const context = await browser.newContext();
  try {
    const opened = await context.newPage();
    const troubles = [];
    opened.on('pageerror', (error) => troubles.push(error.stack));
    await opened.goto(address);
    await opened.waitForFunction(() => 'tests' in globalThis);
    const run = (name, ...args) =>
      opened.evaluate(([test, values]) => globalThis.tests[test](...values), [name, args]);
    const result = await body(run, opened);
    assert.deepEqual(troubles, []);
    return result;
  } finally {
    await context.close();
  }
}

function expected(count, batchSize) {
  const data = Float32Array.from({ length: count * 64 }, (_, i) => ((i * 7) % 101) / 101);
  return [...local.predict(data, { batchSize }).data()];
}

async function assertWorks(run, { isStrict }) {
  const { output: numbers, ticks, time } = await run('predict', 3000, 16);
  assert.deepEqual(numbers, expected(3000, 16));
  assert.ok(ticks > time / 50, `${ticks} ticks in ${time} ms`);
  assert.deepEqual(await run('pooled', 333, 8), expected(333, 8));
  const { module, text, equal, size } = await run('clone');
  assert.ok(module.some((name) => /^m_.*_n$/.test(name)));
  if (isStrict)
    assert.match(text.message, /content security policy .* pass the address of a module/);
  else assert.ok(text.every((name) => name.startsWith('f_')));
  assert.ok(equal && size > 1000);
  const { message } = await run('wrongWorker');
  assert.match(message, /Serve the package's keras-engine-worker\.mjs/);
}

for (const [tool, build] of Object.entries(tools))
  test(`an engine in a worker works in a page that ${tool} built, also with a strict policy`, async () => {
    await build();
    addFiles(output(tool));
    for (const headers of [{}, strict]) {
      const server = await serve('/', { folder: output(tool), headers });
      try {
        await onPage(server.address, (run) => assertWorks(run, { isStrict: headers === strict }));
      } finally {
        await server.close();
      }
    }
  });

test("an engine in a worker works in Vite's development server", async () => {
  const { createServer } = await import('vite');
  const server = await createServer({
    root: folder,
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0 },
  });
  addFiles(folder);
  try {
    await server.listen();
    const { port } = server.httpServer.address();
    await onPage(`http://127.0.0.1:${port}/`, (run) => assertWorks(run, { isStrict: false }));
  } finally {
    await server.close();
  }
});

/** Seconds of processor time that all processes of the browser use in `wait` ms. */
async function processorTime(wait) {
  const session = await browser.newBrowserCDPSession();
  const now = async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
  const start = await now();
  await new Promise((resolve) => setTimeout(resolve, wait));
  const used = (await now()) - start;
  await session.detach();
  return used;
}

/** What the page says of a cancelled prediction, and the processor time used in the 500 ms after a pause. */
async function cancelled({ count, batchSize, pause, patience }) {
  const server = await serve('/', { folder: output('vite') });
  try {
    return await onPage(server.address, async (run) => {
      const result = await run('cancel', slowModel(), count, batchSize, patience);
      assert.deepEqual(await run('goOn'), [2, 10]);
      await new Promise((resolve) => setTimeout(resolve, pause));
      return { ...result, used: await processorTime(500) };
    });
  } finally {
    await server.close();
  }
}

test('a cancelled prediction in batches rejects within 100 ms, and its model stays', async () => {
  const small = { count: 4000, batchSize: 1, pause: 0, patience: 60_000 };
  const { name, time, shape, disposed, used } = await cancelled(small);
  assert.deepEqual(shape, [1, 2048]);
  assert.equal(name, 'AbortError');
  assert.ok(time < 100, `rejected after ${time} ms`);
  assert.equal(disposed, false);
  assert.ok(used < 0.25, `${used} s of work afterwards`);
});

// Chromium gives a worker two seconds to end by itself.
test('a cancelled prediction of one long batch rejects within 100 ms, and Chromium ends its worker', async () => {
  const long = { count: 16384, batchSize: 16384, pause: 2500 };
  const { name, time, disposed, used } = await cancelled(long);
  assert.equal(name, 'AbortError');
  assert.ok(time < 100, `rejected after ${time} ms`);
  assert.equal(disposed, true);
  assert.ok(used < 0.25, `${used} s of work afterwards`);
});
