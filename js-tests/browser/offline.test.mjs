// After the first visit, the page opens and works without a network.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accuracy,
  chooseRecipe,
  idle,
  kerasAccuracy,
  launch,
  openPage,
  openSample,
  serve,
  typeCode,
} from './site.mjs';

test('the page opens again after its server has gone', { timeout: 90_000 }, async () => {
  const server = await serve('/some/path/');
  const browser = await launch();
  try {
    const page = await openPage(browser, server.address);
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    assert.deepEqual(page.troubles, []);
    await server.close();
    await page.reload();
    await idle(page);
    assert.equal(await accuracy(page, 'clone'), kerasAccuracy('quantize', 4));
    await openSample(page, 'digits_transformer.keras');
    await chooseRecipe(page, 'prune');
    await typeCode(
      page,
      "import { cloneModel } from 'keras-wasm';\nexport const edit = (model) => cloneModel(model);\n",
    );
    await page.click('#run');
    await idle(page);
    assert.equal(await page.isVisible('#code-problem'), false);
    assert.deepEqual(page.troubles, []);
  } finally {
    await browser.close();
    await server.close().catch(() => undefined); // already closed
  }
});
