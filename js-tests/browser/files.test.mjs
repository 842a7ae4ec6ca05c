// Files that users bring: picked and dropped files open, broken ones are explained, and the page keeps working.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { initialize, loadModel } from '../support/keras.mjs';
import { boxes, fact, idle, kerasAccuracy, modelPath, openSample, opened, pick } from './site.mjs';
import { usePage } from './with_page.mjs';

const shared = usePage();
let page;

beforeEach(async () => {
  page = await shared.fresh();
});

afterEach(async () => {
  const { troubles } = page;
  await page.context().close();
  assert.deepEqual(troubles, []);
});

const digits = readFileSync(modelPath('digits.keras'));

// Playwright cannot drop files, so dispatch the event that a browser would.
const drop = (name, buffer) =>
  page.evaluate(
    ([file, text]) => {
      const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], file));
      const options = { dataTransfer, bubbles: true, cancelable: true };
      const over = new DragEvent('dragover', options);
      document.body.dispatchEvent(over);
      if (!over.defaultPrevented) throw new Error('The page does not take the file.');
      document.body.dispatchEvent(new DragEvent('drop', options));
    },
    [name, Buffer.from(buffer).toString('base64')],
  );

/** A sample with its config changed by `edit`. */
function edited(file, edit) {
  const entries = unzipSync(readFileSync(modelPath(file)));
  const config = JSON.parse(strFromU8(entries['config.json']));
  edit(config);
  return Buffer.from(zipSync({ ...entries, 'config.json': strToU8(JSON.stringify(config)) }));
}

async function assertExplained(name, pattern) {
  await page.waitForSelector('#problem:not([hidden])');
  const said = await page.textContent('#problem');
  assert.ok(said.startsWith(`${name} could not be opened.`), said);
  assert.match(said, pattern);
  // The previous model is still shown, and another one opens.
  assert.equal(await fact(page, 'original', 'name'), 'digits');
  await idle(page);
  assert.ok((await boxes(page, 'original')).includes('conv_1'));
  assert.ok(!(await boxes(page, 'original')).includes('broken'));
  await openSample(page, 'digits_mlp.keras');
  assert.equal(await page.isVisible('#problem'), false);
  assert.equal(await fact(page, 'original', 'name'), 'digits_mlp');
}

test('a picked file opens', async () => {
  await pick(page, 'mine.keras', readFileSync(modelPath('digits_rnn.keras')));
  await opened(page, 'mine.keras');
  assert.equal(await fact(page, 'original', 'name'), 'digits_rnn');
  assert.equal(await page.getAttribute('[data-sample="digits.keras"]', 'aria-pressed'), 'false');
});

test('a file that does not open leaves the sample and its link', async () => {
  const before = page.url();
  await drop('broken.keras', Buffer.from('This is no model.'));
  await page.waitForSelector('#problem:not([hidden])');
  await idle(page);
  assert.equal(page.url(), before);
  assert.equal(await page.getAttribute('[data-sample="digits.keras"]', 'aria-pressed'), 'true');
});

