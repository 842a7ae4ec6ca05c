// The pages of the documentation as people read them: without faults that axe finds, on screens and phones.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { launch, serve } from './site.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const names = ['index', 'from-keras', 'workers', 'parity', 'api/keras-wasm', 'api/worker'];
let browser;
let server;

before(async () => {
  server = await serve();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens pages of the documentation one after the other. */
async function eachPage(options, body) {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    for (const name of names) {
      const answer = await page.goto(`${server.address}docs/${name}.html`);
      assert.equal(answer.status(), 200, name);
      await body(page, name);
    }
  } finally {
    await context.close();
  }
}

for (const colorScheme of ['light', 'dark'])
  test(`axe finds no faults in the ${colorScheme} colours`, async () => {
    await eachPage({ colorScheme, viewport: { width: 1300, height: 900 } }, async (page, name) => {
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 120)}`);
      assert.deepEqual(found, [], name);
    });
  });

test('nothing is wider than a phone', async () => {
  await eachPage({ viewport: { width: 380, height: 800 } }, async (page, name) => {
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 380, `${name}: ${width}`);
  });
});

test('the demo page leads to the documentation, and back', async () => {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(server.address);
    await page.click('text=Documentation');
    await page.waitForURL(/docs\/index\.html$/);
    assert.equal(await page.textContent('h1'), 'keras-wasm');
    await page.click('nav >> text=Workers');
    await page.waitForURL(/docs\/workers\.html$/);
    await page.click('text=Demo');
    await page.waitForSelector('#main');
  } finally {
    await context.close();
  }
});
