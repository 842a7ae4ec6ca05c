// Files that users bring: picked and dropped files open, broken ones are explained, and the page keeps working.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { boxes, fact, launch, modelPath, openPage, openSample, serve } from './site.mjs';

let browser;
let server;
let page;

before(async () => {
  [browser, server] = await Promise.all([launch(), serve()]);
});

beforeEach(async () => {
  page = await openPage(browser, server.address);
});

afterEach(async () => {
  const { troubles } = page;
  await page.context().close();
  assert.deepEqual(troubles, []);
});

after(async () => {
  await browser?.close();
  await server?.close();
});

const digits = readFileSync(modelPath('digits.keras'));

const pick = (name, buffer) =>
  page.setInputFiles('#file', { name, mimeType: 'application/octet-stream', buffer });

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

const opened = (name) =>
  page.waitForFunction(
    (text) => document.querySelector('#status')?.textContent === text,
    `${name} is open.`,
  );

/** digits.keras with its config changed by `edit`. */
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
  assert.match(await page.textContent('#original .summary'), /^Model: "digits"/);
  await openSample(page, 'digits_mlp.keras');
  assert.equal(await page.isVisible('#problem'), false);
  assert.match(await page.textContent('#original .summary'), /^Model: "digits_mlp"/);
}

test('a picked file opens', async () => {
  await pick('mine.keras', readFileSync(modelPath('digits_rnn.keras')));
  await opened('mine.keras');
  assert.match(await page.textContent('#original .summary'), /^Model: "digits_rnn"/);
  assert.equal(await page.getAttribute('[data-sample="digits.keras"]', 'aria-pressed'), 'false');
});

test('a dropped file opens', async () => {
  await drop('mine.keras', readFileSync(modelPath('digits_nested.keras')));
  await opened('mine.keras');
  assert.match(await page.textContent('#original .summary'), /^Model: "digits_nested"/);
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

test('a model that does not take digits is still shown', async () => {
  await pick(
    'other.keras',
    readFileSync(new URL('../fixtures/files/shared_towers.keras', import.meta.url)),
  );
  await opened('other.keras');
  assert.ok((await boxes(page, 'original')).length > 1);
  assert.match(await page.textContent('#original .verdict'), /^Digits are for models/);
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
  await pick('long.keras', long);
  await opened('long.keras');
  assert.equal((await boxes(page, 'original')).length, 606);
  assert.equal(await fact(page, 'original', 'layers'), '605');
});
