// Hooks for the layers of nested models
//
// A nested model is one layer to the hooks, unless `recursive` is set: then it is cloned with the same hooks, to any depth.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cloneModel, initialize, Input, layers, Model, Sequential } from 'keras-wasm';

await initialize();

test('a recursive clone passes inner layers to the hook', () => {
  const deep = new Sequential(
    [Input({ shape: [4] }), new layers.Dense({ units: 4, activation: 'relu', name: 'inner' })],
    { name: 'deep' },
  );
  const z = Input({ shape: [4] });
  const middle = new Model({
    inputs: z,
    outputs: new layers.Dense({ units: 4, activation: 'relu', name: 'between' }).apply(
      deep.apply(z),
    ),
    name: 'middle',
  });
  const inputs = Input({ shape: [4] });
  const outputs = new layers.Dense({ units: 2, name: 'outer' }).apply(middle.apply(inputs));
  const model = new Model({ inputs, outputs });

  const seen = [];
  const gelu = (layer) => {
    seen.push(layer.name);
    const config = layer.getConfig();
    if (config.activation === 'relu') config.activation = 'gelu';
    return layer.constructor.fromConfig(config);
  };
  const clone = cloneModel(model, { recursive: true, copyWeights: true, cloneFunction: gelu });

  assert.deepEqual(seen, ['inner', 'between', 'outer']);
  const inner = clone.getLayer('middle').getLayer('deep').getLayer('inner');
  assert.equal(inner.getConfig().activation, 'gelu');
  assert.equal(deep.getLayer('inner').getConfig().activation, 'relu');

  seen.length = 0;
  cloneModel(model, { cloneFunction: gelu });
  assert.deepEqual(seen, ['middle', 'outer']);
});
