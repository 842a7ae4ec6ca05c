// Graphs of users' models: each tensor is a line, and no line is hidden behind a box.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { initialize, Input, layers, Model, ops, Sequential } from '../support/keras.mjs';
import { boxes, chooseHook, idle, launch, openPage, openSample, serve } from './site.mjs';

let browser;
let server;
let page;

before(async () => {
  await initialize();
  [browser, server] = await Promise.all([launch(), serve()]);
  page = await openPage(browser, server.address);
});

after(async () => {
  await browser?.close();
  await server?.close();
});

async function open(name, model) {
  const buffer = Buffer.from(await model.save());
  await page.setInputFiles('#file', { name, mimeType: 'application/octet-stream', buffer });
  await page.waitForFunction(
    (text) => document.querySelector('#status')?.textContent === text,
    `${name} is open.`,
  );
  await idle(page);
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
  page.evaluate(() => {
    const places = [...document.querySelectorAll('#original .box')].map((box) => {
      const [x, y] = box
        .getAttribute('transform')
        .match(/[-\d.]+/g)
        .map(Number);
      const rect = box.querySelector('rect');
      const [width, height] = ['width', 'height'].map((name) => Number(rect.getAttribute(name)));
      return { path: box.dataset.path, left: x, top: y, right: x + width, bottom: y + height };
    });
    const crossed = [];
    document.querySelectorAll('#original .edge path').forEach((path, line) => {
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
    const model = residual(blocks);
    await open(`${size}.keras`, model);
    assert.equal((await boxes(page, 'original')).length, 2 * blocks + 1);
    assert.equal((await page.$$('#original .edge')).length, 3 * blocks);
    assert.deepEqual(await hiddenLines(), []);
    assert.deepEqual(page.troubles, []);
  });
}

test('each output of a shared layer is a line of its own', async () => {
  const [a, b] = ['a', 'b'].map((name) => Input({ shape: [4], name }));
  const shared = new layers.Dense({ units: 3, name: 'shared' });
  const outputs = new layers.Add({ name: 'sum' }).apply([shared.apply(a), shared.apply(b)]);
  await open('shared.keras', new Model({ inputs: [a, b], outputs }));
  const lines = await page.$$eval('#original .edge path', (all) =>
    all.map((path) => path.getAttribute('d')),
  );
  assert.equal(lines.length, 4);
  assert.equal(new Set(lines).size, 4);
});

test('a hook chosen while a model opens is applied to that model', async () => {
  await openSample(page, 'digits.keras');
  await chooseHook(page, 'default');
  await page.evaluate(() => {
    document.querySelector('[data-sample="digits_nested.keras"]').click();
    document.querySelector('#recipes input[value=recursive]').click();
  });
  await page.waitForFunction(
    () => document.querySelector('#status')?.textContent === 'digits_nested.keras is open.',
  );
  await idle(page);
  assert.ok((await boxes(page, 'original')).includes('features'));
  assert.equal(await page.textContent('#clone [data-fact=trainable] dd'), '0');
});

test('a hook chosen while a broken file opens is applied to the previous model', async () => {
  await openSample(page, 'digits_nested.keras');
  await chooseHook(page, 'default');
  await page.evaluate(() => {
    const { files } = new DataTransfer();
    const transfer = new DataTransfer();
    transfer.items.add(new File(['no model'], 'broken.keras'));
    const input = document.querySelector('#file');
    input.files = transfer.files ?? files;
    input.dispatchEvent(new Event('change'));
    document.querySelector('#recipes input[value=recursive]').click();
  });
  await page.waitForSelector('#problem:not([hidden])');
  await idle(page);
  assert.equal(await page.textContent('#clone [data-fact=trainable] dd'), '0');
});

test("a hook that a model does not allow shows Keras's reason, and the next one works", async () => {
  const inputs = Input({ batchShape: [4, 6], name: 'x' });
  await open('fixed.keras', new Model({ inputs, outputs: ops.reshape(inputs, [8, 3]) }));
  await chooseHook(page, 'inputs');
  assert.match(await page.textContent('#clone .problem'), /reshape/);
  assert.equal(await page.isEnabled('#download'), false);
  await chooseHook(page, 'default');
  assert.equal(await page.isVisible('#clone .problem'), false);
  assert.equal(await page.isEnabled('#download'), true);
});

test('the dropout hook adds a Dropout after each Dense of a Sequential except the last', async () => {
  const dense = (name) => new layers.Dense({ units: 2, name });
  await open(
    'chain.keras',
    new Sequential([Input({ shape: [4] }), dense('first'), dense('second'), dense('last')]),
  );
  await chooseHook(page, 'dropout');
  const added = await page.$$eval('#clone .box.added', (all) => all.map((box) => box.dataset.path));
  assert.deepEqual(added.filter((path) => path.startsWith('new_dropout')).length, 2);
  assert.equal((await boxes(page, 'clone')).at(-1), 'last');
});
