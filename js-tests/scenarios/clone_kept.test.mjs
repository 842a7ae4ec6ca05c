// Flags, weights, states, policies and compile configs that a clone keeps or loses, compared with Keras's answers.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose } from '../support/assertions.mjs';
import {
  clearSession,
  cloneModel,
  initializers,
  Input,
  kwargs,
  layers,
  loadModel,
  Model,
  modelFromJson,
  Sequential,
  setGlobalDTypePolicy,
  tensor,
} from '../support/keras.mjs';
import {
  answersOf,
  chain,
  dense,
  names,
  raised,
  stack,
  twoDense,
  twoDenseStack,
  weights,
} from '../support/scenarios.mjs';

const keras = answersOf('clone_results');

const throughConfig = (model) => model.constructor.fromConfig(model.getConfig());
const values = (variables) => variables.map((variable) => Array.from(variable.value().data()));
const compileConfigIn = (model) => JSON.parse(model.toJson()).compile_config;

const flags = (model) => ({
  model: model.trainable,
  layers: model.layers
    .filter((layer) => layer.weights.length > 0)
    .map(({ trainable }) => trainable),
});

test.beforeEach(() => clearSession());

test('the clone of a frozen Functional has frozen layers but is not frozen itself', () => {
  const model = twoDense();
  model.trainable = false;
  const found = {
    original: flags(model),
    clone: flags(cloneModel(model)),
    from_config: flags(throughConfig(model)),
  };
  model.layers[1].trainable = true;
  found['trainable weights'] = [model, cloneModel(model)].map(
    (each) => each.trainableWeights.length,
  );
  assert.deepEqual(found, keras.frozen_functional);
});

test('the clone of a frozen Sequential is frozen, but its config loses that', () => {
  const model = twoDenseStack();
  model.trainable = false;
  const found = {
    original: flags(model),
    clone: flags(cloneModel(model)),
    from_config: flags(throughConfig(model)),
  };
  assert.deepEqual(found, keras.frozen_sequential);
});

test('learned statistics are lost, and statistics in the config are kept', () => {
  const model = chain([new layers.BatchNormalization({ name: 'bn' })]);
  model.setWeights(Array.from({ length: 4 }, () => new Float32Array(3).fill(2)));
  // Statistics of the columns 1, 3 and 2, 6 and 3, 9, as adapt() computes them.
  const adapted = new layers.Normalization({ name: 'n' });
  adapted.build([null, 3]);
  adapted.setWeights([
    new Float32Array([2, 4, 6]),
    new Float32Array([1, 4, 9]),
    tensor(2, [], 'int32'),
  ]);
  const given = new layers.Normalization({ mean: [1, 2, 3], variance: [1, 4, 9], name: 'n' });
  const outputs = (layer) => {
    const original = chain([layer]);
    return [original, cloneModel(original)].map((each) => each.predict([[4, 4, 4]]).array());
  };
  const { mean, variance } = cloneModel(chain([adapted])).layers[1].getConfig();
  assert.deepEqual(values(cloneModel(model).weights), keras.statistics.BatchNormalization);
  assert.deepEqual({ mean, variance }, keras.statistics.adapted.config);
  assertClose(outputs(adapted), keras.statistics.adapted.outputs);
  assertClose(outputs(given), keras.statistics.given);
});

test('random states start again, from the seed or from a new one', () => {
  const dropout = (options) => chain([new layers.Dropout({ rate: 0.5, name: 'drop', ...options })]);
  const model = dropout({ seed: 7 });
  model.apply(tensor([[1, 1, 1]]), kwargs({ training: true }));
  const unseeded = dropout({});
  const state = (each) => JSON.stringify(values(each.variables));
  assert.deepEqual(
    {
      seeded: [model, cloneModel(model)].map((each) => values(each.variables)),
      unseeded: state(unseeded) === state(cloneModel(unseeded)),
      'rate 0': cloneModel(dropout({ rate: 0 })).variables.length,
    },
    keras.random_states,
  );
});

test('a seeded initializer repeats its values in the clone', () => {
  const twoWith = (kernelInitializer) =>
    chain([dense(3, 'd', { kernelInitializer }), dense(3, 'e', { kernelInitializer })]);
  const seeded = twoWith(new initializers.GlorotUniform({ seed: 3 }));
  const unseeded = twoWith(new initializers.GlorotUniform());
  const [a, b] = [cloneModel(seeded), cloneModel(unseeded)];
  const kernel = (model, i) => model.layers[i].getWeights()[0].array();
  const equal = (first, i, second, j) =>
    JSON.stringify(kernel(first, i)) === JSON.stringify(kernel(second, j));
  assert.deepEqual(
    {
      seeded: [equal(seeded, 1, a, 1), equal(seeded, 2, a, 2)],
      unseeded: equal(unseeded, 1, b, 1),
      'one instance in two layers': [equal(unseeded, 1, unseeded, 2), equal(b, 1, b, 2)],
      kernel: kernel(seeded, 1),
    },
    keras.initializer_seeds,
  );
});

