// The engine of the page runs in a worker: the page's own thread stays free, and whatever runs can be cancelled.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accuracy,
  boxes,
  chooseRecipe,
  fact,
  idle,
  kerasAccuracy,
  launch,
  openPage,
  openSample,
  serve,
  typeCode,
} from './site.mjs';
import { longTasks } from '../../tools/lib/main_thread.mjs';
import { usePage } from './with_page.mjs';

const shared = usePage();

test("the page's own thread loads no engine", async () => {
  const { page } = shared;
  const loaded = await page.evaluate(() =>
    performance.getEntriesByType('resource').map(({ name }) => name),
  );
  assert.ok(loaded.some((name) => name.includes('engine-worker')));
  assert.deepEqual(
    loaded.filter((name) => name.endsWith('.wasm')),
    [],
  );
  assert.ok(page.workers().length > 0);
});

test('the page goes on while a hook computes', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await typeCode(
    page,
    `import { cloneModel } from 'keras-wasm';
export function edit(model) {
  const end = performance.now() + 1500;
  while (performance.now() < end);
  return cloneModel(model, { name: typeof document });
}`,
  );
  // By the thread's own time: on a busy machine, a page may wait for its turn.
  const tasks = await longTasks(shared.browser, page, async () => {
    await page.click('#run');
    await idle(page);
  });
  assert.equal(await fact(page, 'clone', 'name'), 'undefined', 'hooks see no document');
  const blocking = tasks.filter(({ ms }) => ms >= 1000);
  assert.deepEqual(blocking, [], 'none of them has computed the hook');
  assert.deepEqual(page.troubles, []);
});

test('a hook that never ends is cancelled, and the model is still there', async () => {
  const { page } = shared;
  await openSample(page, 'digits_mlp.keras');
  await typeCode(page, 'export function edit() {\n  for (;;);\n}');
  await page.click('#run');
  await page.click('#cancel');
  await idle(page);
  assert.match(await page.textContent('#code-notice'), /Cancelled/);
  assert.equal(await page.isVisible('#cancel'), false);
  assert.equal(await fact(page, 'original', 'name'), 'digits_mlp');
  assert.ok((await boxes(page, 'original')).includes('hidden'));
  assert.equal(await fact(page, 'clone', 'name'), '');
  await chooseRecipe(page, 'plain');
  assert.equal(await fact(page, 'clone', 'name'), 'digits_mlp');
  assert.equal(await accuracy(page, 'clone'), await accuracy(page, 'original'));
  assert.deepEqual(page.troubles, []);
});

test('the page works with a strict policy in the headers of every file', async () => {
  const policy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' blob:; style-src 'self'; img-src 'self' blob:; connect-src 'self'; worker-src 'self'";
  const server = await serve('/a/b/', { headers: { 'content-security-policy': policy } });
  const browser = await launch();
  try {
    const page = await openPage(browser, server.address);
    assert.equal(await accuracy(page, 'clone'), kerasAccuracy('quantize', 4));
    assert.deepEqual(page.troubles, []);
  } finally {
    await browser.close();
    await server.close();
  }
});
