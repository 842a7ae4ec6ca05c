// The form made from a model's inputs, and the charts of its outputs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { initialize, Input, layers, loadModel, Model, tensor } from '../support/keras.mjs';
import { idle, opened, openSample, outputs, pick } from './site.mjs';
import { usePage } from './with_page.mjs';

const shared = usePage();

before(() => initialize());

const dicts = readFileSync(new URL('../fixtures/files/dicts.keras', import.meta.url));

async function open(name, model) {
  await pick(shared.page, name, Buffer.from(await model.save()));
  await opened(shared.page, name);
}

const near = (shown, expected) => {
  assert.equal(shown.length, expected.length);
  shown.forEach((value, i) =>
    assert.ok(Math.abs(value - expected[i]) < 1e-5, `${value}, ${expected[i]}`),
  );
};

/** NumPy's format, version 1.0. */
function npy(descr, shape, bytes) {
  const head = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const padded = `${head.padEnd(118 - 1)}\n`;
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]);
  return Buffer.concat([start, Buffer.from(padded), bytes]);
}

test('a model of two inputs and two outputs runs on CSV and .npy, as in Node', async () => {
  const { page } = shared;
  await pick(page, 'dicts.keras', dicts);
  await opened(page, 'dicts.keras');
  await page.selectOption('#recipe', 'plain');
  await idle(page);
  const field = (name) => `[data-input=${name}]`;
  await page.selectOption(`${field('a')} .input-kind`, 'file');
  await page.fill(`${field('a')} .csv`, '0.5, -1, 2');
  await page.selectOption(`${field('z')} .input-kind`, 'file');
  const numbers = Buffer.from(Float64Array.of(3, -0.25).buffer);
  await page.setInputFiles(`${field('z')} .values-file`, {
    ...{ name: 'z.npy', mimeType: 'application/octet-stream' },
    buffer: npy('<f8', [1, 2], numbers),
  });
  const model = await loadModel(dicts);
  const result = model.predict({ a: tensor([[0.5, -1, 2]]), z: tensor([[3, -0.25]]) });
  const expected = Object.keys(result)
    .sort()
    .flatMap((key) => [...result[key].data()]);
  await page.waitForFunction(
    (count) => document.querySelectorAll('#outputs .number.clone').length === count,
    expected.length,
  );
  near(await outputs(page, 'original'), expected);
  near(await outputs(page, 'clone'), expected);
  assert.equal(await page.locator('#outputs .output').count(), 2);
  assert.deepEqual(page.troubles, []);
});

test('values that do not fit are explained', async () => {
  const { page } = shared;
  await pick(page, 'dicts.keras', dicts);
  await opened(page, 'dicts.keras');
  await page.selectOption('[data-input=a] .input-kind', 'file');
  await page.fill('[data-input=a] .csv', '1, 2');
  assert.match(
    await page.textContent('[data-input=a] .input-problem'),
    /do not fit the input 'a' of 3 values/,
  );
  await page.fill('[data-input=a] .csv', '1, 2, x');
  assert.match(
    await page.textContent('[data-input=a] .input-problem'),
    /'x', which is not a number/,
  );
  await page.fill('[data-input=a] .csv', '1, 2, 3');
  assert.equal(await page.isVisible('[data-input=a] .input-problem'), false);
});

test('random inputs repeat with their seed', async () => {
  const { page } = shared;
  await pick(page, 'dicts.keras', dicts);
  await opened(page, 'dicts.keras');
  for (const name of ['a', 'z'])
    await page.selectOption(`[data-input=${name}] .input-kind`, 'random');
  const withSeed = async (seed) => {
    await page.fill('#seed', String(seed));
    await page.waitForTimeout(200);
    return outputs(page, 'original');
  };
  const first = await withSeed(1);
  const second = await withSeed(2);
  assert.notDeepEqual(first, second);
  assert.deepEqual(await withSeed(1), first);
});

test('of many classes, the ten largest are shown', async () => {
  const { page } = shared;
  const inputs = Input({ shape: [4], name: 'x' });
  const wide = new layers.Dense({ units: 1000, activation: 'softmax', name: 'classes' });
  await open('wide.keras', new Model({ inputs, outputs: wide.apply(inputs) }));
  const shown = await outputs(page, 'original');
  assert.equal(shown.length, 10);
  assert.match(await page.textContent('#outputs'), /classes.*The 10 largest of 1000/s);
  assert.equal(await page.textContent('#verdict'), '');
});

test('an output that is not a vector is drawn as a map for each model', async () => {
  const { page } = shared;
  const inputs = Input({ shape: [16, 16, 1], name: 'picture' });
  const conv = new layers.Conv2D({ filters: 3, kernelSize: 3, name: 'conv' });
  await open('maps.keras', new Model({ inputs, outputs: conv.apply(inputs) }));
  await page.selectOption('[data-input=picture] .input-kind', 'random');
  await page.waitForFunction(() => document.querySelectorAll('#outputs .map canvas').length === 2);
});

test('an image of any size can be drawn or picked', async () => {
  const { page } = shared;
  const inputs = Input({ shape: [28, 28, 3], name: 'picture' });
  const flat = new layers.Flatten({ name: 'flat' }).apply(inputs);
  const outputsOf = new layers.Dense({ units: 3, name: 'code' }).apply(flat);
  await open('picture.keras', new Model({ inputs, outputs: outputsOf }));
  assert.match(await page.textContent('.pads figcaption'), /28 × 28/);
  const pad = await page.locator('.pad').boundingBox();
  await page.mouse.move(pad.x + 30, pad.y + 30);
  await page.mouse.down();
  await page.mouse.move(pad.x + 100, pad.y + 100, { steps: 4 });
  await page.mouse.up();
  await page.waitForFunction(
    () => document.querySelectorAll('#outputs .number.original').length === 3,
  );
  const drawn = await outputs(page, 'original');
  const screenshot = await page.screenshot({ clip: { x: 0, y: 0, width: 50, height: 50 } });
  await page.selectOption('[data-input=picture] .input-kind', 'file');
  await page.setInputFiles('.values-file', {
    name: 'p.png',
    mimeType: 'image/png',
    buffer: screenshot,
  });
  await page.waitForFunction(
    () => document.querySelectorAll('#outputs .number.original').length === 3,
  );
  assert.notDeepEqual(await outputs(page, 'original'), drawn);
  assert.deepEqual(page.troubles, []);
});

test('a clone for larger images gets the drawing at its size', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await page.selectOption('#recipe', 'input-size');
  await idle(page);
  assert.equal((await outputs(page, 'clone')).length, 10);
  assert.equal(await page.isVisible('#outputs .input-problem'), false);
});
