// Models of 5,000 layers: the graph is there before the model is, and only what is in view is in the page.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fileOfConfig, irregularConfig, regularConfig } from '../../tools/lib/large_models.mjs';
import * as keras from '../support/keras.mjs';
import { boxes, fact, idle, opened, pick, view } from './site.mjs';
import { usePage } from './with_page.mjs';

const shared = usePage();
const count = 5000;

before(() => keras.initialize());

const fileOf = (config) => fileOfConfig(keras, config);

const drawnBoxes = (page) => page.locator('.graph-frame[data-side=original] .box').count();

for (const [what, make] of Object.entries({ regular: regularConfig, irregular: irregularConfig })) {
  // `npm run bench -- --sections site` measures how long it takes.
  test(`a model of 5,000 ${what} layers is drawn before it is open`, async () => {
    const { page } = shared;
    await view(page, 'original');
    await page.selectOption('#recipe', 'plain');
    await idle(page);
    await pick(page, `${what}.keras`, await fileOf(make(count)));
    await page.waitForFunction(
      (prefix) => document.querySelector(`[data-side=original] [data-path^=${prefix}_0]`),
      what,
    );
    assert.match(await page.textContent('#status'), /^Opening/);
    await opened(page, `${what}.keras`);
    assert.equal(await fact(page, 'original', 'layers'), count.toLocaleString('en'));
    const inPage = await drawnBoxes(page);
    assert.ok(inPage > 0 && inPage < 300, `${inPage} boxes in the page`);
    assert.deepEqual(page.troubles, []);
  });
}

test('of a large graph, what is in view is drawn', async () => {
  const { page } = shared;
  const original = page.locator('.graph-frame[data-side=original]');
  assert.equal(await page.isChecked('#fold'), true);
  await original.locator('.box[tabindex="0"]').focus();
  await page.keyboard.press('End');
  const last = `irregular_${count - 1}`;
  assert.equal(await page.evaluate(() => document.activeElement.dataset.path), last);
  await original.locator(`[data-path=${last}]`).waitFor();
  await page.waitForFunction(
    () => !document.querySelector('[data-side=original] [data-path=irregular_1]'),
  );
  const box = original.locator(`[data-path=${last}]`);
  assert.ok(Number(await box.getAttribute('aria-setsize')) > 1000);
  assert.equal(await box.getAttribute('aria-posinset'), await box.getAttribute('aria-setsize'));
  await page.keyboard.press('Home');
  await original.locator('[data-path=irregular_1]').waitFor();
  assert.ok((await drawnBoxes(page)) < 300);
});

test('repeated blocks fold, open, and are searched', async () => {
  const { page } = shared;
  await pick(page, 'regular.keras', await fileOf(regularConfig(count)));
  await opened(page, 'regular.keras');
  const folded = await boxes(page, 'original');
  assert.ok(folded.length < 20, `${folded.length} boxes`);
  const block = page.locator('[data-side=original] .box.block').first();
  assert.match(await block.textContent(), /repeated block of 4,?9\d\d layers/);
  await page.fill('#search', 'regular_2500');
  const found = page.locator('[data-side=original] [data-path=regular_2500]');
  await found.waitFor();
  assert.equal(await page.textContent('#found'), '1 of 1');
  assert.equal(await found.getAttribute('aria-selected'), 'true');
  assert.equal(await found.getAttribute('aria-level'), '2');
  assert.ok((await drawnBoxes(page)) < 300);
  await page.fill('#search', '');
  await page.click('#fold');
  await idle(page);
  assert.equal(await page.locator('[data-side=original] .box.block').count(), 0);
  await page.click('#fold');
  await idle(page);
  assert.ok((await page.locator('[data-side=original] .box.block').count()) > 0);
  assert.deepEqual(page.troubles, []);
});
