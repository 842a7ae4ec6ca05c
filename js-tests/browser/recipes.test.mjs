// Each recipe on each sample: it makes a clone, or says why this model does not allow it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseRecipe, fact, openSample } from './site.mjs';
import { usePage } from './with_page.mjs';

const shared = usePage();

/** What a sample does not allow, and the reason that the page gives. */
const refusals = {
  'digits_nested.keras': { 'input-size': /Input 0 .* of layer 'features' is incompatible/ },
  'digits_rnn.keras': { 'input-size': /total size of the tensor must be unchanged.*'rows'/s },
  'digits_transformer.keras': {
    'input-size': /total size of the tensor must be unchanged.*'tokens'/s,
  },
};

/** Recipes that leave every layer as it is where they find nothing to edit, as the page says. */
const editsNothing = {
  'digits.keras': ['bidirectional', 'drop-normalization', 'plain', 'share'],
  'digits_mlp.keras': ['bidirectional', 'drop-normalization', 'plain', 'share'],
  'digits_nested.keras': ['bidirectional', 'plain', 'share'],
  'digits_rnn.keras': [
    ...['activations', 'bidirectional', 'deploy', 'drop-normalization', 'dropout'],
    ...['monte-carlo', 'plain', 'seed', 'share'],
  ],
  'digits_transformer.keras': [
    ...['activations', 'bidirectional', 'drop-normalization', 'plain', 'share'],
  ],
  'tumours.keras': ['bidirectional', 'drop-normalization', 'input-size', 'plain', 'share'],
};

for (const [file, unchanged] of Object.entries(editsNothing)) {
  test(`each recipe clones ${file}, or says why not`, async () => {
    const { page } = shared;
    await openSample(page, file);
    const recipes = await page.$$eval('#recipe option:not([hidden])', (all) =>
      all.map(({ value }) => value),
    );
    const says = [];
    for (const id of recipes) {
      await chooseRecipe(page, id);
      const reason = refusals[file]?.[id];
      assert.equal(await page.isVisible('#code-problem'), reason !== undefined, id);
      if (reason) assert.match(await page.textContent('#code-problem'), reason, id);
      else assert.ok(Number(await fact(page, 'clone', 'layers')) > 0, id);
      assert.equal(await page.locator('#outputs .input-problem').count(), 0, id);
      if (await page.isVisible('#same')) says.push(id);
    }
    assert.deepEqual(says.sort(), unchanged);
  });
}

test('there is such a list for each sample', async () => {
  const { page } = shared;
  const samples = await page.$$eval('[data-sample]', (all) =>
    all.map(({ dataset }) => dataset.sample),
  );
  assert.deepEqual(samples.sort(), Object.keys(editsNothing).sort());
  const others = page.troubles.filter((text) => !/all keys in the dict must match/.test(text));
  assert.deepEqual(others, [], 'renamed inputs of a dict are warned of, as in Keras');
});
