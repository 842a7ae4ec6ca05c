// Hooks on the page: the slider, recipes, the user's own code, and what is shown of the clone.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import {
  accuracy,
  chooseRecipe,
  fact,
  idle,
  kerasAccuracy,
  marked,
  openSample,
  slide,
  typeCode,
} from './site.mjs';
import { usePage } from './with_page.mjs';

const shared = usePage();

test('the page opens on four bits per weight, not on a plain clone', async () => {
  const { page } = shared;
  assert.equal(await page.textContent('#slider-label'), 'Bits per weight');
  assert.equal(await page.textContent('#slider-value'), '4');
  assert.equal(await accuracy(page, 'original'), kerasAccuracy());
  assert.equal(await accuracy(page, 'clone'), kerasAccuracy('quantize', 4));
  assert.deepEqual(await marked(page, 'clone', 'weights'), ['conv_1', 'conv_2', 'hidden', 'digit']);
  assert.match(await page.textContent('.code'), /cloneModel.*mapWeights/s);
  assert.match(await page.textContent('#mosaic-text'), /^11 of 360 held-out digits became wrong/);
  assert.deepEqual(page.troubles, []);
});

for (const bits of [8, 3, 2, 32, 4]) {
  test(`${bits} bits per weight leave the accuracy that they leave in Keras`, async () => {
    const { page } = shared;
    await slide(page, bits);
    await saysOfClone(page, kerasAccuracy('quantize', bits));
    assert.equal(await accuracy(page, 'original'), kerasAccuracy());
  });
}

const saysOfClone = (page, percent) =>
  page.waitForFunction(
    (text) => document.querySelector('[data-accuracy=clone]').textContent === text,
    percent,
  );

test('half of the weights pruned leave the accuracy that they leave in Keras', async () => {
  const { page } = shared;
  await chooseRecipe(page, 'prune');
  assert.equal(await page.textContent('#slider-value'), '50');
  assert.equal(await accuracy(page, 'clone'), kerasAccuracy('prune', 50));
});

test('other activations leave the accuracy that they leave in Keras', async () => {
  const { page } = shared;
  await chooseRecipe(page, 'activations');
  assert.equal(await accuracy(page, 'clone'), kerasAccuracy('activations', 'gelu'));
  const code = await page.textContent('.code');
  await typeCode(page, code.replace("['relu', 'gelu']", "['relu', 'linear']"));
  await page.click('#run');
  await idle(page);
  assert.equal(await accuracy(page, 'clone'), kerasAccuracy('activations', 'linear'));
  assert.deepEqual(await marked(page, 'clone', 'changed'), ['conv_1', 'conv_2', 'hidden']);
  await chooseRecipe(page, 'quantize');
  assert.deepEqual(page.troubles, []);
});

test('dragging the slider with the mouse changes the clone live', async () => {
  const { page } = shared;
  const { x, y, width, height } = await page.locator('#slider').boundingBox();
  await page.mouse.move(x + 0.1 * width, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + 0.5 * width, y + height / 2, { steps: 6 });
  await saysOfClone(page, kerasAccuracy('quantize', 8));
  await page.mouse.move(x + 1, y + height / 2, { steps: 6 });
  await saysOfClone(page, kerasAccuracy('quantize', 2));
  await page.mouse.up();
  await slide(page, 4);
  assert.deepEqual(page.troubles, []);
});

const folder = new URL('../../demo/src/recipes/', import.meta.url);
const ids = readdirSync(folder)
  .filter((name) => name.endsWith('.mjs'))
  .map((name) => name.replace('.mjs', '').replaceAll('_', '-'));

for (const id of ids) {
  test(`the recipe ${id} clones the sample`, async () => {
    const { page } = shared;
    await openSample(page, 'digits.keras');
    await chooseRecipe(page, id);
    assert.equal(await page.isVisible('#code-problem'), false);
    assert.ok(Number(await fact(page, 'clone', 'layers')) > 0);
    assert.match(await page.textContent('#difference'), /^digits \(Functional\) -> /);
    assert.deepEqual(page.troubles, []);
  });
}

test('there are more than twelve recipes, and the list has them all', async () => {
  const listed = await shared.page.$$eval('#recipe option:not([hidden])', (all) =>
    all.map(({ value }) => value),
  );
  assert.deepEqual([...listed].sort(), [...ids].sort());
  assert.ok(ids.length > 12);
});

test('the dropout recipe works on a Sequential and leaves its output alone', async () => {
  const { page } = shared;
  await openSample(page, 'digits_mlp.keras');
  await chooseRecipe(page, 'dropout');
  assert.deepEqual(await marked(page, 'clone', 'added'), ['new_dropout_1']);
  assert.deepEqual(await marked(page, 'clone', 'rewired'), ['dropout']);
  assert.equal(await page.getAttribute('#legend [data-change=added]', 'data-count'), '1');
});

