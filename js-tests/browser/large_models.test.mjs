// Models of 5,000 layers: the graph is there in seconds, and the page stays free while they open.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { initialize, Input, layers, Sequential } from '../support/keras.mjs';
import { boxes, fact, idle, opened, pick, view } from './site.mjs';
import { longTasks } from './main_thread.mjs';
import { usePage } from './with_page.mjs';

const shared = usePage();
const count = 5000;

before(() => initialize());

const record = (class_name, config, inbound_nodes) => ({
  module: 'keras.layers',
  class_name,
  config,
  registered_name: null,
  name: config.name,
  inbound_nodes,
});

const dtype = { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' } };

/** The config of a Functional, by a function that names the class and the inputs (how far before it) of each layer. */
function functional(prefix, describe) {
  const nameOf = (i) => `${prefix}_${i}`;
  const tensor = (i) => ({
    class_name: '__keras_tensor__',
    config: { shape: [null, 8], dtype: 'float32', keras_history: [nameOf(i), 0, 0] },
  });
  const inputLayer = { name: nameOf(0), batch_shape: [null, 8], dtype: 'float32', sparse: false };
  const records = [record('InputLayer', inputLayer, [])];
  for (let i = 1; i < count; i++) {
    const { class_name, inputs, ...config } = describe(i);
    const tensors = inputs.map((before) => tensor(Math.max(0, i - before)));
    const args = tensors.length === 1 ? tensors : [tensors];
    const named = { name: nameOf(i), trainable: true, dtype, ...config };
    records.push(record(class_name, named, [{ args, kwargs: {} }]));
  }
  const ends = { input_layers: [[nameOf(0), 0, 0]], output_layers: [[nameOf(count - 1), 0, 0]] };
  const config = { name: 'large', trainable: true, layers: records, ...ends };
  return { module: 'keras.src.models.functional', class_name: 'Functional', config };
}

/** A `.keras` file without weights: the layers have none. */
async function fileOf(config) {
  const small = await new Sequential([Input({ shape: [8] }), new layers.ReLU()]).save();
  const members = unzipSync(small);
  return Buffer.from(zipSync({ ...members, 'config.json': strToU8(JSON.stringify(config)) }));
}

const regular = () =>
  functional('regular', (i) =>
    i % 5 === 0
      ? { class_name: 'Add', inputs: [1, 5] }
      : { class_name: 'Activation', inputs: [1], activation: 'relu' },
  );

// No block is repeated: which layer comes next is a random bit.
const irregular = () => {
  let state = 1;
  return functional('irregular', () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 31
      ? { class_name: 'Add', inputs: [1, 2 + (state % 7)] }
      : { class_name: 'Activation', inputs: [1], activation: 'relu' };
  });
};

const drawnBoxes = (page) => page.locator('.graph-frame[data-side=original] .box').count();

for (const [what, make] of Object.entries({ regular, irregular })) {
  test(`a model of 5,000 ${what} layers is drawn in 3 s without long tasks`, async (t) => {
    const { page, browser } = shared;
    await view(page, 'original');
    await page.selectOption('#recipe', 'plain');
    await idle(page);
    const bytes = await fileOf(make());
    let drawn;
    const tasks = await longTasks(
      browser,
      page,
      async () => {
        const start = Date.now();
        await pick(page, `${what}.keras`, bytes);
        await page.waitForFunction(
          (prefix) => document.querySelector(`[data-side=original] [data-path^=${prefix}_0]`),
          what,
        );
        drawn = Date.now() - start;
        await opened(page, `${what}.keras`);
      },
      1,
    );
    t.diagnostic(`drawn after ${drawn} ms; longest tasks ${JSON.stringify(tasks.slice(0, 3))}`);
    assert.equal(await fact(page, 'original', 'layers'), count.toLocaleString('en'));
    const inPage = await drawnBoxes(page);
    assert.ok(inPage > 0 && inPage < 300, `${inPage} boxes in the page`);
    assert.ok(drawn < 3000, `${drawn} ms`);
    assert.ok(tasks.length > 0, 'the trace has the tasks');
    assert.deepEqual(
      tasks.filter(({ ms }) => ms > 100),
      [],
    );
    assert.deepEqual(page.troubles, []);
  });
}

test('of a large graph, what is in view is drawn', async () => {
  const { page } = shared;
  const original = page.locator('.graph-frame[data-side=original]');
  assert.equal(await page.isChecked('#fold'), true);
  await original.locator('.box[tabindex="0"]').focus();
  await page.keyboard.press('End');
  const last = `irregular_${count - 1}`;
  assert.equal(await page.evaluate(() => document.activeElement.dataset.path), last);
  await original.locator(`[data-path=${last}]`).waitFor();
  await page.waitForFunction(
    () => !document.querySelector('[data-side=original] [data-path=irregular_1]'),
  );
  const box = original.locator(`[data-path=${last}]`);
  assert.ok(Number(await box.getAttribute('aria-setsize')) > 1000);
  assert.equal(await box.getAttribute('aria-posinset'), await box.getAttribute('aria-setsize'));
  await page.keyboard.press('Home');
  await original.locator('[data-path=irregular_1]').waitFor();
  assert.ok((await drawnBoxes(page)) < 300);
});

test('repeated blocks fold, open, and are searched', async () => {
  const { page } = shared;
  await pick(page, 'regular.keras', await fileOf(regular()));
  await opened(page, 'regular.keras');
  const folded = await boxes(page, 'original');
  assert.ok(folded.length < 20, `${folded.length} boxes`);
  const block = page.locator('[data-side=original] .box.block').first();
  assert.match(await block.textContent(), /repeated block of 4,?9\d\d layers/);
  await page.fill('#search', 'regular_2500');
  const found = page.locator('[data-side=original] [data-path=regular_2500]');
  await found.waitFor();
  assert.equal(await page.textContent('#found'), '1 of 1');
  assert.equal(await found.getAttribute('aria-selected'), 'true');
  assert.equal(await found.getAttribute('aria-level'), '2');
  assert.ok((await drawnBoxes(page)) < 300);
  await page.fill('#search', '');
  await page.click('#fold');
  await idle(page);
  assert.equal(await page.locator('[data-side=original] .box.block').count(), 0);
  await page.click('#fold');
  await idle(page);
  assert.ok((await page.locator('[data-side=original] .box.block').count()) > 0);
  assert.deepEqual(page.troubles, []);
});
