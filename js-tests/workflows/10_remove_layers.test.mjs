// Remove layers that only training needs
//
// Dropout and noise do nothing when a model predicts. A `callFunction` that returns its input instead of calling the layer
// leaves them out of the graph, so the remaining model can be deployed.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cloneModel, initialize, Input, layers, Sequential } from 'keras-wasm';

await initialize();

const onlyForTraining = [layers.Dropout, layers.GaussianNoise, layers.SpatialDropout2D];

test('a deployed model has no training-only layers and predicts the same', () => {
  const model = new Sequential([
    Input({ shape: [8, 8, 1] }),
    new layers.GaussianNoise({ stddev: 0.1 }),
    new layers.Conv2D({ filters: 4, kernelSize: 3, activation: 'relu' }),
    new layers.SpatialDropout2D({ rate: 0.25 }),
    new layers.Flatten(),
    new layers.Dropout({ rate: 0.5 }),
    new layers.Dense({ units: 3, activation: 'softmax' }),
  ]);

  const deployed = cloneModel(model, {
    asFunctional: true, // makes a graph of the Sequential, so that its calls can be changed
    copyWeights: true,
    callFunction: (layer, x, ...rest) =>
      onlyForTraining.some((Class) => layer instanceof Class) ? x : layer.apply(x, ...rest),
  });

  assert.deepEqual(
    deployed.layers.map(({ className }) => className),
    ['InputLayer', 'Conv2D', 'Flatten', 'Dense'],
  );
  const image = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));
  assert.deepEqual(deployed.predict(image).array(), model.predict(image).array());
});
