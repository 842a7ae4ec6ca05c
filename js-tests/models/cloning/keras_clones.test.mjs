// cloneModel with every kind of hook, compared with the answers of real Keras.
import assert from 'node:assert/strict';
import test from 'node:test';
import { fixture } from '../../support/fixtures.mjs';
import {
  clearSession,
  cloneModel,
  Input,
  Kwargs,
  layers,
  modelFromJson,
  ops,
  registerKerasSerializable,
  Sequential,
} from '../../support/keras.mjs';

// One of the models has a Lambda with this function.
registerKerasSerializable({ package: 'fixtures', name: 'scaled' })((x, { factor }) =>
  ops.multiply(x, factor),
);

const rename = (layer) => {
  const config = layer.getConfig();
  config.name += '_custom';
  return layer.constructor.fromConfig(config);
};
const seed1337 = (layer) => {
  const config = layer.getConfig();
  if ('seed' in config) config.seed = 1337;
  return layer.constructor.fromConfig(config);
};
const lstmToBidirectional = (layer) =>
  layer instanceof layers.LSTM
    ? new layers.Bidirectional({ layer, name: `both_${layer.name}` })
    : layer.constructor.fromConfig(layer.getConfig());
const dropoutAfterDense = (layer, ...args) => {
  const out = layer.apply(...args);
  return layer instanceof layers.Dense ? new layers.Dropout({ rate: 0.5 }).apply(out) : out;
};

const hooks = {
  default: {},
  recursive: { recursive: true },
  seed_1337: { cloneFunction: seed1337 },
  seed_1337_recursive: { cloneFunction: seed1337, recursive: true },
  renamed: { cloneFunction: rename },
  renamed_recursive: { cloneFunction: rename, recursive: true },
  lstm_to_bidirectional: { cloneFunction: lstmToBidirectional },
  dropout_after_dense: { cloneFunction: (layer) => layer, callFunction: dropoutAfterDense },
  dropout_after_dense_recursive: {
    cloneFunction: (layer) => layer,
    callFunction: dropoutAfterDense,
    recursive: true,
  },
  dropout_after_dense_new_layers: { callFunction: dropoutAfterDense },
};

function newInputs(model, described) {
  let next = 0;
  const make = () => {
    const { batch_shape: batchShape, dtype, name } = described[next++];
    return Input({ batchShape, dtype, name });
  };
  if (model instanceof Sequential) return make();
  // Leaves in Keras's order: members of objects by sorted key.
  const map = (structure) => {
    if (Array.isArray(structure)) return structure.map(map);
    if (structure.constructor !== Object) return make();
    const made = Object.fromEntries(
      Object.keys(structure)
        .sort()
        .map((key) => [key, map(structure[key])]),
    );
    return Object.fromEntries(Object.keys(structure).map((key) => [key, made[key]]));
  };
  return map(model.input);
}

for (const { name, model: json, clones } of fixture('cloning.json').models) {
  for (const expected of clones) {
    if (expected.hook === 'default_of_the_original') continue; // requires the original that Python built
    test(`cloneModel of ${name} with ${expected.hook} equals Keras's clone`, () => {
      clearSession();
      const model = modelFromJson(JSON.stringify(json));
      if (expected.hook.startsWith('record')) {
        checkRecord(model, expected);
        return;
      }
      const options =
        expected.hook === 'input_tensors'
          ? { inputTensors: newInputs(model, expected.inputs) }
          : hooks[expected.hook];
      let clone;
      let raised;
      try {
        clone = cloneModel(model, options);
      } catch (error) {
        raised = error;
      }
      if (expected.error) {
        assert.equal(raised?.kind, expected.error.kind, raised?.message ?? 'nothing was raised');
        return;
      }
      if (raised) throw raised;
      assert.deepEqual(JSON.parse(clone.toJson()), expected.json === 'same' ? json : expected.json);
    });
  }
}

const snakeCase = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function checkRecord(model, expected) {
  const seen = [];
  const called = [];
  const options = {
    recursive: expected.hook === 'record_recursive',
    cloneFunction(layer) {
      seen.push(layer.name);
      return layer.constructor.fromConfig(layer.getConfig());
    },
  };
  if (!(model instanceof Sequential)) {
    options.callFunction = (layer, ...args) => {
      const last = args.at(-1);
      const names = last instanceof Kwargs ? Object.keys(last.values) : [];
      called.push([
        layer.name,
        args.length - (last instanceof Kwargs ? 1 : 0),
        names.map(snakeCase),
      ]);
      return layer.apply(...args);
    };
  }
  try {
    cloneModel(model, options);
  } catch {
    // As in the fixture, what the hooks saw before an error counts.
  }
  assert.deepEqual(seen, expected.clone_function_saw);
  assert.deepEqual(called, expected.call_function_saw);
}
