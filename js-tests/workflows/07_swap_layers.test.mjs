// Swap an activation, or a class of layers
//
// `cloneFunction` receives each layer and returns its replacement; returning nothing makes an ordinary copy. Change the config to
// change an argument, or return another layer to change the class. Keep the name, so that lookups by name still work.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cloneModel, diffModels, initialize, Input, layers, Sequential } from 'keras-wasm';

await initialize();

test('every ReLU becomes a GELU, whether it is a layer or an activation argument', () => {
  const model = new Sequential([
    Input({ shape: [4] }),
    new layers.Dense({ units: 8, activation: 'relu', name: 'hidden' }),
    new layers.Dense({ units: 8, name: 'linear' }),
    new layers.ReLU({ name: 'act' }),
    new layers.Dense({ units: 2, name: 'head' }),
  ]);

  const clone = cloneModel(model, {
    copyWeights: true,
    cloneFunction(layer) {
      if (layer instanceof layers.ReLU)
        return new layers.Activation({ activation: 'gelu', name: layer.name });
      const config = layer.getConfig();
      if (config.activation !== 'relu') return undefined;
      return layer.constructor.fromConfig({ ...config, activation: 'gelu' });
    },
  });

  const diff = diffModels(model, clone);
  assert.deepEqual(
    diff.changed.map(({ layer, className }) => `${layer} (${className})`),
    ['hidden (Dense)', 'act (Activation)'],
  );
  assert.deepEqual(diff.changed[0].config, [{ key: 'activation', from: 'relu', to: 'gelu' }]);
  assert.deepEqual(diff.weights, []);
});
