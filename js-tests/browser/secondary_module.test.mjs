// Loading the secondary module in pages and workers: in the background, or when a call needs it.
/* global keras, line, opening, ReadableStream, warnings */ // of the pages
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch, serve } from './site.mjs';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(checkout, 'build/secondary-module-page');
const isSecondary = ({ pathname }) => /-rest\.wasm$/.test(pathname);

let browser, site;

before(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(checkout, 'dist'), folder, { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Secondary module</title>');
  writeFileSync(
    join(folder, 'worker.js'),
    `import { initialize, ops } from './index.js';
    await initialize();
    postMessage(ops.logaddexp2([0, 1], [0, 1]).array());`,
  );
  const headers = {
    'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
  };
  [browser, site] = await Promise.all([launch(), serve('/', { folder, headers })]);
});

after(async () => {
  await browser?.close();
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens an empty page. `page.asked` lists how it requested the secondary module; `routed` may answer. */
async function open(t, routed) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  page.asked = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (isSecondary(url)) page.asked.push(request.resourceType());
  });
  if (routed) await context.route(isSecondary, routed);
  await page.goto(site.address);
  return page;
}

/** Starts the package in the page, as a global `keras`. */
const start = (page, options) =>
  page.evaluate(async (given) => {
    globalThis.keras = await import('./index.js');
    globalThis.warnings = [];
    keras.setWarningHandler((message) => warnings.push(message));
    await keras.initialize(given);
  }, options);

/** Calls a function of the secondary module; returns its result, or the message of its error. */
const rare = (page) =>
  page.evaluate(() => {
    try {
      return keras.ops.logaddexp2([0, 1], [0, 1]).array();
    } catch (error) {
      return error.message;
    }
  });

const predict = (page) =>
  page.evaluate(() => {
    const { Input, Sequential, layers } = keras;
    const dense = new layers.Dense({ units: 1, kernelInitializer: 'ones' });
    return new Sequential([Input({ shape: [2] }), dense]).predict([[1, 2]]).array();
  });

test('a call that needs it loads it, once', async (t) => {
  const page = await open(t);
  await start(page);
  assert.deepEqual(await predict(page), [[3]]);
  assert.deepEqual(page.asked, []);
  assert.deepEqual(await rare(page), [1, 2]);
  assert.deepEqual(page.asked, ['xhr']);
  assert.deepEqual(await rare(page), [1, 2]);
  assert.equal(page.asked.filter((type) => type === 'xhr').length, 1);
  assert.deepEqual(await page.evaluate(() => warnings), []);
});

test('it is loaded in the background', async (t) => {
  const page = await open(t);
  const coming = page.waitForResponse((response) => isSecondary(new URL(response.url())));
  await start(page);
  await (await coming).finished();
  assert.deepEqual(page.asked, ['fetch']);
  // It is compiled some time later; offline, nothing else could load it.
  await page.waitForTimeout(500);
  await page.context().setOffline(true);
  assert.deepEqual(await rare(page), [1, 2]);
});

test('the background waits while a model is being opened', async (t) => {
  const page = await open(t);
  await start(page);
  await page.evaluate(() => {
    const body = new ReadableStream({ start: (controller) => void (globalThis.line = controller) });
    globalThis.opening = keras.loadModel(new Response(body)).catch(() => 'failed');
  });
  await page.waitForTimeout(1500);
  assert.deepEqual(page.asked, []);
  const coming = page.waitForRequest((request) => isSecondary(new URL(request.url())));
  await page.evaluate(() => line.error(new Error('The line broke')));
  assert.equal(await page.evaluate(() => opening), 'failed');
  await coming;
  assert.deepEqual(page.asked, ['fetch']);
});

test('a page may await it, or load it when needed', async (t) => {
  const page = await open(t);
  await start(page, { rest: 'wait' });
  assert.deepEqual(page.asked, ['fetch']);
  assert.deepEqual(await rare(page), [1, 2]);

  const lazy = await open(t);
  await start(lazy, { rest: 'lazy' });
  await lazy.waitForTimeout(1500);
  assert.deepEqual(lazy.asked, []);
  assert.deepEqual(await rare(lazy), [1, 2]);
});

test('a failed request is an error of the call, and is repeated only after a while', async (t) => {
  let isThere = false;
  const page = await open(t, (route) =>
    isThere ? route.continue() : route.fulfill({ status: 404 }),
  );
  await start(page, { rest: 'lazy' });
  assert.match(await rare(page), /Could not fetch .*-rest\.wasm: HTTP 404.*`restUrl`/);
  assert.deepEqual(await predict(page), [[3]]);
  isThere = true;
  // Each request would block the page.
  for (let i = 0; i < 3; ++i) assert.match(await rare(page), /HTTP 404/);
  assert.equal(page.asked.length, 1);
  await page.evaluate(() => {
    const now = performance.now.bind(performance);
    performance.now = () => now() + 10_000;
  });
  assert.deepEqual(await rare(page), [1, 2]);
  assert.equal(page.asked.length, 2);
});

test('after a call loaded it, it is not fetched in the background', async (t) => {
  const page = await open(t);
  await start(page);
  assert.deepEqual(await rare(page), [1, 2]);
  await page.waitForTimeout(1500);
  assert.deepEqual(page.asked, ['xhr']);
});

test('a failure in the background is a warning', async (t) => {
  const page = await open(t, (route) => route.abort());
  await start(page);
  await page.waitForFunction(() => warnings.length > 0);
  assert.match(await page.evaluate(() => warnings[0]), /Could not fetch .*-rest\.wasm.*restUrl/);
  assert.match(await rare(page), /Could not fetch .*-rest\.wasm.*`restUrl`/);
  assert.deepEqual(await predict(page), [[3]]);
});

test('an HTML answer is refused', async (t) => {
  const page = await open(t, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }),
  );
  await start(page, { rest: 'lazy' });
  assert.match(await rare(page), /-rest\.wasm is not WebAssembly: an HTML page came back/);
});

test('a worker loads it synchronously, too', async (t) => {
  const page = await open(t);
  const result = await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const worker = new Worker('./worker.js', { type: 'module' });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
      }),
  );
  assert.deepEqual(result, [1, 2]);
});
