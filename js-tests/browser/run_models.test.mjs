// Running both models: held-out examples, text, sound, the camera, several runs, and times.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { initialize, Input, layers, Model } from '../support/keras.mjs';
import {
  chooseRecipe,
  idle,
  modelPath,
  opened,
  openPage,
  openSample,
  outputs,
  pick,
} from './site.mjs';
import { usePage } from './with_page.mjs';

const shared = usePage();
const samples = JSON.parse(readFileSync(modelPath('samples.json'), 'utf8')).models;

before(() => initialize());

async function open(name, model) {
  await pick(shared.page, name, Buffer.from(await model.save()));
  await opened(shared.page, name);
}

const shown = (page, count) =>
  page.waitForFunction(
    (expected) => document.querySelectorAll('#outputs .number.original').length === expected,
    count,
  );

function near(values, expected) {
  assert.equal(values.length, expected.length);
  values.forEach((value, i) => {
    const allowed = 1e-5 * Math.max(1, Math.abs(expected[i]));
    assert.ok(Math.abs(value - expected[i]) <= allowed, `${value}, not ${expected[i]}`);
  });
}

test("dicts of inputs and outputs run on held-out rows, with Keras's predictions", async () => {
  const { page } = shared;
  await openSample(page, 'tumours.keras');
  await chooseRecipe(page, 'plain');
  const { first_predictions: expected } = samples.find(({ name }) => name === 'tumours');
  for (const row of [0, 5]) {
    await page.selectOption('#example', { value: String(row) });
    const all = Object.keys(expected)
      .sort()
      .flatMap((key) => expected[key][row]);
    await page.waitForFunction(
      (first) =>
        Math.abs(document.querySelector('#outputs .number.original')?.dataset.value - first) < 1e-5,
      all[0],
    );
    near(await outputs(page, 'original'), all);
    near(await outputs(page, 'clone'), all);
  }
  assert.deepEqual(page.troubles, []);
});

test('the transformer recognizes the first held-out digit as Keras did', async () => {
  const { page } = shared;
  await openSample(page, 'digits_transformer.keras');
  const { first_predictions: expected, accuracy } = samples.find(
    ({ name }) => name === 'digits_transformer',
  );
  near(await outputs(page, 'original'), expected[0]);
  const percent = `${(100 * accuracy).toFixed(1)} %`;
  assert.equal(await page.textContent('[data-accuracy=original]'), percent);
});

test('several runs of a model with active Dropout have error bars', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'monte-carlo');
  await page.selectOption('.input-kind', 'random'); // the model is sure about digits
  await page.fill('#runs', '20');
  await page.waitForSelector('#outputs .error-bar');
  assert.match(await page.textContent('#outputs'), /Mean of 20 runs ± standard deviation/);
  const deviations = (side) =>
    page.$$eval(`#outputs .number.${side}`, (all) =>
      all.map(({ dataset }) => Number(dataset.deviation)),
    );
  assert.ok((await deviations('clone')).some((deviation) => deviation > 0));
  assert.ok((await deviations('original')).every((deviation) => deviation === 0));
  await page.fill('#runs', '1');
  await page.waitForSelector('#outputs .error-bar', { state: 'detached' });
});

test('times of predictions and of each layer are drawn', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'deploy');
  await page.click('#measure');
  await page.waitForSelector('#times .layer-times', { timeout: 60_000 });
  await idle(page);
  const layersShown = await page.$$eval('#times [data-layer]', (all) =>
    all.map(({ dataset }) => dataset.layer),
  );
  for (const name of ['conv_1', 'pool_2', 'hidden', 'digit', 'dropout'])
    assert.ok(layersShown.includes(name), `${name} in ${layersShown}`);
  assert.match(await page.textContent('#times [data-layer=dropout] .number.clone'), /–/);
  assert.match(await page.textContent('#times [data-layer=conv_1] .number.clone'), /\d+ (µs|ms)/);
  assert.match(
    await page.textContent('.latency figcaption'),
    /50 runs.*Median: original [\d.]+ (µs|ms), clone/,
  );
  assert.ok(await page.isVisible('.latency canvas[role=img]'));
  assert.doesNotMatch(await page.textContent('#times'), /\b0 (µs|ms)/);
  await chooseRecipe(page, 'plain');
  assert.equal(await page.locator('#times *').count(), 0, 'times of another clone are gone');
  await openSample(page, 'digits_nested.keras');
  await page.click('#measure');
  for (const shared of ['features', 'shared'])
    await page.waitForSelector(`#times [data-layer=${shared}]`, { timeout: 60_000 });
  assert.deepEqual(page.troubles, []);
});