test('weights of .safetensors, and of several files, open over a model', async () => {
  await initialize();
  const model = await loadModel(digits);
  const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-weights-'));
  try {
    await model.saveWeights(join(folder, 'w.safetensors'));
    await model.saveWeights(join(folder, 'w.weights.json'), { maxShardSize: 2e-5 });
    await openSample(page, 'digits.keras');
    await page.setInputFiles('#file', join(folder, 'w.safetensors'));
    await opened(page, 'w.safetensors');
    assert.equal(await page.textContent('[data-accuracy=original]'), kerasAccuracy());
    const shards = readdirSync(folder).filter((name) => !name.endsWith('.safetensors'));
    assert.ok(shards.length > 2, shards.join());
    await page.setInputFiles('#file', shards.map((name) => join(folder, name))); // prettier-ignore
    await opened(page, 'w.weights.json');
    assert.equal(await page.textContent('[data-accuracy=original]'), kerasAccuracy());
    assert.equal(await page.getAttribute('[data-sample="digits.keras"]', 'aria-pressed'), 'false');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a dropped file opens', async () => {
  await drop('mine.keras', readFileSync(modelPath('digits_nested.keras')));
  await opened(page, 'mine.keras');
  assert.equal(await fact(page, 'original', 'name'), 'digits_nested');
});

const broken = {
  'a dropped text file': [Buffer.from('This is no model.'), /zip/],
  'an empty file': [Buffer.alloc(0), /zip/],
  'a file cut short': [digits.subarray(0, digits.length >> 1), /zip/],
  'a config that is not JSON': [
    Buffer.from(zipSync({ ...unzipSync(digits), 'config.json': strToU8('{"module": ') })),
    /JSON/,
  ],
  'weights cut short': [
    Buffer.from(
      zipSync({
        ...unzipSync(digits),
        'model.weights.h5': unzipSync(digits)['model.weights.h5'].subarray(0, 5000),
      }),
    ),
    /OSError: Unable to synchronously open file \(truncated file/,
  ],
  'an unknown layer': [
    edited('digits.keras', (config) => {
      const layer = config.config.layers[1];
      layer.class_name = 'Mystery';
      layer.module = 'somewhere';
      layer.registered_name = 'somewhere>Mystery';
    }),
    /TypeError: Could not locate class 'Mystery'\..*config\.layers\[1\]/s,
  ],
  'a layer with a wrong field': [
    edited('digits.keras', (config) => {
      config.config.layers.at(-1).config.units = -3;
    }),
    /Received an invalid value for `units`.*units=-3/,
  ],
};

for (const [what, [bytes, pattern]] of Object.entries(broken)) {
  test(`${what} is explained`, async () => {
    await drop('broken.keras', bytes);
    await assertExplained('broken.keras', pattern);
  });
}

const fixture = (name) => readFileSync(new URL(`../fixtures/files/${name}`, import.meta.url));

test('a legacy .h5 file opens', async () => {
  await pick(page, 'old.h5', fixture('legacy_functional.h5'));
  await opened(page, 'old.h5');
  assert.ok((await boxes(page, 'original')).length > 1);
});

test('a config opens from a file and pasted as text, with fresh weights', async () => {
  const json = strFromU8(unzipSync(digits)['config.json']);
  await drop('model.json', Buffer.from(json));
  await opened(page, 'model.json');
  assert.equal(await fact(page, 'original', 'name'), 'digits');
  await page.click('.paste summary');
  await page.fill('#pasted', json.replaceAll('conv_1', 'pasted_conv'));
  await page.click('#open-pasted');
  await opened(page, 'pasted.json');
  assert.ok((await boxes(page, 'original')).includes('pasted_conv'));
  assert.notEqual(await page.textContent('[data-accuracy=original]'), kerasAccuracy());
});

test('a file of weights changes the open model', async () => {
  await pick(page, 'first.keras', fixture('functional.keras'));
  await opened(page, 'first.keras');
  await page.selectOption('#recipe', 'plain');
  await idle(page);
  await drop('functional.weights.h5', fixture('functional.weights.h5'));
  await opened(page, 'functional.weights.h5');
  assert.equal(await page.isVisible('#problem'), false);
});

test('the graph is there before the weights are read', async () => {
  const { 'config.json': config } = unzipSync(digits);
  const weightless = Buffer.from(zipSync({ 'config.json': config }));
  // A MutationObserver sees the drawing that comes before the error.
  await page.evaluate(() => {
    globalThis.drawn = [];
    const graph = document.querySelector('.graph-frame[data-side=original]');
    new globalThis.MutationObserver(() =>
      globalThis.drawn.push(graph.querySelectorAll('.box').length),
    ).observe(graph, { childList: true, subtree: true });
  });
  await openSample(page, 'digits_rnn.keras');
  await drop('weightless.keras', weightless);
  await page.waitForSelector('#problem:not([hidden])');
  const drawn = await page.evaluate(() => globalThis.drawn);
  assert.ok(drawn.includes(10), `${drawn}`);
  await idle(page);
  assert.deepEqual((await boxes(page, 'original')).length, 5, 'the previous model is shown again');
});

test('unknown classes come with stubs, and the file opens with the classes that are pasted', async () => {
  const mystery = edited('digits.keras', (config) => {
    Object.assign(config.config.layers[1], {
      class_name: 'Mystery',
      module: 'somewhere',
      registered_name: 'somewhere>Mystery',
    });
  });
  await drop('mystery.keras', mystery);
  await page.waitForSelector('#classes');
  const stubs = await page.inputValue('#classes');
  assert.match(stubs, /^import { .*Layer.* } from 'keras-wasm';/);
  assert.match(stubs, /class Mystery extends Layer/);
  await page.fill(
    '#classes',
    stubs
      .replace('import {', 'import { ops,')
      .replace('return inputs; // to be written', 'return ops.multiply(inputs, this.scale);'),
  );
  await page.click('#open-with-classes');
  await opened(page, 'mystery.keras');
  assert.equal(await page.isVisible('#problem'), false);
  assert.match(await page.textContent('#summary-original'), /rescaling \(Mystery\)/);
  assert.match(await page.textContent('#accuracy'), /98\.6/);
});

test('a model of 600 layers is drawn', async () => {
  const long = edited('digits_mlp.keras', ({ config }) => {
    const relu = (_, i) => ({
      module: 'keras.layers',
      class_name: 'Activation',
      config: { name: `step_${i}`, trainable: true, dtype: 'float32', activation: 'relu' },
      registered_name: null,
    });
    config.layers.splice(2, 0, ...Array.from({ length: 600 }, relu));
  });
  await pick(page, 'long.keras', long);
  await opened(page, 'long.keras');
  assert.equal((await boxes(page, 'original')).length, 606);
  assert.equal(await fact(page, 'original', 'layers'), '605');
});
