// A second graph over the same layers
//
// A hook that returns the layer itself shares it: no weight is copied, and changes in one model are visible in the other. One
// model can thus have one graph for training and another for inspection.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cloneModel, initialize, Input, layers, memory, Model, tensor } from 'keras-wasm';

await initialize();

test('a clone with shared layers adds no weights and follows the original', () => {
  const inputs = Input({ shape: [512] });
  const hidden = new layers.Dense({ units: 512, activation: 'relu', name: 'hidden' }).apply(inputs);
  const model = new Model({ inputs, outputs: new layers.Dense({ units: 2 }).apply(hidden) });
  const x = tensor(new Float32Array(512).fill(0.5), [1, 512]);
  model.predict(x);

  const before = memory().bytes;
  const clone = cloneModel(model, { cloneFunction: (layer) => layer });
  assert.ok(memory().bytes - before < 1000, 'the kernel alone has a megabyte');
  assert.equal(clone.getLayer('hidden'), model.getLayer('hidden'));
  assert.notEqual(clone.inputs[0], model.inputs[0]);

  model.mapWeights((weight, values) => values.map((w) => w / 2));
  assert.deepEqual(clone.predict(x).array(), model.predict(x).array());
});