test('the clone of a compiled model has the same compile config', () => {
  const model = modelFromJson(JSON.stringify(keras.compiled.record));
  const clone = cloneModel(model);
  assert.deepEqual(compileConfigIn(clone), keras.compiled["clone's compile_config"]);
  assert.deepEqual(clone.compileConfig, model.compileConfig);
  // Keras makes a new optimizer that has made no step; here the config is copied.
  assert.notEqual(clone.compileConfig, model.compileConfig);
  clone.compileConfig = { ...clone.compileConfig, loss: 'mae' };
  assert.equal(model.compileConfig.loss, keras.compiled.loss);
});

test('a model compiled with functions that cannot be found is not cloned', () => {
  for (const [what, { compile_config: compileConfig, clone }] of Object.entries(
    keras.compiled_with_what_cannot_be_found,
  )) {
    const model = twoDense();
    model.compileConfig = compileConfig;
    assert.deepEqual(
      raised(() => cloneModel(model)),
      clone,
      what,
    );
  }
});

test('a nested model stays compiled only in a recursive clone', () => {
  const inner = chain([dense(3, 'inside')], { name: 'inner' });
  inner.compileConfig = keras.compiled_inner_model.inner;
  const model = chain([inner, dense(1, 'top')], { name: 'outer' });
  assert.deepEqual(
    {
      inner: compileConfigIn(inner),
      clone: compileConfigIn(cloneModel(model).layers[1]),
      recursive: compileConfigIn(cloneModel(model, { recursive: true }).layers[1]),
    },
    keras.compiled_inner_model,
  );
});

test('properties and attached layers are lost, LoRA and quantization are kept', () => {
  const model = twoDense();
  model.note = 'mine';
  model.layers[1].note = 'mine';
  model.attached = dense(7, 'attached');
  model.attached.build([null, 3]);
  const clone = cloneModel(model);
  const cloneOf = ({ record }) => cloneModel(modelFromJson(JSON.stringify(record)));
  const lora = cloneOf(keras.attributes_and_adapters.lora);
  const int8 = cloneOf(keras.attributes_and_adapters.int8);
  assert.deepEqual(
    {
      notes: ['note' in clone, 'note' in clone.layers[1], 'attached' in clone],
      weights: clone.weights.length,
      lora: {
        record: keras.attributes_and_adapters.lora.record,
        config: lora.layers[1].getConfig(),
        weights: weights(lora),
      },
      int8: {
        record: keras.attributes_and_adapters.int8.record,
        config: int8.layers[1].getConfig(),
        weights: int8.weights.map(({ path, dtype }) => [path, dtype]),
      },
    },
    keras.attributes_and_adapters,
  );
});

test('a layer shared with a nested model is duplicated unless the clone is recursive', async () => {
  const shared = dense(2, 'shared');
  const i = Input({ shape: [2], name: 'i' });
  const inner = new Model({ inputs: i, outputs: shared.apply(i), name: 'inner' });
  const x = Input({ shape: [2], name: 'x' });
  const model = new Model({ inputs: x, outputs: inner.apply(shared.apply(x)), name: 'outer' });
  const models = [
    model,
    cloneModel(model),
    cloneModel(model, { recursive: true }),
    throughConfig(model),
  ];
  const file = await loadModel(await model.save()).then(
    () => null,
    ({ kind, message }) => ({ kind, message }),
  );
  assert.deepEqual(
    { weights: models.map((each) => each.weights.length), file },
    keras.layer_shared_with_an_inner_model,
  );
});

test('a layer used twice in a Sequential is twice in the clone, but once in configs', async () => {
  const layer = dense(3, 'd');
  const model = stack(layer, layer);
  const clone = cloneModel(model);
  assert.deepEqual(
    {
      clone: [names(clone), clone.weights.length],
      config: model.getConfig().layers.map(({ config }) => config.name),
      from_config: names(throughConfig(model)),
      file: names(await loadModel(await model.save())),
    },
    keras.layer_twice_in_a_sequential,
  );
});

test("layers keep their policies, and the clone has the session's policy", () => {
  setGlobalDTypePolicy('mixed_float16');
  const [functional, sequential] = [twoDense(), twoDenseStack()];
  setGlobalDTypePolicy('float32');
  const policy = (layer) => layer.dtypePolicy.getConfig().name;
  const summaryOf = (model) => ({
    model: policy(model),
    layers: model.layers.filter((layer) => layer.weights.length > 0).map(policy),
  });
  const both = (model) => [model, cloneModel(model)].map(summaryOf);
  assert.deepEqual({ functional: both(functional), sequential: both(sequential) }, keras.policies);
});

test('a Sequential can be cloned if it has at least an Input', () => {
  const clone = cloneModel(new Sequential([Input({ shape: [3], name: 'x' })], { name: 's' }));
  const entries = clone.getConfig().layers.map(({ config }) => config.name);
  assert.deepEqual(
    {
      empty: raised(() => cloneModel(new Sequential([], { name: 's' }))),
      'only Input': [clone.built, entries, names(clone)],
    },
    keras.hardly_any_layers,
  );
});
