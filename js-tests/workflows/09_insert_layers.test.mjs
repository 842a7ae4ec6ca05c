// Insert a layer after each convolution
//
// `callFunction` makes the calls of the clone, so it can add calls: noise, a probe, a quantization node. With
// `cloneFunction: (layer) => layer` the clone uses the original's layers, and only the graph is new.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cloneModel, diffModels, initialize, Input, layers, Model } from 'keras-wasm';

await initialize();

test("noise follows every convolution, with the original's layers", () => {
  const inputs = Input({ shape: [16, 16, 3], name: 'image' });
  let x = new layers.Conv2D({ filters: 4, kernelSize: 3, name: 'conv1' }).apply(inputs);
  x = new layers.MaxPooling2D({ name: 'pool' }).apply(x);
  x = new layers.Conv2D({ filters: 8, kernelSize: 3, name: 'conv2' }).apply(x);
  const model = new Model({ inputs, outputs: new layers.Flatten({ name: 'flat' }).apply(x) });

  const noisy = cloneModel(model, {
    cloneFunction: (layer) => layer,
    callFunction(layer, ...args) {
      const output = layer.apply(...args);
      if (!(layer instanceof layers.Conv2D)) return output;
      return new layers.GaussianNoise({ stddev: 0.1, name: `noise_${layer.name}` }).apply(output);
    },
  });

  const diff = diffModels(model, noisy);
  assert.deepEqual(
    diff.added.map(({ layer, inputs: { to } }) => [layer, to]),
    [['noise_conv1', [['conv1']]], ['noise_conv2', [['conv2']]]], // prettier-ignore
  );
  assert.deepEqual(diff.rewired.map(({ layer }) => layer), ['pool', 'flat']); // prettier-ignore
  assert.equal(noisy.getLayer('conv1'), model.getLayer('conv1'));
});
