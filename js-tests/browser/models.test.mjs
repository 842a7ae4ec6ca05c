// Models on the page: numbers, summary, graph and predictions equal Keras's.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { accuracy, boxes, fact, modelPath, openSample, outputs, recorded, slide } from './site.mjs';
import { drawings } from './strokes.mjs';
import { usePage } from './with_page.mjs';

const shared = usePage();

const configOf = (file) =>
  JSON.parse(strFromU8(unzipSync(readFileSync(modelPath(file)))['config.json'])).config;

for (const { name, file, class_name, parameters, correct, first_predictions } of recorded.models) {
  test(`${file} opens and recognizes digits as Keras did`, async () => {
    const { page } = shared;
    await openSample(page, file);
    const summary = await page.textContent('#summary-original');
    assert.match(summary, new RegExp(`^Model: "${name}"\n`));
    const count = (kind) =>
      Number(new RegExp(` ${kind} params: ([\\d,]+) `).exec(summary)[1].replaceAll(',', ''));
    // The models are compiled, so the total includes the optimizer's variables.
    assert.equal(count('Total') - count('Optimizer'), parameters);
    assert.match(summary, /digit \(Dense\)/);
    assert.equal(await fact(page, 'original', 'parameters'), parameters.toLocaleString('en'));
    assert.equal(await fact(page, 'original', 'class'), class_name);

    // The first held-out digit, a 7, is shown.
    await page.click('.held-out li:nth-child(8) button');
    await page.waitForFunction(() =>
      document.querySelector('#verdict').textContent.includes(' 7 '),
    );
    const shown = await outputs(page, 'original');
    shown.forEach((probability, digit) => {
      const difference = Math.abs(probability - first_predictions[0][digit]);
      assert.ok(difference <= 1e-5, `${digit}: ${probability}, not ${first_predictions[0][digit]}`);
    });
    const percent = `${((100 * correct) / recorded.held_out).toFixed(1)} %`;
    assert.equal(await accuracy(page, 'original'), percent);
    assert.deepEqual(page.troubles, []);
  });

  test(`the graph of ${file} has a box for each layer and a shape on each line`, async () => {
    const { page } = shared;
    await openSample(page, file);
    const config = configOf(file);
    const expected = config.layers.map((layer) => layer.name ?? layer.config.name);
    assert.deepEqual(new Set(await boxes(page, 'original')), new Set(expected));
    const graph = '.graph-frame[data-side=original]';
    const textsOf = (selector) =>
      page.$$eval(`${graph} ${selector}`, (all) => all.map((each) => each.textContent));
    const texts = await textsOf('.edge text');
    assert.ok(texts.length >= expected.length - 1, `${texts.length} lines`);
    assert.ok(texts.includes('(None, 8, 8, 1)'), texts.join(' '));
    // A sign may precede the class.
    const classes = (await textsOf('.class-name')).map((text) => text.split(' ').at(-1));
    assert.deepEqual(classes.sort(), config.layers.map((layer) => layer.class_name).sort());
  });
}

test('held-out digits are shown with their labels', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  const labels = await page.$$eval('.held-out button', (all) => all.map((b) => b.textContent));
  assert.deepEqual(labels, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  for (const label of ['3', '0']) {
    await page.click(`.held-out li:nth-child(${Number(label) + 1}) button`);
    await page.waitForFunction(
      (text) => document.querySelector('#verdict').textContent.startsWith(text),
      `Original: ${label} `,
    );
    const shown = await outputs(page, 'clone');
    assert.ok(Math.abs(shown.reduce((sum, part) => sum + part) - 1) < 1e-5);
  }
});

for (const [digit, strokes] of Object.entries(drawings)) {
  test(`both models recognize a ${digit} while it is being drawn`, async () => {
    const { page } = shared;
    await openSample(page, 'digits.keras');
    if (Number(await page.inputValue('#slider')) !== 8) await slide(page, 8);
    await page.click('.pads .clear');
    assert.match(await page.textContent('#verdict'), /^Draw something/);
    const pad = await page.locator('.pad').boundingBox();
    const place = ([x, y]) => [pad.x + x * pad.width, pad.y + y * pad.height];
    for (const [first, ...rest] of strokes) {
      await page.mouse.move(...place(first));
      await page.mouse.down();
      for (const point of rest) await page.mouse.move(...place(point), { steps: 2 });
      await page.mouse.up();
    }
    await page.waitForFunction(
      (text) => new RegExp(text).test(document.querySelector('#verdict').textContent),
      `Original: ${digit} .*Clone: ${digit} `,
    );
    assert.deepEqual(page.troubles, []);
  });
}
