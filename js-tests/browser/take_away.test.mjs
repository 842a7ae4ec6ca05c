// What a visitor takes home: files that open again, a program that runs in Node, a drawing.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { before, test } from 'node:test';
import { initialize, loadModel, modelFromJson } from '../support/keras.mjs';
import { chooseRecipe, idle, modelPath, opened, openSample, pick, fact } from './site.mjs';
import { usePage } from './with_page.mjs';

const shared = usePage();

before(() => initialize());

async function download(selector) {
  const { page } = shared;
  const [file] = await Promise.all([page.waitForEvent('download'), page.click(selector)]);
  const bytes = readFileSync(await file.path());
  await idle(page);
  return { name: file.suggestedFilename(), bytes };
}

test('the downloaded clone opens in Node and on the page', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'dropout');
  const { name, bytes } = await download('#download');
  assert.equal(name, 'digits_clone.keras');
  assert.match(await page.textContent('#status'), /saved and opened again/);
  const model = await loadModel(bytes);
  assert.ok(model.layers.some((layer) => layer.name === 'new_dropout_1'));
  await pick(page, 'again.keras', bytes);
  await opened(page, 'again.keras');
  assert.match(await page.textContent('#summary-original'), /new_dropout_1 \(Dropout\)/);
  assert.equal(await page.textContent('[data-accuracy=original]'), '98.6 %');
  assert.deepEqual(page.troubles, []);
});

test('model.json has the config of the clone', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'rename');
  const { name, bytes } = await download('#download-json');
  assert.equal(name, 'digits_clone.json');
  assert.equal(modelFromJson(String(bytes)).layers[1].name, 'left_rescaling');
});

test('the program runs in Node and saves the clone', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'freeze');
  const { bytes } = await download('#download-code');
  // Inside the checkout, so that the package finds itself by name.
  const folder = mkdtempSync(fileURLToPath(new URL('../../build/edit-', import.meta.url)));
  try {
    copyFileSync(modelPath('digits.keras'), join(folder, 'digits.keras'));
    writeFileSync(join(folder, 'edit.mjs'), bytes);
    const printed = execFileSync(process.execPath, ['edit.mjs'], { cwd: folder, encoding: 'utf8' });
    assert.match(printed, /Trainable params: 0 /);
    assert.ok(existsSync(join(folder, 'digits_clone.keras')));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the drawing is an SVG file of its own', async () => {
  const { page, browser } = shared;
  await openSample(page, 'digits.keras');
  const { name, bytes } = await download('#download-svg');
  assert.equal(name, 'digits_graph.svg');
  const text = String(bytes);
  assert.match(text, /^<svg [^>]*viewBox="-12 -12 /);
  assert.match(text, /MaxPooling2D/);
  const other = await browser.newPage();
  await other.setContent(text);
  const box = other.locator('[data-path=conv_1] rect').first();
  assert.notEqual(await box.evaluate((rect) => getComputedStyle(rect).fill), 'rgb(0, 0, 0)');
  await other.close();
});

test('a clone that failed cannot be downloaded', async () => {
  const { page } = shared;
  await openSample(page, 'digits_rnn.keras');
  await chooseRecipe(page, 'input-size');
  assert.match(
    await page.textContent('#code-problem'),
    /total size of the tensor must be unchanged/,
  );
  await page.click('#download');
  await page.waitForSelector('#problem:not([hidden])');
  assert.match(await page.textContent('#problem'), /There is no clone/);
  assert.equal(await fact(page, 'clone', 'layers'), '');
  await page.reload();
  await idle(page);
});
