// Features: a network without its head, and all its activations
//
// `subModel` is part of a model: it starts and ends at the given layers or names, and shares layers and weights. Outputs have the
// structure in which they were requested.
import assert from 'node:assert/strict';
import test from 'node:test';
import { initialize, Input, layers, Model } from 'keras-wasm';

await initialize();

test('sub-models give the body, named activations, and the head alone', () => {
  const inputs = Input({ shape: [8, 8, 3], name: 'image' });
  const conv1 = new layers.Conv2D({ filters: 4, kernelSize: 3, name: 'conv1' }).apply(inputs);
  const conv2 = new layers.Conv2D({ filters: 8, kernelSize: 3, name: 'conv2' }).apply(conv1);
  const pooled = new layers.GlobalAveragePooling2D({ name: 'pool' }).apply(conv2);
  const classes = new layers.Dense({ units: 5, activation: 'softmax', name: 'head' }).apply(pooled);
  const model = new Model({ inputs, outputs: classes });
  const image = Float32Array.from({ length: 192 }, (_, i) => Math.sin(i));

  const embed = model.subModel({ outputs: 'pool' });
  const embedding = embed.predict(image);
  assert.deepEqual(embedding.shape, [1, 8]);

  const { low, high } = model.subModel({ outputs: { low: 'conv1', high: 'conv2' } }).predict(image);
  assert.deepEqual([low.shape, high.shape], [[1, 6, 6, 4], [1, 4, 4, 8]]); // prettier-ignore

  const everything = model.subModel({ outputs: model.layers.slice(1) });
  assert.equal(everything.predict(image).length, 4);

  const head = model.subModel({ inputs: 'head', outputs: 'head' });
  assert.deepEqual(head.predict(embedding).array(), model.predict(image).array());
});
