// A file of 100 MB: it opens and is saved with progress, and both can be cancelled. `npm run bench -- --sections site`
// measures how long it takes.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileOf100Megabytes } from '../../tools/lib/large_models.mjs';
import * as keras from '../support/keras.mjs';
import { accuracy, boxes, fact, idle, opened, openSample } from './site.mjs';
import { usePage } from './with_page.mjs';

const shared = usePage();
const patience = 120_000; // on a busy machine
const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-large-'));
const path = join(folder, 'large.keras');

before(async () => {
  await keras.initialize();
  writeFileSync(path, await fileOf100Megabytes(keras));
});

after(() => rmSync(folder, { recursive: true, force: true }));

/** Collects what the status says from now on. */
const watchStatus = (page) =>
  page.evaluate(() => {
    const status = document.querySelector('#status');
    globalThis.said = [];
    new globalThis.MutationObserver(() => globalThis.said.push(status.textContent)).observe(
      status,
      { childList: true, characterData: true, subtree: true },
    );
  });
const said = (page) => page.evaluate(() => globalThis.said);

/** Starts work, which is cancelled as soon as it says how far it is: a fast machine would be ready before a click from here. */
async function cancelWhen(page, pattern, start) {
  await page.evaluate((text) => {
    const status = document.querySelector('#status');
    const observer = new globalThis.MutationObserver(() => {
      if (!new RegExp(text).test(status.textContent)) return;
      observer.disconnect();
      document.querySelector('#cancel').click();
    });
    observer.observe(status, { childList: true, characterData: true, subtree: true });
  }, pattern);
  await start();
  await page.waitForFunction(() => document.querySelector('#status').textContent === 'Cancelled.');
  await idle(page);
}

test('opening it is cancelled, and the model before stays', async () => {
  const { page } = shared;
  page.setDefaultTimeout(patience);
  await openSample(page, 'digits.keras');
  const before = await accuracy(page, 'clone');
  await cancelWhen(page, '^Opening large.* MB', () => page.setInputFiles('#file', path));
  assert.equal(await fact(page, 'original', 'name'), 'digits');
  assert.ok((await boxes(page, 'original')).includes('conv_1'));
  assert.equal(await accuracy(page, 'clone'), before);
  assert.equal(await page.isVisible('#problem'), false);
  assert.deepEqual(page.troubles, []);
});

test('it opens with its size and progress', async () => {
  const { page } = shared;
  await watchStatus(page);
  await page.setInputFiles('#file', path);
  await opened(page, 'large.keras');
  const texts = await said(page);
  assert.ok(
    texts.some((text) =>
      /^Opening large\.keras, 100\.\d MB: weights of \d+ of \d+ layers/.test(text),
    ),
    texts.join('\n'),
  );
  assert.equal(await fact(page, 'original', 'parameters'), (25 * 1001 * 1000).toLocaleString('en'));
  assert.deepEqual(page.troubles, []);
});

test('saving its clone is cancelled, and the models stay', async () => {
  const { page } = shared;
  await page.selectOption('#recipe', 'rename');
  await idle(page);
  await cancelWhen(page, '^Saving: ', () => page.click('#download'));
  assert.equal(await page.isVisible('#problem'), false);
  assert.ok((await boxes(page, 'clone')).includes('left_dense_0'));
  assert.deepEqual(page.troubles, []);
});

test('its clone is saved with progress, and has the weights', async () => {
  const { page } = shared;
  await watchStatus(page);
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
  const bytes = readFileSync(await download.path());
  await idle(page);
  const texts = await said(page);
  assert.ok(
    texts.some((text) => /^Saving: \d+ of \d+ layers/.test(text)),
    texts.join('\n'),
  );
  assert.ok(
    texts.some((text) => /^Opening the saved file again: \d+ of \d+ layers/.test(text)),
    texts.join('\n'),
  );
  assert.match(texts.at(-1), /^The clone has been saved and opened again \(100,\d{3},\d{3} bytes/);
  const [first, again] = [await keras.loadModel(path), await keras.loadModel(bytes)];
  const diff = keras.diffModels(first, again);
  assert.equal(diff.sameWeights, 50);
  assert.deepEqual(diff.layers.filter(({ was }) => was === undefined), []); // prettier-ignore
  assert.deepEqual(page.troubles, []);
});
