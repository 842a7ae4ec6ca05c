// A target network that follows the online network
//
// A DQN agent takes its targets from a copy of its network that lags behind. `copyWeights` starts the copy where the network
// is; `lerpWeights` moves it a part of the way (soft update) or all the way (hard update), without building anything anew.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cloneModel, initialize, Input, layers, Sequential, tensor } from 'keras-wasm';

await initialize();

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

  // The online network learns. The target does not notice.
  const before = value(target);
  online.mapWeights((weight, values) => values.map((w) => w + 0.1));
  assert.equal(value(target), before);

  // A soft update after every step: target = 0.99 * target + 0.01 * online.
  const distance = () => Math.abs(value(target) - value(online));
  const far = distance();
  for (let step = 0; step < 50; ++step) target.lerpWeights(online, 0.01);
  assert.ok(distance() < far && distance() > 0);

  // A hard update now and then.
  target.lerpWeights(online, 1);
  assert.equal(value(target), value(online));
});
