// A frozen snapshot, and a moving average of the weights
//
// The original continues to learn; the snapshot keeps its old weights, and the average is often the better model. Both are copies
// with separate weights, so only your code changes them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cloneModel, initialize, Input, layers, Sequential } from 'keras-wasm';

await initialize();

test('a snapshot stays unchanged, and an average follows', () => {
  const model = new Sequential([Input({ shape: [3] }), new layers.Dense({ units: 2 })]);
  const snapshot = cloneModel(model, { copyWeights: true, name: 'snapshot' });
  snapshot.trainable = false;
  const average = cloneModel(model, { copyWeights: true, name: 'average' });

  const decay = 0.9;
  const bias = (m) => m.weights[1].value().array()[0];
  let expected = bias(model);
  for (let step = 1; step <= 10; ++step) {
    model.mapWeights((weight, values) => values.map((w) => w + 0.5)); // a training step
    average.lerpWeights(model, 1 - decay);
    expected = decay * expected + (1 - decay) * bias(model);
  }

  assert.equal(bias(snapshot), 0);
  assert.deepEqual(snapshot.trainableWeights, []);
  assert.equal(bias(model), 5);
  assert.ok(Math.abs(bias(average) - expected) < 1e-5);
});
