// Monte-Carlo dropout: uncertainty of a prediction
//
// With dropout active, each sample of a batch is another draw, and the spread of the draws measures uncertainty. The clone's calls
// pass `training: true`, and its layers are the original's. Run it with `apply`, as in Keras: `predict` turns training off.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cloneModel, initialize, Input, kwargs, layers, Model, ops, tensor } from 'keras-wasm';

await initialize();

const alwaysDropping = (model) =>
  cloneModel(model, {
    cloneFunction: (layer) => layer,
    callFunction: (layer, x, ...rest) =>
      layer instanceof layers.Dropout
        ? layer.apply(x, kwargs({ training: true }))
        : layer.apply(x, ...rest),
  });

// Mean and standard deviation of the outputs for one input over many draws, computed as one batch.
function sample(model, x, count) {
  const copies = ops.repeat(x, count, { axis: 0 });
  const draws = model.apply(copies);
  return { mean: ops.mean(draws, { axis: 0 }).array(), std: ops.std(draws, { axis: 0 }).array() };
}

test('predictions vary around the prediction without dropout', () => {
  const inputs = Input({ shape: [4] });
  const hidden = new layers.Dense({ units: 64, kernelInitializer: 'ones' }).apply(inputs);
  const dropped = new layers.Dropout({ rate: 0.2, seed: 1 }).apply(hidden);
  const outputs = new layers.Dense({ units: 1, kernelInitializer: 'ones' }).apply(dropped);
  const model = new Model({ inputs, outputs });

  const x = tensor([[0.25, 0.25, 0.25, 0.25]]);
  assert.deepEqual(model.predict(x).array(), [[64]]);
  const { mean, std } = sample(alwaysDropping(model), x, 200);
  // 64 ones, each dropped with probability 0.2 and otherwise divided by 0.8: the deviation is sqrt(64 * 0.2 / 0.8) = 4.
  assert.ok(Math.abs(mean[0] - 64) < 1, `mean ${mean}`);
  assert.ok(Math.abs(std[0] - 4) < 0.5, `deviation ${std}`);
});
