// Graphs of users' models: each tensor is a line, and no line is hidden behind a box.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { initialize, Input, layers, Model, ops } from '../support/keras.mjs';
import {
  boxes,
  chooseRecipe,
  details,
  fact,
  idle,
  marked,
  opened,
  openSample,
  pick,
  typeCode,
  view,
} from './site.mjs';
import { usePage } from './with_page.mjs';

const shared = usePage();

before(() => initialize());

async function open(name, model) {
  await pick(shared.page, name, Buffer.from(await model.save()));
  await opened(shared.page, name);
}

/** A chain of `blocks` Dense layers, each bypassed by a skip connection. */
function residual(blocks) {
  const inputs = Input({ shape: [4], name: 'x' });
  let x = inputs;
  for (let i = 0; i < blocks; i++) {
    const inner = new layers.Dense({ units: 4, name: `dense_${i}` }).apply(x);
    x = new layers.Add({ name: `add_${i}` }).apply([inner, x]);
  }
  return new Model({ inputs, outputs: x });
}

/** Lines that cross a box at which they do not end, as [index of the line, path of the box]. */
const hiddenLines = () =>
  shared.page.evaluate(() => {
    const original = document.querySelector('.graph-frame[data-side=original]');
    const places = [...original.querySelectorAll('.box')].map((box) => {
      const [x, y] = box
        .getAttribute('transform')
        .match(/[-\d.]+/g)
        .map(Number);
      const rect = box.querySelector('rect');
      const [width, height] = ['width', 'height'].map((name) => Number(rect.getAttribute(name)));
      return { path: box.dataset.path, left: x, top: y, right: x + width, bottom: y + height };
    });
    const crossed = [];
    original.querySelectorAll('.edge path').forEach((path, line) => {
      const length = path.getTotalLength();
      for (let at = 2; at < length - 2; at += 4) {
        const { x, y } = path.getPointAtLength(at);
        const over = places.find(
          ({ left, top, right, bottom }) =>
            x > left + 1 && x < right - 1 && y > top + 1 && y < bottom - 1,
        );
        if (over) crossed.push([line, over.path]);
      }
    });
    return crossed;
  });

for (const [size, blocks] of [
  ['small', 8],
  ['large', 220],
]) {
  test(`skip connections are visible in a ${size} graph`, async () => {
    const { page } = shared;
    await view(page, 'original');
    const model = residual(blocks);
    await open(`${size}.keras`, model);
    assert.equal((await boxes(page, 'original')).length, 2 * blocks + 1);
    assert.equal((await page.$$('.graph-frame[data-side=original] .edge')).length, 3 * blocks);
    assert.deepEqual(await hiddenLines(), []);
    assert.deepEqual(page.troubles, []);
  });
}

test('each output of a shared layer is a line of its own', async () => {
  const [a, b] = ['a', 'b'].map((name) => Input({ shape: [4], name }));
  const dense = new layers.Dense({ units: 3, name: 'shared' });
  const outputs = new layers.Add({ name: 'sum' }).apply([dense.apply(a), dense.apply(b)]);
  await open('shared.keras', new Model({ inputs: [a, b], outputs }));
  const lines = await shared.page.$$eval('.graph-frame[data-side=original] .edge path', (all) =>
    all.map((path) => path.getAttribute('d')),
  );
  assert.equal(lines.length, 4);
  assert.equal(new Set(lines).size, 4);
});

test('a recipe chosen while a model opens is applied to that model', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'plain');
  await page.evaluate(() => {
    document.querySelector('[data-sample="digits_nested.keras"]').click();
    const select = document.querySelector('#recipe');
    select.value = 'freeze';
    select.dispatchEvent(new Event('change'));
  });
  await opened(page, 'digits_nested.keras');
  assert.ok((await boxes(page, 'original')).includes('features'));
  assert.equal(await fact(page, 'clone', 'trainable'), '0');
});

