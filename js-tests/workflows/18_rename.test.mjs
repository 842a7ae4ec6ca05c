// Rename layers, so that two copies fit into one model
//
// Layer names are unique in a model. A prefix keeps two copies of a network distinct, in summaries and in weight files.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cloneModel, diffModels, initialize, Input, layers, Model } from 'keras-wasm';

await initialize();

test('two renamed copies fit into one model', () => {
  const image = Input({ shape: [8], name: 'image' });
  const hidden = new layers.Dense({ units: 4, name: 'hidden' }).apply(image);
  const outputs = new layers.Dense({ units: 2, name: 'code' }).apply(hidden);
  const encoder = new Model({ inputs: image, outputs, name: 'encoder' });

  const [left, right] = ['left', 'right'].map((side) =>
    cloneModel(encoder, { copyWeights: true, rename: (name) => `${side}_${name}` }),
  );
  // Not as two nested models but layer by layer, in one flat graph.
  const both = new Model({
    inputs: [left.input, right.input],
    outputs: new layers.Concatenate({ name: 'both' }).apply([left.output, right.output]),
  });

  assert.deepEqual(
    both.layers.map(({ name }) => name).sort(),
    ['both', 'left_code', 'left_hidden', 'left_image', 'right_code', 'right_hidden', 'right_image'], // prettier-ignore
  );
  const diff = diffModels(encoder, left);
  assert.deepEqual(
    diff.renamed.map(({ was, layer }) => `${was} -> ${layer}`),
    ['image -> left_image', 'hidden -> left_hidden', 'code -> left_code'],
  );
  assert.deepEqual(diff.weights, []);
});