test('typed code runs, is undone and done again', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'plain');
  assert.match(await page.textContent('#difference'), /weights/);
  const code = `import { cloneModel } from 'keras-wasm';

export const edit = (model) => cloneModel(model, { copyWeights: true, name: 'typed' });
`;
  await typeCode(page, code);
  assert.equal(await fact(page, 'clone', 'name'), 'digits', 'it runs only when asked to');
  await page.keyboard.press('ControlOrMeta+Enter');
  await idle(page);
  assert.equal(await fact(page, 'clone', 'name'), 'typed');
  assert.equal(await page.inputValue('#recipe'), 'own');
  await page.click('#undo');
  await idle(page);
  assert.equal(await fact(page, 'clone', 'name'), 'digits');
  assert.equal(await page.inputValue('#recipe'), 'plain');
  await page.click('#redo');
  await idle(page);
  assert.equal(await fact(page, 'clone', 'name'), 'typed');
  assert.deepEqual(page.troubles, []);
});

test('typing over the whole code needs nothing that the policy forbids', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'quantize');
  if (await page.isVisible('#edit')) await page.click('#edit');
  await page.click('.editor .cm-content');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('export const edit = (model) => model;');
  await page.click('#run');
  await idle(page);
  assert.equal(
    await page.textContent('.editor .cm-content'),
    'export const edit = (model) => model;',
  );
  assert.match(await page.textContent('#difference'), /^No differences/m);
  assert.deepEqual(page.troubles, []);
});

const errors = {
  'an error of Keras': [
    `import { layers } from 'keras-wasm';

export function edit(model) {
  const name = 'wrong';
  return new layers.Dense({ units: -1, name });
}`,
    5,
    /Received an invalid value for `units`/,
  ],
  'a mistake in a hook': [
    `import { cloneModel } from 'keras-wasm';
export function edit(model) {
  return cloneModel(model, {
    cloneFunction(layer) {
      return layer.missing.value;
    },
  });
}`,
    5,
    /Cannot read properties of undefined/,
  ],
  'code that does not parse': [
    'export function edit(model) {\n  return model +;\n}',
    2,
    /SyntaxError/,
  ],
};

for (const [what, [code, line, pattern]] of Object.entries(errors)) {
  test(`${what} stands at its line`, async () => {
    const { page } = shared;
    await openSample(page, 'digits.keras');
    await typeCode(page, code);
    await page.click('#run');
    await idle(page);
    assert.match(await page.textContent('#code-problem'), pattern);
    assert.equal(await page.textContent('#code-problem .line'), `Line ${line}`);
    const mark = await page.locator('.editor .cm-lint-marker-error').boundingBox();
    const row = await page
      .locator('.editor .cm-line')
      .nth(line - 1)
      .boundingBox();
    assert.ok(Math.abs(mark.y - row.y) < row.height, `${mark.y} beside ${row.y}`);
    assert.deepEqual(page.troubles, [], 'the mark needs nothing that the policy forbids');
    assert.deepEqual(await marked(page, 'original', 'weights'), [], 'no marks of an earlier clone');
    await chooseRecipe(page, 'plain');
    assert.equal(await page.isVisible('#code-problem'), false);
  });
}

test('the own code may have its own slider', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await typeCode(
    page,
    `import { cloneModel } from 'keras-wasm';
export const slider = { label: 'Factor', min: 0, max: 3, value: 2 };
export const edit = (model, factor) =>
  cloneModel(model, { copyWeights: true }).mapWeights((_, values) => values.map((w) => factor * w));`,
  );
  await page.click('#run');
  await idle(page);
  assert.equal(await page.textContent('#slider-label'), 'Factor');
  assert.equal(await page.textContent('#slider-value'), '2');
  await slide(page, 1);
  assert.match(await page.textContent('#difference'), /no difference|0 |all|same/i);
  assert.equal(await accuracy(page, 'clone'), kerasAccuracy());
});

test('a link holds sample, recipe, slider and seed', async () => {
  const { page, fresh } = shared;
  await openSample(page, 'digits_mlp.keras');
  await chooseRecipe(page, 'prune');
  await slide(page, 90);
  await page.fill('#seed', '5');
  await idle(page);
  const { hash } = new URL(page.url());
  const other = await fresh({ hash });
  assert.equal(await fact(other, 'original', 'name'), 'digits_mlp');
  assert.equal(await other.inputValue('#recipe'), 'prune');
  assert.equal(await other.textContent('#slider-value'), '90');
  assert.equal(await other.inputValue('#seed'), '5');
  assert.equal(await accuracy(other, 'clone'), await accuracy(page, 'clone'));
  await other.context().close();
});

test('code from a link runs only after a click on Run', async () => {
  const { page, fresh } = shared;
  await openSample(page, 'digits.keras');
  await typeCode(
    page,
    `import { cloneModel } from 'keras-wasm';
console.log('the code ran');
export const edit = (model) => cloneModel(model, { name: 'linked' });`,
  );
  await page.click('#run');
  await idle(page);
  const { hash } = new URL(page.url());
  const other = await fresh({ hash });
  const said = [];
  other.on('console', (message) => said.push(message.text()));
  assert.match(await other.textContent('.code'), /the code ran/);
  assert.match(await other.textContent('#code-notice'), /click Run/);
  await openSample(other, 'digits_mlp.keras');
  assert.deepEqual(said, []);
  assert.equal(await fact(other, 'clone', 'name'), '');
  await other.click('#run');
  await idle(other);
  assert.deepEqual(said, ['the code ran']);
  assert.equal(await fact(other, 'clone', 'name'), 'linked');
  assert.deepEqual(other.troubles, []);
  await other.context().close();
});
