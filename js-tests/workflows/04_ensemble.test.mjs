// An ensemble of clones in one model
//
// Models of the same architecture vote. Called on one Input, they become layers of one model, which is run, saved and shipped as
// a whole. Each clone only needs a different name.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cloneModel, initialize, Input, layers, Model, Sequential, tensor } from 'keras-wasm';

await initialize();

test('an ensemble predicts the mean of its members', () => {
  const member = new Sequential([
    Input({ shape: [4] }),
    new layers.Dense({ units: 8, activation: 'relu' }),
    new layers.Dense({ units: 3, activation: 'softmax' }),
  ]);
  // Fresh weights each; in practice each is trained, or loaded by `loadWeights`.
  const members = [1, 2, 3].map((i) => cloneModel(member, { name: `member_${i}` }));

  const inputs = Input({ shape: [4], name: 'features' });
  const votes = members.map((each) => each.apply(inputs));
  const ensemble = new Model({ inputs, outputs: new layers.Average().apply(votes) });

  const x = tensor([[1, -2, 3, 0.5]]);
  const single = members.map((each) => each.predict(x).array()[0]);
  const [mean] = ensemble.predict(x).array();
  mean.forEach((p, i) => {
    const expected = (single[0][i] + single[1][i] + single[2][i]) / 3;
    assert.ok(Math.abs(p - expected) < 1e-6);
  });
  assert.equal(ensemble.countParams(), 3 * member.countParams());
});
