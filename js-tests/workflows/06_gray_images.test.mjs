// Another number of channels: a colour network for gray images
//
// Only the first kernel does not fit: it has three input channels, the new Input has one. `copyWeights.mismatch` is called for
// such weights only. A gray image is a colour image with three equal channels, so the sum over the channels is exact.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cloneModel, initialize, Input, layers, ops, Sequential } from 'keras-wasm';

await initialize();

test('a gray image gives the same output as with three equal channels', () => {
  const colour = new Sequential([
    Input({ shape: [8, 8, 3] }),
    new layers.Conv2D({ filters: 4, kernelSize: 3, activation: 'relu' }),
    new layers.Flatten(),
    new layers.Dense({ units: 5 }),
  ]);

  const gray = cloneModel(colour, {
    inputTensors: Input({ shape: [8, 8, 1] }),
    copyWeights: {
      mismatch: (weight, source) => ops.sum(source.value(), { axis: 2, keepdims: true }),
    },
  });

  const pixels = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));
  const threeTimes = Float32Array.from({ length: 192 }, (_, i) => pixels[Math.floor(i / 3)]);
  const [expected] = colour.predict(threeTimes).array();
  const [actual] = gray.predict(pixels).array();
  actual.forEach((y, i) => assert.ok(Math.abs(y - expected[i]) < 1e-5));
});
