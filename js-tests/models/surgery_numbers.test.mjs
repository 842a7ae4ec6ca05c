// Soft updates, sub-models and recurrent states give Keras's numbers (tools/fixtures/make_surgery.py).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { assertClose } from '../support/assertions.mjs';
import { Input, layers, modelFromJson, Sequential, tensor } from '../support/keras.mjs';

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/surgery.json', import.meta.url), 'utf8'),
);

function revive({ model, weights }) {
  const revived = modelFromJson(JSON.stringify(model));
  revived.setWeights(weights.map((values) => tensor(values)));
  return revived;
}

for (const { dtype, tau, target, source, result } of fixture.soft_updates) {
  test(`lerpWeights(other, ${tau}) is a soft update of ${dtype} weights`, () => {
    const [to, by] = [target, source].map((weights) => {
      const model = new Sequential([Input({ shape: [4] }), new layers.Dense({ units: 3, dtype })]);
      model.setWeights(weights.map((values) => tensor(values)));
      return model;
    });
    to.lerpWeights(by, tau);
    // Keras computes in the dtype of the weights and rounds several times.
    const tolerance = { float32: 1e-6, float16: 2e-3, bfloat16: 2e-2 }[dtype];
    to.getWeights().forEach((weight, i) => assertClose(weight.array(), result[i], tolerance));
  });
}

for (const row of fixture.parts) {
  for (const { inputs, outputs, data, results } of row.parts) {
    const [from, to] = [inputs, outputs].map((part) => JSON.stringify(part));
    test(`${row.model.config.name}: the part from ${from} to ${to} computes the same as in Keras`, () => {
      const model = revive(row);
      const part = model.subModel({ inputs, outputs });
      assert.equal(part.inputs.length, data.length);
      const predicted = part.predict(data.map((values) => tensor(values)));
      const actual = [predicted.low ? [predicted.low, ...predicted.sum] : predicted].flat();
      assert.equal(actual.length, results.length);
      actual.forEach((output, i) => assertClose(output.array(), results[i]));
    });
  }
}

for (const row of fixture.stateful) {
  test(`a stateful ${row.model.config.name} keeps and resets its state as in Keras`, () => {
    const model = revive(row);
    const run = () => row.steps.map((step) => model.predict(tensor(step)).array());
    assertClose(run(), row.outputs);
    model.getLayer('r').resetState();
    assertClose(run(), row.after_reset);
  });
}
