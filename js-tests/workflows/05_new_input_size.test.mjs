// A pretrained network for another input size
//
// Convolutions accept any image size, but a model keeps the size it was made for. Cloned on a new Input, the same layers
// are connected again and all shapes follow; the weights fit unchanged.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cloneModel, initialize, Input, layers, Sequential } from 'keras-wasm';

await initialize();

test('a network for 32x32 images takes 64x48 images', () => {
  const small = new Sequential([
    Input({ shape: [32, 32, 3] }),
    new layers.Conv2D({
      filters: 8,
      kernelSize: 3,
      padding: 'same',
      activation: 'relu',
      name: 'conv',
    }),
    new layers.MaxPooling2D({ poolSize: 2, name: 'pool' }),
    new layers.GlobalAveragePooling2D({ name: 'mean' }),
    new layers.Dense({ units: 10, activation: 'softmax', name: 'classes' }),
  ]);

  const big = cloneModel(small, {
    inputTensors: Input({ shape: [64, 48, 3], name: 'photo' }),
    copyWeights: true,
  });

  assert.deepEqual(big.inputShape, [null, 64, 48, 3]);
  assert.deepEqual(big.getLayer('pool').output.shape, [null, 32, 24, 8]);
  // A uniform image gives the same features at any size, except at the border.
  const gray = (width, height) => new Float32Array(width * height * 3).fill(0.5);
  const inside = (model, size, y, x) =>
    model
      .subModel({ outputs: 'pool' })
      .predict(gray(...size))
      .array()[0][y][x];
  assert.deepEqual(inside(big, [64, 48], 20, 11), inside(small, [32, 32], 8, 8));
  assert.deepEqual(big.predict(gray(64, 48)).shape, [1, 10]);
});
