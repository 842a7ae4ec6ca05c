// The page itself: it loads from any folder, requests nothing from other sites, and works without a mouse, in the dark and
// on a phone.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import {
  chooseRecipe,
  details,
  idle,
  kerasAccuracy,
  launch,
  openPage,
  openSample,
  outputs,
  serve,
  typeCode,
  view,
} from './site.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser;
let server;

before(async () => {
  [browser, server] = await Promise.all([launch(), serve()]);
});

after(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens a page with these options and closes it after `use`. */
async function withPage(options, use) {
  const page = await openPage(browser, server.address, options);
  try {
    await use(page);
  } finally {
    await page.context().close();
  }
}

for (const base of ['/', '/some folder/deeper/']) {
  test(`the page works below ${base}`, async () => {
    const other = await serve(base);
    try {
      const page = await openPage(browser, other.address);
      assert.equal((await outputs(page, 'clone')).length, 10);
      assert.deepEqual(page.troubles, []);
      await page.context().close();
    } finally {
      await other.close();
    }
  });
}

test('one line and three links say what it is', () =>
  withPage({}, async (page) => {
    assert.match(await page.textContent('.top p'), /Open a Keras model, edit it/);
    const links = await page.$$eval('.top a', (all) =>
      all.map((a) => [a.textContent.trim(), a.href]),
    );
    assert.deepEqual(links.map(([text]) => text), ['npm i keras-wasm', 'Documentation', 'Source']); // prettier-ignore
    const documentation = new URL('docs/index.html', page.url()).href;
    for (const [text, href] of links)
      if (text === 'Documentation') assert.equal(href, documentation);
      else assert.match(href, /^https:\/\//);
  }));

test('its content security policy forbids inline scripts, eval and other sites', () =>
  withPage({}, async (page) => {
    const policy = await page.getAttribute('meta[http-equiv=Content-Security-Policy]', 'content');
    // Modules at blob: addresses, which only the page can make, are the code that its user writes.
    assert.match(policy, /script-src 'self' 'wasm-unsafe-eval' blob:(;|$)/);
    assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:|\*/);
    // The policy is enforced: such a script does not run.
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "inline"';
      document.head.append(script);
    });
    assert.notEqual(await page.title(), 'inline');
  }));

/** What axe finds; the page's policy has no effect on what a test evaluates. */
async function violations(page) {
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate(() => globalThis.axe.run());
  return found.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
}

const states = {
  'with error bars and times': async (page) => {
    await chooseRecipe(page, 'monte-carlo');
    await page.selectOption('.input-kind', 'random');
    await page.fill('#runs', '20');
    await page.waitForSelector('#outputs .error-bar');
    await page.click('#measure');
    await page.waitForSelector('#times .layer-times', { timeout: 60_000 });
    await idle(page);
  },
  'with held-out examples of dicts': async (page) => {
    await openSample(page, 'tumours.keras');
  },
  'while a hook runs': async (page) => {
    await typeCode(page, 'export function edit() {\n  for (;;);\n}');
    await page.click('#run');
    await page.waitForSelector('#cancel:not([hidden])');
  },
  'without a camera': async (page) => {
    await openSample(page, 'digits_mlp.keras');
    await page.selectOption('.input-kind', 'camera');
    await page.click('.camera-button');
    await page.waitForSelector('.input-problem:not([hidden])');
  },
  'when it opens': async () => {},
  'with both graphs and details': async (page) => {
    await view(page, 'both');
    await page.click('[data-side=clone] [data-path=conv_1]');
    await details(page);
    await page.waitForSelector('.activations canvas');
  },
  'with the graph on the whole screen': async (page) => {
    await page.click('#full-screen');
    await page.waitForFunction(() => document.fullscreenElement !== null);
  },
  'with an error in the code': async (page) => {
    await typeCode(page, 'export function edit(model) {\n  return model.missing.value;\n}');
    await page.click('#run');
    await idle(page);
  },
  'with a file that did not open': async (page) => {
    await page.setInputFiles('#file', { name: 'x.keras', mimeType: '', buffer: Buffer.from('no') });
    await page.waitForSelector('#problem:not([hidden])');
    await page.click('.paste summary');
  },
};

for (const colorScheme of ['light', 'dark']) {
  for (const [what, bring] of Object.entries(states)) {
    test(`axe finds nothing in ${colorScheme} colours ${what}`, () =>
      withPage({ colorScheme }, async (page) => {
        await bring(page);
        assert.deepEqual(await violations(page), []);
      }));
  }
}

