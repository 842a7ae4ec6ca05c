// Models on strings that Keras saved, run in the page on typed text, with Keras's outputs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textFile, textTruth } from '../support/text_models.mjs';
import { idle, opened, pick } from './site.mjs';
import { usePage } from './with_page.mjs';

const shared = usePage();

const isTensor = (node) => Array.isArray(node?.data) && Array.isArray(node?.shape);

/** The tensors of a record, in the order of the model's inputs or outputs: dicts by sorted keys. */
function tensorsOf(node) {
  if (isTensor(node)) return [node];
  return Array.isArray(node)
    ? node
    : Object.keys(node)
        .sort()
        .map((key) => node[key]);
}

/** A sample of a tensor. */
function rowOf({ data, shape }, row) {
  const size = shape.slice(1).reduce((product, each) => product * each, 1);
  return data.slice(row * size, (row + 1) * size);
}

/** The first sample that can be typed: words are separated by spaces, so none of them is empty. */
function typedRow(truth) {
  const texts = tensorsOf(truth.inputs).filter(({ dtype }) => dtype === 'string');
  return [...texts[0].data.keys()].find((row) =>
    texts.every((text) => !rowOf(text, row).includes('')),
  );
}

/** Types a sample into the fields, as a person would. */
async function type(page, truth, row) {
  const fields = await page.$$eval('[data-input]', (all) =>
    all.map(({ dataset }) => dataset.input),
  );
  for (const [i, value] of tensorsOf(truth.inputs).entries()) {
    const field = `[data-input="${fields[i]}"]`;
    if (value.dtype === 'string') {
      await page.selectOption(`${field} .input-kind`, 'text');
      await page.fill(`${field} .text`, rowOf(value, row).join(' '));
    } else {
      await page.selectOption(`${field} .input-kind`, 'file');
      await page.fill(`${field} .csv`, rowOf(value, row).join(', '));
    }
  }
}

/** For each output, what the page shows of both models: rows of a value and its index, or strings. */
const shownOutputs = (page) =>
  page.$$eval('#outputs .output', (all) =>
    all.map((chart) => ({
      numbers: [...chart.querySelectorAll('.number')].map((each) => [
        Number(each.parentElement.dataset.class),
        Number(each.dataset.value),
      ]),
      strings: [...chart.querySelectorAll('.strings')].map(({ textContent }) => textContent),
    })),
  );

function differences(shown, expected) {
  if (shown.length !== expected.length) return [`${shown.length} outputs`];
  return expected.flatMap((values, i) => {
    const { numbers, strings } = shown[i];
    if (typeof values[0] === 'string') {
      const texts = ['original', 'clone'].map((side) => `${side}: ${values.join(' · ')}`);
      return strings.join() === texts.join() ? [] : [[i, strings, texts]];
    }
    if (numbers.length === 0) return [[i, 'nothing']];
    return numbers
      .filter(([index, value]) => !(Math.abs(value - values[index]) < 1e-5))
      .map(([index, value]) => [i, index, value, values[index]]);
  });
}

for (const name of ['text_classifier', 'wide_and_deep', 'bag_of_words', 'characters', 'lookups']) {
  test(`${name} runs on typed text, with Keras's outputs`, async () => {
    const { page } = shared;
    const truth = textTruth(name);
    await pick(page, `${name}.keras`, Buffer.from(textFile(name)));
    await opened(page, `${name}.keras`);
    await page.selectOption('#recipe', 'plain');
    await idle(page);
    const row = typedRow(truth);
    await type(page, truth, row);
    const expected = tensorsOf(truth.outputs).map((value) => rowOf(value, row));
    // Each field runs the model; the last one makes the outputs of this sample.
    const deadline = Date.now() + 10_000;
    let wrong;
    do wrong = differences(await shownOutputs(page), expected);
    while (wrong.length > 0 && Date.now() < deadline);
    assert.deepEqual(wrong, []);
    assert.equal(await page.isVisible('#outputs .input-problem'), false);
    assert.deepEqual(page.troubles, []);
  });
}

test('other words give another output, and several lines are several samples', async () => {
  const { page } = shared;
  await pick(page, 'any_length.keras', Buffer.from(textFile('any_length')));
  await opened(page, 'any_length.keras');
  const shown = () => page.textContent('#outputs');
  const before = await shown();
  await page.fill('.text', 'never seen words');
  await page.waitForFunction(
    (text) => document.querySelector('#outputs').textContent !== text,
    before,
  );
  await page.fill('.text', 'one line\nand another');
  await page.waitForFunction(() => /\(2, /.test(document.querySelector('#outputs').textContent));
  assert.deepEqual(page.troubles, []);
});
