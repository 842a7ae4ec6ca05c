// What a visitor takes home: files that open again, a program that runs in Node, a drawing.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { before, test } from 'node:test';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { initialize, loadModel, modelFromJson } from '../support/keras.mjs';
import {
  chooseRecipe,
  fact,
  idle,
  kerasAccuracy,
  modelPath,
  openSample,
  opened,
  pick,
  slide,
} from './site.mjs';
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
  assert.equal(await page.textContent('[data-accuracy=original]'), kerasAccuracy());
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
  const files = { 'edit.mjs': bytes, 'digits.keras': readFileSync(modelPath('digits.keras')) };
  runProgram(files, (folder, printed) => {
    assert.match(printed, /Trainable params: 0 /);
    assert.ok(existsSync(join(folder, 'digits_clone.keras')));
  });
});

/** Runs a downloaded program in a folder of its own with these files; `use` gets the folder and what was printed. */
function runProgram(files, use) {
  // Inside the checkout, so that the package finds itself by name.
  const folder = mkdtempSync(fileURLToPath(new URL('../../build/edit-', import.meta.url)));
  try {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    const printed = execFileSync(process.execPath, ['edit.mjs'], { cwd: folder, encoding: 'utf8' });
    use(folder, printed);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const fixture = (name) => readFileSync(new URL(`../fixtures/files/${name}`, import.meta.url));

test('the program opens weights over a model as the page did', async () => {
  const { page } = shared;
  await pick(page, 'first.keras', fixture('functional.keras'));
  await opened(page, 'first.keras');
  await chooseRecipe(page, 'plain');
  await pick(page, 'functional.weights.h5', fixture('functional.weights.h5'));
  await opened(page, 'functional.weights.h5');
  const { bytes } = await download('#download-code');
  const files = {
    'edit.mjs': bytes,
    'first.keras': fixture('functional.keras'),
    'functional.weights.h5': fixture('functional.weights.h5'),
  };
  runProgram(files, (folder) => assert.ok(existsSync(join(folder, 'first_clone.keras'))));
});

test("the program comes with the user's own classes", async () => {
  const { page } = shared;
  const entries = unzipSync(readFileSync(modelPath('digits.keras')));
  const config = JSON.parse(strFromU8(entries['config.json']));
  const mystery = {
    class_name: 'Mystery',
    module: 'somewhere',
    registered_name: 'somewhere>Mystery',
  };
  Object.assign(config.config.layers[1], mystery);
  const model = Buffer.from(
    zipSync({ ...entries, 'config.json': strToU8(JSON.stringify(config)) }),
  );
  await pick(page, 'mystery.keras', model);
  await page.waitForSelector('#classes');
  await page.click('#open-with-classes');
  await opened(page, 'mystery.keras');
  await chooseRecipe(page, 'rename');
  const files = { 'mystery.keras': model };
  page.on('download', (file) => (files[file.suggestedFilename()] = file));
  await page.click('#download-code');
  await page.waitForFunction(() =>
    /edit.mjs and classes.mjs have been saved/.test(document.querySelector('#status').textContent),
  );
  page.removeAllListeners('download');
  for (const name of ['edit.mjs', 'classes.mjs'])
    files[name] = readFileSync(await files[name].path());
  runProgram(files, (_, printed) => assert.match(printed, /left_rescaling \(Mystery\)/));
});

test('the page of the edit says what it does, shows both graphs, and its link opens the edit', async () => {
  const { page, browser } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'prune');
  await slide(page, 60);
  const { name, bytes } = await download('#download-page');
  assert.equal(name, 'digits_edit.html');
  const context = await browser.newContext();
  const other = await context.newPage();
  await other.setContent(String(bytes));
  assert.equal(await other.title(), 'Prune the smallest weights');
  const text = await other.textContent('body');
  assert.match(text, /Sets the smallest weights of each kernel to zero/);
  assert.match(text, /Pruned weights \(%\): 60/);
  assert.match(text, /edit\(model, 60\)/);
  assert.match(text, /kernel: float32 .* differs by up to/);
  const accuracies = await other.$$eval('tbody tr:last-child td', (all) =>
    all.map((td) => td.textContent),
  );
  assert.deepEqual(accuracies, [kerasAccuracy(), await page.textContent('[data-accuracy=clone]')]);
  assert.equal(await other.locator('.picture [data-path=conv_1]').count(), 2);
  assert.equal(await other.locator('script').count(), 0);
  const link = await other.getAttribute('a', 'href');
  await context.close();
  const again = await shared.fresh({ hash: new URL(link).hash });
  assert.equal(await again.inputValue('#recipe'), 'prune');
  assert.equal(await again.textContent('#slider-value'), '60');
  await again.context().close();
  assert.deepEqual(page.troubles, []);
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
