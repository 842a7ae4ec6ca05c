// A stateless RNN as a stateful one that runs step by step
//
// Trained on whole sequences, used on a stream: the clone takes one step at a time and keeps its state between calls, so each
// step costs the same however long the stream is. The weights of a recurrent layer do not depend on the length.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cloneModel, initialize, Input, layers, Sequential } from 'keras-wasm';

await initialize();

const features = 2;

function forStreaming(model) {
  return cloneModel(model, {
    inputTensors: Input({ batchShape: [1, 1, features] }),
    copyWeights: true,
    cloneFunction(layer) {
      const config = layer.getConfig();
      if (!('stateful' in config)) return undefined;
      return layer.constructor.fromConfig({ ...config, stateful: true });
    },
  });
}

test('running step by step gives the same outputs as the whole sequence', () => {
  const model = new Sequential([
    Input({ shape: [null, features] }),
    new layers.LSTM({ units: 8, returnSequences: true }),
    new layers.GRU({ units: 4 }),
    new layers.Dense({ units: 1 }),
  ]);
  const stream = forStreaming(model);
  const sequence = Array.from({ length: 20 }, (_, t) => [Math.sin(t), Math.cos(t / 3)]);

  const run = () => sequence.map((step) => stream.predict([[step]]).array()[0][0]).at(-1);
  const [[expected]] = model.predict([sequence]).array();
  assert.ok(Math.abs(run() - expected) < 1e-6);

  // The state persists until it is reset; then the same stream gives the same numbers.
  assert.ok(Math.abs(run() - expected) > 1e-6);
  stream.resetStates();
  assert.ok(Math.abs(run() - expected) < 1e-6);
});