test('a recipe chosen while a broken file opens is applied to the previous model', async () => {
  const { page } = shared;
  await openSample(page, 'digits_nested.keras');
  await chooseRecipe(page, 'plain');
  await page.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['no model'], 'broken.keras'));
    const input = document.querySelector('#file');
    input.files = transfer.files;
    input.dispatchEvent(new Event('change'));
    const select = document.querySelector('#recipe');
    select.value = 'freeze';
    select.dispatchEvent(new Event('change'));
  });
  await page.waitForSelector('#problem:not([hidden])');
  await idle(page);
  assert.equal(await fact(page, 'clone', 'trainable'), '0');
});

test("a hook that a model does not allow shows Keras's reason, and the next one works", async () => {
  const { page } = shared;
  const inputs = Input({ batchShape: [4, 6], name: 'x' });
  await open('fixed.keras', new Model({ inputs, outputs: ops.reshape(inputs, [8, 3]) }));
  await typeCode(
    page,
    `import { cloneModel, Input } from 'keras-wasm';
export const edit = (model) => cloneModel(model, { inputTensors: Input({ batchShape: [1, 6] }) });`,
  );
  await page.click('#run');
  await idle(page);
  assert.match(await page.textContent('#code-problem'), /reshape/);
  await chooseRecipe(page, 'plain');
  assert.equal(await page.isVisible('#code-problem'), false);
});

test('a nested model expands and collapses in both graphs', async () => {
  const { page } = shared;
  await openSample(page, 'digits_nested.keras');
  await chooseRecipe(page, 'freeze');
  await view(page, 'both');
  const inner = async (side) =>
    (await boxes(page, side)).filter((path) => path.startsWith('features/'));
  await page.click('[data-side=original] [data-path=features] .toggle');
  await page.waitForSelector('[data-side=clone] [data-path="features/conv"].changed');
  assert.deepEqual(new Set(await inner('original')), new Set(await inner('clone')));
  await page.click('[data-side=clone] [data-path=features] .toggle');
  await page.waitForSelector('[data-side=original] [data-path="features/conv"]', {
    state: 'detached',
  });
});

test('lines have arrowheads in each view: no drawing uses the arrowheads of a hidden drawing', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  for (const side of ['original', 'clone']) {
    await view(page, side);
    const heads = await page.$$eval(`[data-side=${side}] .edge path`, (all) =>
      all.map((path) => {
        const id = /url\("?#(.*?)"?\)/.exec(getComputedStyle(path).markerEnd)?.[1];
        return path.ownerSVGElement.contains(document.getElementById(id));
      }),
    );
    assert.equal(heads.length, 9);
    assert.ok(heads.every(Boolean), `${side}: ${heads}`);
  }
});

test('two graphs move in step and share the selection', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'quantize');
  await view(page, 'both');
  const transforms = () =>
    page.$$eval('.graph-frame .graph > g', (all) => all.map((g) => g.getAttribute('transform')));
  const start = await transforms();
  const frame = await page.locator('[data-side=original] .graph').boundingBox();
  await page.mouse.move(frame.x + 15, frame.y + 200);
  await page.mouse.down();
  await page.mouse.move(frame.x + 55, frame.y + 230, { steps: 5 });
  await page.mouse.up();
  const dragged = await transforms();
  assert.notEqual(dragged[0], start[0]);
  assert.equal(dragged[0], dragged[1]);
  await page.click('[data-side=original] .graph-buttons button[aria-label="Zoom in"]');
  const zoomed = await transforms();
  assert.notEqual(zoomed[0], dragged[0]);
  assert.equal(zoomed[0], zoomed[1]);
  await page.click('[data-side=clone] [data-path=conv_2]');
  for (const side of ['original', 'clone'])
    assert.equal(
      await page.getAttribute(`[data-side=${side}] [data-path=conv_2]`, 'aria-selected'),
      'true',
    );
});

test('two graphs stay in step when a layer that only one has comes into view', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'dropout');
  await view(page, 'both');
  await page.fill('#search', 'new_dropout_1');
  await details(page);
  const [original, clone] = await page.$$eval('.graph-frame .graph > g', (all) =>
    all.map((g) => g.getAttribute('transform')),
  );
  assert.equal(original, clone);
  await page.fill('#search', '');
  await page.click('.details .close');
});

