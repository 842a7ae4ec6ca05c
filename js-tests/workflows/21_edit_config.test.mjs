// Edit a config as JSON
//
// A config is plain data with Keras's names, and a copy each time: change it, store it, send it, and make a model from it.
// Changes to it do not reach the model it came from.
import assert from 'node:assert/strict';
import test from 'node:test';
import { initialize, Input, layers, Sequential } from 'keras-wasm';

await initialize();

test('a model is made from an edited config', () => {
  const model = new Sequential([
    Input({ shape: [16] }),
    new layers.Dense({ units: 8, activation: 'relu', name: 'hidden' }),
    new layers.Dense({ units: 1000, name: 'head' }),
  ]);

  const config = JSON.parse(JSON.stringify(model.getConfig()));
  const [input, hidden, head] = config.layers;
  input.config.batch_shape = [null, 32];
  config.build_input_shape = [null, 32];
  hidden.config.kernel_regularizer = { class_name: 'L2', config: { l2: 1e-4 } };
  head.config.units = 10;
  // Build configs hold the shapes the layers were built for; here those follow from the input.
  delete hidden.build_config;
  const edited = Sequential.fromConfig(config);

  assert.deepEqual(edited.inputShape, [null, 32]);
  assert.deepEqual(edited.outputShape, [null, 10]);
  assert.deepEqual(model.outputShape, [null, 1000]);
});
