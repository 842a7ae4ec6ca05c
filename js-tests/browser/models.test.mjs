// Models on the page: numbers, summary and graph equal Keras's.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import {
  boxes,
  fact,
  launch,
  modelPath,
  openPage,
  openSample,
  probabilities,
  recorded,
  serve,
  verdict,
} from './site.mjs';
import { drawings } from './strokes.mjs';

let browser;
let server;
let page;

before(async () => {
  [browser, server] = await Promise.all([launch(), serve()]);
  page = await openPage(browser, server.address);
});

after(async () => {
  await browser?.close();
  await server?.close();
});

const configOf = (file) =>
  JSON.parse(strFromU8(unzipSync(readFileSync(modelPath(file)))['config.json'])).config;

for (const { name, file, class_name, parameters, correct, first_predictions } of recorded.models) {
  test(`${file} opens and recognizes digits as Keras did`, async () => {
    await openSample(page, file);
    const summary = await page.textContent('#original .summary');
    assert.match(summary, new RegExp(`^Model: "${name}"\n`));
    const count = (kind) =>
      Number(new RegExp(` ${kind} params: ([\\d,]+) `).exec(summary)[1].replaceAll(',', ''));
    // The models are compiled, so the total includes the optimizer's variables.
    assert.equal(count('Total') - count('Optimizer'), parameters);
    assert.match(summary, /digit \(Dense\)/);
    assert.equal(await fact(page, 'original', 'parameters'), parameters.toLocaleString('en'));
    assert.match(await page.textContent('#original .model-name'), new RegExp(class_name));

    // The first held-out digit is shown.
    const shown = await probabilities(page, 'original');
    shown.forEach((probability, digit) => {
      const difference = Math.abs(probability - first_predictions[0][digit]);
      assert.ok(difference <= 1e-5, `${digit}: ${probability}, not ${first_predictions[0][digit]}`);
    });
    assert.ok(Math.abs(shown.reduce((sum, part) => sum + part) - 1) < 1e-5);
    assert.match(await verdict(page, 'original'), /^Right: 7 /);

    await page.waitForSelector('#original [data-fact=accuracy]');
    const said = await fact(page, 'original', 'accuracy');
    assert.ok(said.startsWith(`${correct} of ${recorded.held_out} right`), said);
    assert.deepEqual(page.troubles, []);
  });

  test(`the graph of ${file} has a box for each layer and a shape on each line`, async () => {
    await openSample(page, file);
    const config = configOf(file);
    const expected = config.layers.map((layer) => layer.name ?? layer.config.name);
    assert.deepEqual(new Set(await boxes(page, 'original')), new Set(expected));
    const texts = await page.$$eval('#original .edge text', (all) => all.map((t) => t.textContent));
    assert.ok(texts.length >= expected.length - 1, `${texts.length} lines`);
    assert.ok(texts.includes('(None, 8, 8, 1)'), texts.join(' '));
    const classes = await page.$$eval('#original .class-name', (all) =>
      all.map((t) => t.textContent),
    );
    assert.deepEqual(
      classes.toSorted?.() ?? [...classes].sort(),
      config.layers.map((l) => l.class_name).sort(),
    );
  });
}

test('a nested model expands and collapses in both graphs', async () => {
  await openSample(page, 'digits_nested.keras');
  const inner = configOf('digits_nested.keras').layers.find(({ name }) => name === 'features');
  const expected = inner.config.layers.map(({ config }) => `features/${config.name}`);
  await page.click('#original [data-path=features] .toggle');
  for (const side of ['original', 'clone']) {
    await page.waitForSelector(`#${side} [data-path="${expected[0]}"]`);
    const found = (await boxes(page, side)).filter((path) => path.startsWith('features/'));
    assert.deepEqual(new Set(found), new Set(expected));
  }
  await page.click('#original [data-path=features] .toggle');
  await page.waitForSelector(`#clone [data-path="${expected[0]}"]`, { state: 'detached' });
});

test('a click on a box shows its config, in both columns', async () => {
  await openSample(page, 'digits.keras');
  await page.click('#original [data-path=conv_1]');
  for (const side of ['original', 'clone']) {
    const text = await page.textContent(`#${side} .details`);
    assert.match(text, /Conv2D conv_1/);
    assert.match(text, /\(None, 8, 8, 12\)/);
    assert.match(text, /filters12/);
    assert.match(text, /kernel_size\[3,3\]/);
  }
  await page.click('#clone .details .close');
  assert.equal(await page.isVisible('#original .details'), false);
});

test('held-out digits are shown with their labels', async () => {
  await openSample(page, 'digits.keras');
  const labels = await page.$$eval('#held-out button', (all) => all.map((b) => b.textContent));
  assert.deepEqual(labels, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  for (const label of ['3', '0']) {
    await page.click(`#held-out li:nth-child(${Number(label) + 1}) button`);
    await page.waitForFunction(
      (text) => document.querySelector('#original .verdict')?.textContent.startsWith(text),
      `Right: ${label} `,
    );
    const shown = await probabilities(page, 'original');
    assert.ok(Math.abs(shown.reduce((sum, part) => sum + part) - 1) < 1e-5);
  }
});

for (const [digit, strokes] of Object.entries(drawings)) {
  test(`both models recognize a ${digit} while it is being drawn`, async () => {
    await openSample(page, 'digits.keras');
    await page.click('#clear');
    assert.equal(await verdict(page, 'original'), 'Draw a digit.');
    const pad = await page.locator('#pad').boundingBox();
    const place = ([x, y]) => [pad.x + x * pad.width, pad.y + y * pad.height];
    for (const [first, ...rest] of strokes) {
      await page.mouse.move(...place(first));
      await page.mouse.down();
      for (const point of rest) await page.mouse.move(...place(point), { steps: 2 });
      await page.mouse.up();
    }
    for (const side of ['original', 'clone'])
      await page.waitForFunction(
        ([where, text]) => document.querySelector(where)?.textContent.startsWith(text),
        [`#${side} .verdict`, `It is a ${digit} `],
      );
    assert.deepEqual(page.troubles, []);
  });
}
