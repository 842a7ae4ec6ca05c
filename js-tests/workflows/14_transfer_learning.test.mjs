// Transfer learning: remove the head, freeze trained layers, add a new head
//
// The body is a sub-model of the pretrained model, cloned so that freezing it does not freeze the original. Configs of layers
// contain `trainable`, so freezing changes configs and survives saving.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cloneModel, initialize, Input, layers, Model } from 'keras-wasm';

await initialize();

// A copy whose layers up to the given one are frozen.
function freezeUntil(model, name) {
  let frozen = true;
  return cloneModel(model, {
    copyWeights: true,
    cloneFunction(layer) {
      const config = { ...layer.getConfig(), trainable: !frozen };
      if (layer.name === name) frozen = false;
      return layer.constructor.fromConfig(config);
    },
  });
}

test('a new head is added to a body whose last block remains trainable', () => {
  const inputs = Input({ shape: [16] });
  let x = inputs;
  for (const name of ['block1', 'block2', 'block3'])
    x = new layers.Dense({ units: 8, activation: 'relu', name }).apply(x);
  const pretrained = new Model({
    inputs,
    outputs: new layers.Dense({ units: 1000, name: 'imagenet' }).apply(x),
  });

  const body = freezeUntil(pretrained.subModel({ outputs: 'block3' }), 'block2');
  const outputs = new layers.Dense({ units: 4, name: 'flowers' }).apply(body.output);
  const model = new Model({ inputs: body.input, outputs });

  assert.deepEqual(
    model.layers.slice(1).map((layer) => [layer.name, layer.trainable]),
    [['block1', false], ['block2', false], ['block3', true], ['flowers', true]], // prettier-ignore
  );
  assert.equal(model.trainableWeights.length, 4);
  assert.ok(pretrained.layers.every((layer) => layer.trainable));
  assert.deepEqual(
    model.getLayer('block1').getWeights()[0].data(),
    pretrained.getLayer('block1').getWeights()[0].data(),
  );
});
