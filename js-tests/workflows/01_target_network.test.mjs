// A target network that follows the online network
//
// A DQN agent computes its targets with a delayed copy of its network. `copyWeights` starts the copy with the same weights;
// `lerpWeights` moves it partway (soft update) or completely (hard update) without building a new model.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  cloneModel,
  initialize,
  Input,
  layers,
  Sequential,
  setRandomSeed,
  tensor,
} from 'keras-wasm';

await initialize();
setRandomSeed(7);

test('a target network lags behind, follows softly, and catches up', () => {
  const online = new Sequential([
    Input({ shape: [4] }),
    new layers.Dense({ units: 16, activation: 'relu' }),
    new layers.Dense({ units: 2 }),
  ]);
  const target = cloneModel(online, { copyWeights: true });
  const state = tensor([[0.1, -0.2, 0.3, 0.4]]);
  const value = (model) => model.predict(state).array()[0][0];
  assert.equal(value(target), value(online));

  // The online network learns. The target stays unchanged.
  const before = value(target);
  online.mapWeights((weight, values) => values.map((w) => w + 0.1));
  assert.equal(value(target), before);

  // A soft update after every step: target = 0.99 * target + 0.01 * online.
  // For each weight, 0.99 ** 50 of the distance remains; predictions need not approach monotonically,
  // because the network is not linear.
  const kernel = (model) => model.weights[0].value().array().flat();
  const distance = () => {
    const goal = kernel(online);
    return Math.max(...kernel(target).map((w, i) => Math.abs(w - goal[i])));
  };
  const far = distance();
  for (let step = 0; step < 50; ++step) target.lerpWeights(online, 0.01);
  assert.ok(Math.abs(distance() / far - 0.99 ** 50) < 1e-3);
  assert.notEqual(value(target), value(online));

  // An occasional hard update.
  target.lerpWeights(online, 1);
  assert.equal(value(target), value(online));
});