/** A WAV file of 16-bit samples at 8000 Hz. */
function wav(samplesOf) {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + 2 * samplesOf.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  for (const [at, value] of [[20, 1], [22, 1], [32, 2], [34, 16]]) head.writeUInt16LE(value, at); // prettier-ignore
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(16000, 28);
  head.write('data', 36);
  head.writeUInt32LE(2 * samplesOf.length, 40);
  return Buffer.concat([head, Buffer.from(Int16Array.from(samplesOf).buffer)]);
}

test('a sound file is the input of a model of many samples', async () => {
  const { page } = shared;
  const inputs = Input({ shape: [800, 1], name: 'sound' });
  const loudest = new layers.GlobalMaxPooling1D({ name: 'loudest' }).apply(inputs);
  await open('sound.keras', new Model({ inputs, outputs: loudest }));
  await page.selectOption('[data-input=sound] .input-kind', 'sound');
  await page.fill('[data-input=sound] .rate input', '8000');
  const tone = Array.from({ length: 800 }, (_, i) => (i === 400 ? 16384 : 100));
  await page.setInputFiles('.sound-file', {
    name: 'tone.wav',
    mimeType: 'audio/wav',
    buffer: wav(tone),
  });
  await shown(page, 1);
  assert.ok(Math.abs((await outputs(page, 'original'))[0] - 0.5) < 1e-3);
  await page.setInputFiles('.sound-file', {
    ...{ name: 'no.wav', mimeType: 'audio/wav', buffer: Buffer.from('no sound') },
  });
  await page.waitForSelector('[data-input=sound] .input-problem:not([hidden])');
  assert.match(await page.textContent('.input-problem'), /kind of sound file/);
});

test('a picture from the camera is the input of a model of images', async () => {
  const { chromium } = await import('playwright-core');
  const { chromiumSwitches } = await import('../../tools/lib/chromium.mjs');
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      ...chromiumSwitches,
      ...['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
    ],
  });
  try {
    const page = await openPage(browser, shared.server.address);
    await openSample(page, 'digits_mlp.keras');
    await page.selectOption('.input-kind', 'camera');
    await page.click('.camera-button');
    await page.waitForFunction(
      () => document.querySelector('.camera-button').textContent === 'Take a picture',
    );
    await page.click('.camera-button');
    await shown(page, 10);
    assert.deepEqual(page.troubles, []);
  } finally {
    await browser.close();
  }
});

test('without a camera, the page says so', async () => {
  const { page } = shared;
  await openSample(page, 'digits_mlp.keras');
  await page.selectOption('.input-kind', 'camera');
  await page.click('.camera-button');
  await page.waitForSelector('.input-problem:not([hidden])');
  assert.match(await page.textContent('.input-problem'), /The camera did not start/);
});

test('an input of strings takes text', async () => {
  const { page } = shared;
  const text = Input({ shape: [1], dtype: 'string', name: 'text' });
  const number = Input({ shape: [2], name: 'number' });
  const outputs = new layers.Dense({ units: 1, name: 'out' }).apply(number);
  await open('text.keras', new Model({ inputs: { text, number }, outputs }));
  assert.equal(await page.inputValue('[data-input=text] .input-kind'), 'text');
  await page.fill('[data-input=text] .text', '');
  assert.match(await page.textContent('[data-input=text] .input-problem'), /Write some text/);
  await page.fill('[data-input=text] .text', 'a line');
  assert.equal(await page.isVisible('[data-input=text] .input-problem'), false);
});
