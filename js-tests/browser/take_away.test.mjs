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

test('the difference is an SVG file with both graphs and a legend', async () => {
  const { page, browser } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'dropout');
  const { name, bytes } = await download('#download-diff-svg');
  assert.equal(name, 'digits_difference.svg');
  const other = await browser.newPage();
  await other.setContent(String(bytes));
  const text = await other.textContent('body');
  assert.match(text, /^\s*Original.*Clone.*1 added.*1 rewired/s);
  assert.equal(await other.locator('[data-path=conv_1]').count(), 2);
  assert.equal(await other.locator('.box.added').count(), 1);
  await other.close();
  assert.equal(await page.getAttribute('#main', 'data-view'), 'clone', 'the view stays');
});

for (const [button, file, atLeast] of [
  ['#download-png', 'digits_graph.png', 100],
  ['#download-diff-png', 'digits_difference.png', 600],
]) {
  test(`${file} is a picture`, async () => {
    const { page } = shared;
    const { name, bytes } = await download(button);
    assert.equal(name, file);
    assert.equal(bytes.toString('latin1', 1, 4), 'PNG');
    const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    assert.ok(width >= atLeast && height > 800, `${width} x ${height}`);
    // Not all of one colour.
    const colours = await page.evaluate(async (text) => {
      const data = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
      const bitmap = await globalThis.createImageBitmap(new Blob([data]));
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
      const context = canvas.getContext('2d');
      context.drawImage(bitmap, 0, 0);
      const pixels = context.getImageData(0, 0, bitmap.width, bitmap.height).data;
      return new Set(new Uint32Array(pixels.buffer)).size;
    }, bytes.toString('base64'));
    assert.ok(colours > 20, `${colours} colours`);
    assert.deepEqual(page.troubles, []);
  });
}

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
