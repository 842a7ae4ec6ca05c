// Half the bytes: another dtype policy for inference
//
// The dtype is part of each layer's config, so a hook changes it, and `copyWeights` rounds the weights. Files and memory
// halve; outputs differ by about one percent (bfloat16) or 0.1 percent (float16).
import assert from 'node:assert/strict';
import test from 'node:test';
import { cloneModel, initialize, Input, layers, Sequential } from 'keras-wasm';

await initialize();

const withDtype = (dtype) => (layer) =>
  layer.constructor.fromConfig({ ...layer.getConfig(), dtype });

const bytesOfWeights = (model) =>
  model.getWeights().reduce((sum, weight) => sum + weight.bytes().length, 0);

test('a bfloat16 copy has half the bytes and nearly the same outputs', () => {
  const model = new Sequential([
    Input({ shape: [32] }),
    new layers.Dense({ units: 64, activation: 'relu' }),
    new layers.Dense({ units: 4, activation: 'softmax' }),
  ]);

  const half = cloneModel(model, { copyWeights: true, cloneFunction: withDtype('bfloat16') });

  assert.equal(bytesOfWeights(half), bytesOfWeights(model) / 2);
  assert.equal(half.layers[0].dtype, 'bfloat16');
  const x = Float32Array.from({ length: 32 }, (_, i) => Math.sin(i));
  const [expected] = model.predict(x).array();
  const [actual] = half.predict(x).array();
  actual.forEach((p, i) => assert.ok(Math.abs(p - expected[i]) < 0.02));
});
