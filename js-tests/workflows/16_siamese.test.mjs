// Shared layers, dicts and operations survive a clone
//
// A siamese network calls one encoder on two inputs and compares the results with operations. The clone also has one encoder, called
// twice, takes and returns the same dicts, and its operations are nodes of its own graph.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cloneModel, diffModels, initialize, Input, layers, Model, ops } from 'keras-wasm';

await initialize();

test('a siamese network with dict inputs and outputs is cloned exactly', () => {
  const left = Input({ shape: [4], name: 'left' });
  const right = Input({ shape: [4], name: 'right' });
  const encoder = new layers.Dense({ units: 3, activation: 'tanh', name: 'encoder' });
  const [a, b] = [encoder.apply(left), encoder.apply(right)];
  const distance = ops.sum(ops.square(ops.subtract(a, b)), { axis: -1, keepdims: true });
  const both = ops.concatenate([a, b], { axis: -1 });
  const model = new Model({ inputs: { left, right }, outputs: { distance, both } });

  const clone = cloneModel(model, { copyWeights: true });

  assert.ok(diffModels(model, clone).equal);
  assert.notEqual(clone.getLayer('encoder'), encoder);
  assert.equal(clone.weights.length, 2);
  const pair = { left: [[1, 2, 3, 4]], right: [[1, 2, 3, 5]] };
  const [expected, actual] = [model, clone].map((each) => each.predict(pair));
  assert.deepEqual(actual.distance.array(), expected.distance.array());
  assert.deepEqual(actual.both.array(), expected.both.array());
});
