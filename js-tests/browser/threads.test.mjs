// Threads in pages that bundle the package: workers where a page is cross-origin isolated, one thread elsewhere.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isolation } from '../../tools/lib/file_server.mjs';
import { modelNames } from '../support/threaded_models.mjs';
import { launch, serve } from './site.mjs';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(checkout, 'build/threads-page');

const headers = {
  ...isolation,
  // The strictest policy that a page with threads can have.
  'content-security-policy':
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src data:",
};

let browser;
let isolated;
let ordinary;

before(async () => {
  const vite = await import('vite');
  await vite.build({
    root: fileURLToPath(new URL('threads_page', import.meta.url)),
    base: './',
    resolve: { alias: { 'keras-wasm': join(checkout, 'dist/index.js') } },
    logLevel: 'warn',
    build: {
      outDir: folder,
      emptyOutDir: true,
      modulePreload: { polyfill: false }, // the policy below forbids inline scripts
      chunkSizeWarningLimit: 6000,
    },
  });
  [browser, isolated, ordinary] = await Promise.all([
    launch(),
    serve('/', { folder, headers }),
    serve('/', { folder }),
  ]);
});

after(async () => {
  await browser?.close();
  await isolated?.close();
  await ordinary?.close();
});

/** What a new page predicts with these options, and its number of workers. */
async function predict(server, options) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const troubles = [];
    page.on('pageerror', (error) => troubles.push(error.stack));
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
    await page.goto(server.address);
    await page.waitForFunction(() => 'predictions' in globalThis);
    const result = await page.evaluate((given) => globalThis.predictions(given), options);
    assert.deepEqual(troubles, []);
    return { ...result, workers: page.workers().length };
  } finally {
    await context.close();
  }
}

function assertSame(a, b) {
  for (const name of modelNames)
    assert.ok(a.predictions[name] === b.predictions[name], `${name} differs`);
}

test('an isolated page uses threads when asked to, and predicts the same bits as one thread', async () => {
  const alone = await predict(isolated, {});
  assert.equal(alone.running.variant, 'relaxed');
  assert.deepEqual([alone.running.threads, alone.workers, alone.jobs], [1, 0, 0]);
  for (const threads of [2, 3]) {
    const together = await predict(isolated, { threads });
    assert.deepEqual(together.running, { variant: 'threads', threads });
    assert.deepEqual(together.warnings, []);
    assert.equal(together.workers, threads - 1);
    assert.ok(together.jobs > 3 * modelNames.length, `only ${together.jobs} shared`);
    assertSame(together, alone);
  }
});

test('a page that is not isolated falls back to one thread and says why', async () => {
  const fallen = await predict(ordinary, { threads: 2 });
  assert.deepEqual(fallen.running, { variant: 'relaxed', threads: 1 });
  assert.deepEqual([fallen.workers, fallen.jobs], [0, 0]);
  assert.equal(fallen.warnings.length, 1);
  assert.match(fallen.warnings[0], /Cross-Origin-Opener-Policy: same-origin/);
  assertSame(fallen, await predict(ordinary, {}));
});
