// What inner layers return for the input on display, as heat maps of both models; the graph on the whole screen.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { initialize, Input, layers, loadModel, Model, tensor } from '../support/keras.mjs';
import {
  chooseRecipe,
  details,
  idle,
  modelPath,
  opened,
  openSample,
  pick,
  slide,
  view,
} from './site.mjs';
import { usePage } from './with_page.mjs';

const shared = usePage();

before(() => initialize());

/** Selects a layer, and returns what the captions say: `original: -1.2 to 3`. */
async function activations(page, path) {
  await page.fill('#search', path); // selects the first layer that it finds
  await page.waitForFunction(
    (name) => document.querySelector('.details small')?.textContent === name,
    path.split('/').at(-1),
  );
  await details(page);
  await page.waitForSelector('.activations :is(canvas, .strings)');
  return captions(page);
}

const captions = (page) =>
  page.$$eval('.activations .map .hint', (all) => all.map(({ textContent }) => textContent));

const short = (value) => String(Number(value.toPrecision(3)));

function rangeOf(values) {
  const all = [...values];
  return `${short(Math.min(...all))} to ${short(Math.max(...all))}`;
}

/** The held-out 7 that the page shows first. */
function firstSeven() {
  const { labels, pixels_base64: text } = JSON.parse(
    readFileSync(modelPath('digits_heldout.json')),
  );
  const at = labels.indexOf(7);
  const pixels = Buffer.from(text, 'base64').subarray(64 * at, 64 * (at + 1));
  return tensor(Float32Array.from(pixels), [1, 8, 8, 1]);
}

test("a layer's output is drawn for both models, with the values of a sub-model in Node", async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'quantize');
  const model = await loadModel(readFileSync(modelPath('digits.keras')));
  for (const name of ['conv_1', 'pool_2', 'hidden', 'image']) {
    const shown = await activations(page, name);
    const expected = model.subModel({ outputs: name }).predict(firstSeven());
    assert.equal(shown.length, 2);
    assert.equal(shown[0], `original: ${rangeOf(expected.data())}`, name);
    const [original, clone] = await page.$$eval('.activations canvas[role=img]', (all) =>
      all.map((canvas) => canvas.toDataURL()),
    );
    if (name === 'image') assert.equal(clone, original);
    else assert.notEqual(clone, original, name);
  }
  assert.deepEqual(page.troubles, []);
});

test('equal outputs have equal pictures, and the slider changes the clone alone', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'plain');
  await activations(page, 'conv_2');
  const pictures = () =>
    page.$$eval('.activations canvas[role=img]', (all) => all.map((canvas) => canvas.toDataURL()));
  const [original, clone] = await pictures();
  assert.equal(original, clone);
  await chooseRecipe(page, 'quantize');
  await slide(page, 2);
  await page.waitForFunction(() => {
    const [a, b] = document.querySelectorAll('.activations .map .hint');
    return a && b && a.textContent.slice(10) !== b.textContent.slice(7);
  });
  await page.click('.held-out li:nth-child(1) button');
  const before = (await captions(page))[0];
  await page.click('.held-out li:nth-child(4) button');
  await page.waitForFunction(
    (text) => document.querySelector('.activations .hint')?.textContent !== text,
    before,
  );
});

test('layers in a shared nested model, and each call of a shared layer, are drawn', async () => {
  const { page } = shared;
  await openSample(page, 'digits_nested.keras');
  await chooseRecipe(page, 'plain');
  await page.click('.held-out li:nth-child(8) button');
  await page.click('[data-side=clone] [data-path=features] .toggle');
  await page.waitForSelector('[data-side=clone] [data-path="features/conv"]');
  await idle(page);
  const model = await loadModel(readFileSync(modelPath('digits_nested.keras')));
  const half = model.subModel({ outputs: 'get_item' }).predict(firstSeven());
  const inner = model.getLayer('features').subModel({ outputs: 'conv' }).predict(half);
  const shown = await activations(page, 'features/conv');
  assert.equal(shown[0], `original: ${rangeOf(inner.data())}`);
  const calls = await activations(page, 'shared');
  assert.equal(calls.length, 4);
  const second = model.subModel({ outputs: 'shared@1' }).predict(firstSeven());
  assert.equal(calls[1], `original, call or output 2: ${rangeOf(second.data())}`);
});

test('a layer that one model lacks, and a model without input, say so', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'dropout');
  await page.click('[data-side=clone] [data-path=new_dropout_1] .layer-name');
  await details(page);
  await page.waitForSelector('.activations canvas');
  assert.match(await page.textContent('.activations'), /original: no such layer.*clone: 0 to /s);
  await page.click('.pads .clear');
  await page.waitForFunction(() =>
    /no input/.test(document.querySelector('.activations').textContent),
  );
});

test('fixed batches and sequences are drawn', async () => {
  const { page } = shared;
  const inputs = Input({ batchShape: [3, 5, 4], name: 'steps' });
  const lstm = new layers.LSTM({ units: 6, returnSequences: true, name: 'lstm' }).apply(inputs);
  const model = new Model({ inputs, outputs: new layers.Dense({ units: 2 }).apply(lstm) });
  await pick(page, 'fixed.keras', Buffer.from(await model.save()));
  await opened(page, 'fixed.keras');
  await chooseRecipe(page, 'plain');
  await activations(page, 'lstm');
  const [size] = await page.$$eval('.activations canvas[role=img]', (all) =>
    all.map(({ width, height }) => [width, height]),
  );
  assert.deepEqual(size, [6, 5]);
  assert.deepEqual(page.troubles, []);
});

test('the graph fills the screen, with its slider and views, and leaves it again', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await page.click('#full-screen');
  await page.waitForFunction(() => document.fullscreenElement?.id === 'graph-pane');
  // The event that sets this follows the change.
  await page.waitForSelector('#full-screen[aria-pressed=true]');
  await view(page, 'both');
  assert.ok(await page.isVisible('[data-side=original] .graph'));
  assert.ok(await page.isVisible('#search'));
  await page.click('#full-screen');
  await page.waitForFunction(() => document.fullscreenElement === null);
  await page.waitForSelector('#full-screen[aria-pressed=false]');
  await view(page, 'clone');
  assert.deepEqual(page.troubles, []);
});