for (const width of [320, 390, 768, 1024, 1920]) {
  test(`nothing is cut off at a width of ${width} pixels`, () =>
    withPage({ viewport: { width, height: 800 } }, async (page) => {
      const scroll = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(scroll <= width, `${scroll} pixels`);
      assert.deepEqual(page.troubles, []);
    }));
}

// A page loads one variant of the engine, with its secondary module.
test('everything but models and the editor is less than 1.5 MB compressed', async () => {
  const folder = new URL('../../build/site/assets/', import.meta.url);
  const size = readdirSync(folder)
    .filter((name) => !/\.keras$|^code-mirror|^keras-(relaxed|threads)/.test(name))
    .reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, folder))).length, 0);
  assert.ok(size < 1.5e6, `${size} bytes`);
});

test('nothing moves for who prefers that', () =>
  withPage({ reducedMotion: 'reduce' }, async (page) => {
    const moving = await page.$$eval(
      '*',
      (all) =>
        all
          .map((each) => getComputedStyle(each))
          .filter(
            ({ animationName, transitionDuration }) =>
              animationName !== 'none' || /[1-9]/.test(transitionDuration),
          ).length,
    );
    assert.equal(moving, 0);
  }));

test('in forced colours, boxes and marks are still seen', () =>
  withPage({ forcedColors: 'active' }, async (page) => {
    const style = (selector, name) =>
      page.$eval(
        selector,
        (each, property) => getComputedStyle(each).getPropertyValue(property),
        name,
      );
    const box = '[data-side=clone] [data-path=conv_1] > rect';
    assert.notEqual(await style(box, 'stroke'), await style(box, 'fill'));
    const bar = '#outputs .best .bar.clone';
    const track = '#outputs .best .track';
    assert.notEqual(await style(bar, 'background-color'), await style(track, 'background-color'));
    assert.deepEqual(await violations(page), []);
  }));

test('on a phone, original, clone and code are tabs', () =>
  withPage({ viewport: { width: 390, height: 800 } }, async (page) => {
    const shown = () =>
      page.$$eval('.graph-frame, .hook', (all) =>
        all.filter((each) => each.offsetParent).map((each) => each.dataset.side ?? 'code'),
      );
    assert.deepEqual(await shown(), ['clone']);
    await view(page, 'original');
    assert.deepEqual(await shown(), ['original']);
    await view(page, 'code');
    assert.deepEqual(await shown(), ['code']);
    await chooseRecipe(page, 'prune');
    assert.equal(await page.textContent('[data-accuracy=clone]'), kerasAccuracy('prune', 50));
  }));

test('the page can be used by keyboard', () =>
  withPage({}, async (page) => {
    await page.focus('[data-sample="digits_nested.keras"]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-side=clone] [data-path=features]');
    await idle(page);
    const focused = () => page.evaluate(() => document.activeElement.dataset.path);
    await page.focus('[data-side=clone] .box[tabindex="0"]');
    assert.equal(await focused(), 'image');
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(), 'rescaling');
    await page.keyboard.press('Enter');
    assert.match(await details(page), /Rescaling.*scale.*0\.0625/s);
    const transform = () => page.getAttribute('[data-side=clone] .graph > g', 'transform');
    const before = await transform();
    await page.keyboard.press('+');
    assert.notEqual(await transform(), before);
    // Tab goes from the box to its details, past the zoom buttons.
    for (
      let i = 0;
      i < 5 && !(await page.evaluate(() => document.activeElement.closest('.details')));
      i++
    )
      await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.activeElement.matches('.details')));
    await page.keyboard.press('Escape');
    assert.equal(await page.isVisible('.details'), false);
    assert.equal(await focused(), 'rescaling', 'the focus returns to the box');

    while ((await focused()) !== 'features') await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.waitForSelector('[data-side=clone] [data-path="features/conv"]');
    await idle(page);
    assert.equal(await focused(), 'features', 'the focus stays on the opened model');
    await page.keyboard.press('ArrowRight');
    assert.equal(await focused(), 'features/half');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.waitForSelector('[data-side=clone] [data-path="features/conv"]', {
      state: 'detached',
    });

    // Out of the editor: Escape, then Tab.
    await page.focus('.code');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.editor .cm-focused');
    await page.keyboard.press('Escape');
    await openSample(page, 'digits.keras');
    assert.deepEqual(page.troubles, []);
  }));
