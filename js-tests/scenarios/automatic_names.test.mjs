// Automatic names of layers, tensors and models, and their counters, as in Keras.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  clearSession,
  cloneModel,
  Input,
  Layer,
  layers,
  Model,
  modelFromJson,
  Sequential,
} from '../support/keras.mjs';
import { answersOf, chain, dense, names, raised } from '../support/scenarios.mjs';

const keras = answersOf('automatic_names');

const unnamedChain = (...steps) => chain(steps, { input: null });
const unnamedStack = (...steps) => new Sequential([Input({ shape: [3] }), ...steps]);

/** The next automatic names, which show the state of the counters. */
function nextNames() {
  const x = Input({ shape: [1] });
  const model = new Model({ inputs: x, outputs: x });
  return {
    tensor: x.name,
    input: model.layers[0].name,
    functional: model.name,
    sequential: new Sequential().name,
  };
}

test.beforeEach(() => clearSession());

test('the clone of a Functional names an unnamed input after its tensor', () => {
  const model = unnamedChain(dense(2));
  assert.deepEqual(
    { original: names(model), clone: names(cloneModel(model)) },
    keras.unnamed_input,
  );
});

test('two unnamed inputs of a Functional are renumbered in its clone', () => {
  const [a, b] = [Input({ shape: [3] }), Input({ shape: [3] })];
  const model = new Model({ inputs: [a, b], outputs: new layers.Add().apply([a, b]) });
  clearSession();
  assert.deepEqual(
    { original: names(model), clone: names(cloneModel(model)) },
    keras.two_unnamed_inputs,
  );
});

test('the clone of a model made from JSON keeps the name of its input', () => {
  const revived = modelFromJson(unnamedChain(dense(2)).toJson());
  assert.deepEqual({ clone: names(cloneModel(revived)) }, keras.revived_first);
});

test('the clone of a Sequential names its input tensor after the layer', () => {
  const namesOfInput = (model) => ({
    layer: model.getConfig().layers[0].config.name,
    tensor: model.inputs[0].name,
  });
  const model = unnamedStack(dense(2));
  const clone = cloneModel(model);
  assert.deepEqual(
    { original: namesOfInput(model), clone: namesOfInput(clone) },
    keras.unnamed_input_of_a_sequential,
  );
});

test('only automatic names are counted', () => {
  const mixed = [dense(1).name, dense(1, 'dense_1').name, dense(1).name];
  clearSession();
  const namedFirst = [dense(1, 'dense').name, dense(1).name];
  assert.deepEqual({ mixed, named_first: namedFirst }, keras.only_automatic_names_count);
});

test('building a Sequential uses one automatic name of Functional', () => {
  unnamedStack(dense(2), dense(2));
  assert.deepEqual(
    { functional: unnamedChain(dense(1)).name },
    keras.functional_after_a_sequential,
  );
});

test('each layer added to a Sequential uses one automatic name of Functional', () => {
  const model = new Sequential();
  for (const entry of [Input({ shape: [3] }), dense(2), dense(2)]) model.add(entry);
  assert.deepEqual(nextNames(), keras.sequential_by_add);
});

test('an unnamed layer added by callFunction may collide with a name of the original', () => {
  const model = unnamedChain(dense(2), dense(2));
  clearSession();
  const callFunction = (layer, ...args) => dense(2).apply(layer.apply(...args));
  assert.deepEqual(
    raised(() => cloneModel(model, { callFunction })),
    keras.call_function_takes_a_name_again,
  );
});

test('unnamed layers made by cloneFunction are numbered in execution order', () => {
  const inputs = Input({ shape: [3], name: 'x' });
  const b1 = dense(1, 'b1').apply(inputs);
  const b2 = dense(2, 'b2').apply(inputs);
  const model = new Model({ inputs, outputs: [b1, dense(3, 'b3').apply(b2), b2] });
  clearSession();
  const clone = cloneModel(model, {
    cloneFunction(layer) {
      const { name: _, ...config } = layer.getConfig();
      return layer.constructor.fromConfig(config);
    },
  });
  const units = clone.layers.slice(1).map((layer) => [layer.name, layer.getConfig().units]);
  assert.deepEqual(
    { units: Object.fromEntries(units) },
    keras.clone_function_gives_automatic_names,
  );
});

test('a model and its clone fit into one Functional only under two names', () => {
  const model = unnamedChain(dense(2));
  const clone = cloneModel(model);
  const together = () => {
    const inputs = Input({ shape: [3], name: 'x' });
    const sum = new layers.Add({ name: 'sum' });
    return new Model({ inputs, outputs: sum.apply([model.apply(inputs), clone.apply(inputs)]) });
  };
  const refused = raised(together);
  clone.name = 'other';
  assert.deepEqual({ refused, renamed: names(together()) }, keras.clone_beside_its_original);
});

test('the clone keeps names assigned to the model and its layers', () => {
  const model = unnamedChain(dense(2));
  model.layers[1].name = 'mine';
  model.name = 'my_model';
  const clone = cloneModel(model);
  assert.deepEqual(
    { layers: names(clone).slice(1), config: model.getConfig().name, clone: clone.name },
    keras.renamed_by_assignment,
  );
});

test('a name is any string without a slash', () => {
  assert.deepEqual(
    {
      accepted: ['', 'a b é'].map((name) => dense(1, name).name),
      refused: Object.fromEntries(['a/b', 3].map((name) => [name, raised(() => dense(1, name))])),
    },
    keras.allowed_names,
  );
});

test('saving uses one automatic name of Layer for each visited object, and no other name', async () => {
  const model = unnamedStack(dense(2));
  clearSession();
  await model.save();
  assert.deepEqual(
    { layer: new Layer().name, dense: dense(1).name, ...nextNames() },
    keras.names_used_by_saving,
  );
});
