// Properties that hold for every model.
import assert from 'node:assert/strict';
import { canonical } from './canonical.mjs';
import { leavesOf } from '../../tools/lib/random_models/model_maker.mjs';

const bits = (outputs) =>
  leavesOf(outputs).map((tensor) => [
    tensor.dtype,
    [...tensor.shape],
    Buffer.from(tensor.bytes()).toString('base64'),
  ]);
const free = (outputs) => leavesOf(outputs).forEach((tensor) => tensor.dispose());

function predicted(model, data) {
  const outputs = model.predict(data);
  const found = bits(outputs);
  free(outputs);
  return found;
}

const copyWeights = (from, to) => {
  const weights = from.getWeights();
  to.setWeights(weights);
  weights.forEach((weight) => weight.dispose?.());
};

/** Each throws an AssertionError if it does not hold. `build` makes the weights of models without an Input. */
export const checks = {
  'fromConfig(getConfig()) has the same config': ({ model }) => {
    const revived = model.constructor.fromConfig(model.getConfig());
    assert.equal(JSON.stringify(revived.getConfig()), JSON.stringify(model.getConfig()));
    revived.dispose();
  },
  'the text of toJson() makes a model with the same text': ({ model, keras }) => {
    const text = model.toJson();
    const revived = keras.modelFromJson(text);
    assert.equal(revived.toJson(), text);
    revived.dispose();
  },
  'a clone has the same config, and with copied weights the same bits': ({
    model,
    data,
    keras,
  }) => {
    const expected = predicted(model, data);
    for (const recursive of [false, true]) {
      const clone = keras.cloneModel(model, { recursive, copyWeights: true });
      assert.deepEqual(canonical(clone.getConfig()), canonical(model.getConfig()));
      assert.deepEqual(predicted(clone, data), expected);
      clone.dispose();
    }
  },
  'a revived model with copied weights predicts the same bits': ({ model, data }) => {
    const revived = model.constructor.fromConfig(model.getConfig());
    copyWeights(model, revived);
    assert.deepEqual(predicted(revived, data), predicted(model, data));
    revived.dispose();
  },
  'saved and loaded it has the same config and predicts the same bits': async ({
    model,
    data,
    keras,
  }) => {
    const loaded = await keras.loadModel(await model.save());
    assert.equal(loaded.toJson(), model.toJson());
    assert.deepEqual(predicted(loaded, data), predicted(model, data));
    loaded.dispose();
  },
};
