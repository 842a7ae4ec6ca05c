// Cloning on the page: each hook makes a clone and reports what happened to the layers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import {
  boxes,
  chooseHook,
  fact,
  idle,
  launch,
  openPage,
  openSample,
  probabilities,
  recorded,
  serve,
} from './site.mjs';

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

const marked = (side, change) =>
  page.$$eval(`#${side} .box.${change}`, (all) => all.map((box) => box.dataset.path));

async function assertSameProbabilities() {
  await page.waitForSelector('#clone .bars li.best');
  const [original, clone] = [
    await probabilities(page, 'original'),
    await probabilities(page, 'clone'),
  ];
  assert.ok(Math.abs(clone.reduce((sum, part) => sum + part) - 1) < 1e-5);
  original.forEach((probability, digit) =>
    assert.ok(Math.abs(probability - clone[digit]) <= 1e-5, `${digit}: ${clone[digit]}`),
  );
}

for (const { file } of recorded.models) {
  for (const hook of ['default', 'seed', 'dropout', 'inputs', 'recursive']) {
    test(`the ${hook} hook clones ${file} with the same probabilities`, async () => {
      await openSample(page, file);
      await chooseHook(page, hook);
      assert.equal(await page.isVisible('#clone .problem'), false);
      assert.ok((await page.textContent('#clone .summary')).startsWith('Model: "'));
      assert.ok((await boxes(page, 'clone')).length > 0);
      await assertSameProbabilities();
      assert.deepEqual(page.troubles, []);
    });
  }
}

test('a plain clone has the same layers, and predicts at random without copied weights', async () => {
  await openSample(page, 'digits.keras');
  await chooseHook(page, 'default');
  for (const change of ['added', 'changed']) assert.deepEqual(await marked('clone', change), []);
  assert.match(await page.textContent('#clone .note'), /^Every layer has the same config/);
  const { correct } = recorded.models.find(({ name }) => name === 'digits');
  await page.waitForSelector('#clone [data-fact=accuracy]');
  assert.ok(
    (await fact(page, 'clone', 'accuracy')).startsWith(`${correct} of ${recorded.held_out} `),
  );
  await page.uncheck('#carry');
  await idle(page);
  await page.waitForSelector('#clone [data-fact=accuracy]');
  assert.ok(parseInt(await fact(page, 'clone', 'accuracy')) < recorded.held_out / 2);
  await page.check('#carry');
  await idle(page);
});

test('the seed hook marks the layers with another seed, and the config shows it', async () => {
  await openSample(page, 'digits.keras');
  await chooseHook(page, 'seed');
  assert.deepEqual(await marked('clone', 'changed'), ['dropout']);
  assert.deepEqual(await marked('original', 'changed'), ['dropout']);
  await page.click('#clone [data-path=dropout]');
  assert.match(await page.textContent('#clone .details dt.different'), /^seed$/);
  assert.equal(await page.textContent('#clone .details dd.different'), '1337');
  assert.equal(await page.textContent('#original .details dd.different'), '7');
});

test('the dropout hook adds a Dropout after each Dense except the last', async () => {
  await openSample(page, 'digits.keras');
  await chooseHook(page, 'dropout');
  const dense = await page.$$eval('#original .class-name', (all) =>
    all.filter((text) => text.textContent === 'Dense').map(() => 1),
  );
  assert.ok(dense.length > 1);
  assert.equal((await marked('clone', 'added')).length, dense.length - 1);
  assert.equal(
    Number(await fact(page, 'clone', 'layers')),
    Number(await fact(page, 'original', 'layers')) + dense.length - 1,
  );
  assert.match(await page.textContent('#clone .summary'), /new_dropout_1 \(Dropout\)/);
});

test('the inputs hook gives the clone a renamed input with a fixed batch size', async () => {
  await openSample(page, 'digits.keras');
  await chooseHook(page, 'inputs');
  assert.equal(await fact(page, 'clone', 'input'), '(1, 8, 8, 1)');
  assert.deepEqual(await marked('clone', 'added'), ['new_image']);
  assert.deepEqual(await marked('original', 'removed'), ['image']);
});

test('the recursive hook also freezes the layers of a nested model', async () => {
  await openSample(page, 'digits_nested.keras');
  await chooseHook(page, 'recursive');
  assert.equal(await fact(page, 'clone', 'trainable'), '0');
  assert.notEqual(await fact(page, 'original', 'trainable'), '0');
  await page.click('#clone [data-path=features] .toggle');
  await page.waitForSelector('#clone [data-path="features/conv"].changed');
});

test('the downloaded clone opens again and recognizes digits as before', async () => {
  await openSample(page, 'digits.keras');
  await chooseHook(page, 'dropout');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
  assert.match(download.suggestedFilename(), /\.keras$/);
  const buffer = readFileSync(await download.path());
  await idle(page);
  await page.setInputFiles('#file', { name: 'again.keras', mimeType: '', buffer });
  await page.waitForFunction(
    () => document.querySelector('#status')?.textContent === 'again.keras is open.',
  );
  assert.match(await page.textContent('#original .summary'), /new_dropout_1 \(Dropout\)/);
  await page.waitForSelector('#original [data-fact=accuracy]');
  const { correct } = recorded.models.find(({ name }) => name === 'digits');
  assert.ok(
    (await fact(page, 'original', 'accuracy')).startsWith(`${correct} of ${recorded.held_out} `),
  );
  assert.deepEqual(page.troubles, []);
});
