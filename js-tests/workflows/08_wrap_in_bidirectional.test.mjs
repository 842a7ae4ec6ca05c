// Wrap layers: every LSTM becomes bidirectional
//
// The example in Keras's documentation of `clone_model`. The hook returns a wrapper around a copy of the layer; the following
// layers are built for twice the number of features.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cloneModel, initialize, Input, layers, Model } from 'keras-wasm';

await initialize();

test('an LSTM is wrapped, and all other layers are copied', () => {
  const inputs = Input({ shape: [10, 4] });
  const sequence = new layers.LSTM({ units: 8, returnSequences: true, name: 'read' }).apply(inputs);
  const summary = new layers.LSTM({ units: 8, name: 'sum_up' }).apply(sequence);
  const outputs = new layers.Dense({ units: 1, name: 'head' }).apply(summary);
  const model = new Model({ inputs, outputs });

  const clone = cloneModel(model, {
    cloneFunction: (layer) =>
      layer instanceof layers.LSTM
        ? new layers.Bidirectional({
            layer: layers.LSTM.fromConfig(layer.getConfig()),
            name: layer.name,
          })
        : undefined,
  });

  assert.deepEqual(
    clone.layers.map((layer) => [layer.className, layer.output.shape.at(-1)]),
    [['InputLayer', 4], ['Bidirectional', 16], ['Bidirectional', 16], ['Dense', 1]], // prettier-ignore
  );
  assert.deepEqual(clone.predict(new Float32Array(40)).shape, [1, 1]);
});