test("details show both sides' values and weights next to each other", async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'seed');
  await view(page, 'clone');
  assert.deepEqual(await marked(page, 'clone', 'changed'), ['dropout']);
  await page.click('[data-side=clone] [data-path=dropout]');
  await details(page);
  const cells = await page.$$eval('.details [data-key=seed] td', (all) =>
    all.map((cell) => cell.textContent),
  );
  assert.deepEqual(cells, ['7', '1337']);
  assert.ok(await page.isVisible('.details [data-key=seed].different'));
  await page.click('[data-side=clone] [data-path=conv_1]');
  await page.waitForSelector('.details [data-key=kernel_size]');
  assert.match(await details(page), /kernel_size\[3,3\]\[3,3\]/);
  assert.equal(await page.locator('.details .histogram').count(), 2);
  await page.click('.details .close');
  assert.equal(await page.isVisible('.details'), false);
});

test('a renamed layer is compared with the layer that it was', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'rename');
  await view(page, 'both');
  await page.click('[data-side=clone] [data-path=left_conv_1]');
  assert.equal(
    await page.getAttribute('[data-side=original] [data-path=conv_1]', 'aria-selected'),
    'true',
  );
  await details(page);
  const cells = await page.$$eval('.details [data-key=name] td', (all) =>
    all.map((cell) => cell.textContent),
  );
  assert.deepEqual(cells, ['"conv_1"', '"left_conv_1"']);
});

test('search finds layers by name, class and shape', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'plain');
  await view(page, 'clone');
  const found = async (text) => {
    await page.fill('#search', text);
    return page.$$eval('[data-side=clone] .box.found', (all) => all.map((box) => box.dataset.path));
  };
  assert.deepEqual(await found('pool'), ['pool_1', 'pool_2']);
  assert.equal(await page.textContent('#found'), '1 of 2');
  await page.press('#search', 'Enter');
  assert.equal(await page.textContent('#found'), '2 of 2');
  assert.equal(
    await page.getAttribute('[data-side=clone] [data-path=pool_2]', 'aria-selected'),
    'true',
  );
  assert.deepEqual(await found('Dropout'), ['dropout']);
  assert.deepEqual(await found('(None, 40)'), ['hidden']);
  assert.deepEqual(await found('nothing'), []);
  assert.equal(await page.textContent('#found'), '0 found');
  assert.deepEqual(await found(''), []);
});

test('boxes that a hook changed, and the selected one, have colours of their own', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await view(page, 'clone');
  const looks = (path) =>
    page.$eval(`[data-side=clone] [data-path=${path}] > rect`, (rect) => {
      const { fill, stroke } = getComputedStyle(rect);
      return { fill, stroke };
    });
  const seen = new Map();
  for (const [recipe, path, change] of [
    ['dropout', 'new_dropout_1', 'added'],
    ['dropout', 'digit', 'rewired'],
    ['activations', 'conv_1', 'changed'],
    ['quantize', 'conv_1', 'weights'],
  ]) {
    await chooseRecipe(page, recipe);
    assert.deepEqual((await marked(page, 'clone', change)).includes(path), true);
    seen.set(change, (await looks(path)).fill);
  }
  seen.set('same', (await looks('pool_1')).fill);
  assert.equal(new Set(seen.values()).size, 5, JSON.stringify([...seen]));
  const { stroke } = await looks('pool_1');
  await page.click('[data-side=clone] [data-path=pool_1]');
  assert.notEqual((await looks('pool_1')).stroke, stroke);
  await page.click('.details .close');
});

test('the legend counts what a hook did', async () => {
  const { page } = shared;
  await openSample(page, 'digits.keras');
  await chooseRecipe(page, 'deploy');
  const counts = await page.$$eval('#legend li', (all) =>
    Object.fromEntries(all.map(({ dataset }) => [dataset.change, Number(dataset.count)])),
  );
  assert.deepEqual(counts, { added: 0, removed: 1, changed: 0, rewired: 1, weights: 0 });
  assert.deepEqual(await marked(page, 'original', 'removed'), ['dropout']);
  assert.deepEqual(await marked(page, 'clone', 'rewired'), ['hidden']);
});
