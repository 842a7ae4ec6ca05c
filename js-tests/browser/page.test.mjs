// The page itself: it loads from any folder, requests nothing from other sites, and works without a mouse.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idle, launch, openPage, probabilities, serve } from './site.mjs';

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

for (const base of ['/', '/some folder/deeper/']) {
  test(`the page works below ${base}`, async () => {
    const server = await serve(base);
    try {
      const page = await openPage(browser, server.address);
      await page.waitForSelector('#clone .bars li.best');
      assert.equal((await probabilities(page, 'clone')).length, 10);
      assert.deepEqual(page.troubles, []);
      await page.context().close();
    } finally {
      await server.close();
    }
  });
}

test('its content security policy forbids inline scripts, eval and other sites', async () => {
  const server = await serve();
  try {
    const page = await openPage(browser, server.address);
    const policy = await page.getAttribute('meta[http-equiv=Content-Security-Policy]', 'content');
    assert.match(policy, /script-src 'self' 'wasm-unsafe-eval'(;|$)/);
    assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:|\*/);
    // The policy is enforced: such a script does not run.
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "inline"';
      document.head.append(script);
    });
    assert.notEqual(await page.title(), 'inline');
    await page.context().close();
  } finally {
    await server.close();
  }
});

for (const colorScheme of ['light', 'dark']) {
  test(`text has enough contrast in ${colorScheme} colours`, async () => {
    const server = await serve();
    try {
      const page = await openPage(browser, server.address, { colorScheme });
      const [ink, paper] = await page.evaluate(() => {
        const style = getComputedStyle(document.documentElement);
        return [style.color, style.backgroundColor].map((text) => text.match(/\d+/g).map(Number));
      });
      const brightness = ([r, g, b]) => 0.299 * r + 0.587 * g + 0.114 * b;
      const difference = brightness(paper) - brightness(ink);
      assert.ok(colorScheme === 'light' ? difference > 150 : difference < -150, `${difference}`);
      await page.context().close();
    } finally {
      await server.close();
    }
  });
}

test('the graph and the samples can be used by keyboard', async () => {
  const server = await serve();
  try {
    const page = await openPage(browser, server.address);
    await page.focus('[data-sample="digits_nested.keras"]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#original [data-path=features]');
    await idle(page);

    const focused = () => page.evaluate(() => document.activeElement?.dataset.path);
    await page.focus('#original .graph .box[tabindex="0"]');
    assert.equal(await focused(), 'image');
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(), 'rescaling');
    await page.keyboard.press('Enter');
    assert.match(await page.textContent('#original .details'), /Rescaling.*scale.*0\.0625/s);
    await page.keyboard.press('Escape');
    assert.equal(await page.isVisible('#original .details'), false);

    while ((await focused()) !== 'features') await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.waitForSelector('#original [data-path="features/conv"]');
    await idle(page);
    assert.equal(await focused(), 'features', 'the focus stays on the opened model');
    await page.keyboard.press('ArrowRight');
    assert.equal(await focused(), 'features/half');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await focused(), 'features');
    await page.keyboard.press('ArrowLeft');
    await page.waitForSelector('#original [data-path="features/conv"]', { state: 'detached' });
    assert.deepEqual(page.troubles, []);
    await page.context().close();
  } finally {
    await server.close();
  }
});
