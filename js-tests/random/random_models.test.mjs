// Thousands of random models, each through configs, clones and files. A number determines a model; a failure names it,
// and `KERAS_RANDOM_SEEDS=417 node --test js-tests/random/random_models.test.mjs` runs it alone (`from-to` for a range).
import assert from 'node:assert/strict';
import test from 'node:test';
import { checks } from './checks.mjs';
import { randomModel } from '../../tools/lib/random_models/model_maker.mjs';
import * as keras from '../support/keras.mjs';

const [first, last = first] = (process.env.KERAS_RANDOM_SEEDS ?? '0-1999').split('-').map(Number);
const count = last - first + 1;

test(`${count} random models keep configs, clones, weights and predictions`, async (t) => {
  const failures = [];
  const kinds = new Set();
  const classes = new Set();
  for (let seed = first; seed <= last; ++seed) {
    let model;
    let data;
    try {
      ({ model, data } = randomModel(seed, keras));
      kinds.add(model.kind);
      for (const layer of model.layers) classes.add(layer.className);
      for (const [claim, check] of Object.entries(checks)) {
        try {
          await check({ model, data, keras });
        } catch (error) {
          failures.push(`model ${seed}, "${claim}": ${error.message}`);
        }
      }
    } catch (error) {
      failures.push(`model ${seed} was not made: ${error.message}`);
    }
    model?.dispose();
    keras.clearSession();
    if (failures.length >= 20) break;
  }
  t.diagnostic(`${count} models of ${classes.size} kinds of layers`);
  assert.equal(failures.join('\n'), '');
  // Checks that the sample covers enough.
  if (count >= 1000) {
    assert.deepEqual([...kinds].sort(), ['functional', 'sequential']);
    assert.ok(classes.size > 60, `${classes.size} kinds of layers`);
  }
});
