// `.h5` files of older Keras and of Keras 3's legacy format, as Keras's legacy/saving tests check them.
import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { assertClose } from '../support/assertions.mjs';
import { attributesOf, arraysOf } from '../support/hdf5.mjs';
import {
  customObjectScope,
  deserializeKerasObject,
  Input,
  Layer,
  layers,
  loadModel,
  Model,
  modelFromJson,
  ops,
  registerKerasSerializable,
  saveModel,
  Sequential,
  tensor,
  ValueError,
} from '../support/keras.mjs';
import { dense } from '../support/scenarios.mjs';
import { assertAsInKeras, savedFile, truthOf, withFolder } from '../support/saved_files.mjs';
import {
  HasSublayers,
  HasValues,
  PassedThrough,
  registered,
  TopLevelWeight,
} from '../support/saving_classes.mjs';
import { warningsOf } from '../support/warnings.mjs';

const data = tensor([
  [1, 2, 3],
  [-1, 0.5, 2],
]);

/** The bytes of the legacy file; Keras warns of the format. */
async function legacy(model, options = {}) {
  let bytes;
  const heard = await warningsOf(
    async () => void (bytes = await saveModel(model, undefined, { format: 'h5', ...options })),
  );
  assert.match(heard[0], /This file format is considered legacy/);
  return bytes;
}

for (const name of ['tf_keras_sequential.h5', 'tf_keras_functional.h5']) {
  test(`tf.keras's weight layout loads from ${name}, by order and by name`, async () => {
    const truth = truthOf(name);
    const model = modelFromJson(JSON.stringify(truth.to_json));
    const fresh = model.getWeights();
    for (const options of [{}, { byName: true }]) {
      await model.loadWeights(savedFile(name), options);
      assertAsInKeras(model, truth);
      model.setWeights(fresh);
    }
  });
}

test('weights that belong to the model itself load from tf_keras_subclass.h5', async () => {
  const truth = truthOf('tf_keras_subclass.h5');
  const model = new TopLevelWeight({ name: 'subclass' });
  model.apply(truth.data);
  await model.loadWeights(savedFile('tf_keras_subclass.h5'));
  assertAsInKeras(model, truth);
});

function sequential() {
  return new Sequential([
    Input({ shape: [3], batchSize: 2 }),
    new layers.Dense({ units: 4, activation: 'relu' }),
    new layers.BatchNormalization({
      movingMeanInitializer: 'uniform',
      gammaInitializer: 'uniform',
    }),
    new layers.Dense({ units: 5, activation: 'softmax' }),
  ]);
}

function functional() {
  const inputs = Input({ shape: [3], batchSize: 2 });
  const residual = new layers.Dense({ units: 4, activation: 'relu' }).apply(inputs);
  let x = new layers.BatchNormalization({ gammaInitializer: 'uniform' }).apply(residual);
  x = new layers.Dense({ units: 4, activation: 'relu' }).apply(x);
  x = new layers.Add().apply([x, residual]);
  return new Model({ inputs, outputs: dense(5).apply(x) });
}

const stack = () =>
  new Sequential([
    new layers.Dense({ units: 2, inputShape: [3] }),
    new layers.RepeatVector({ n: 3 }),
    new layers.TimeDistributed({ layer: dense(3) }),
  ]);

function nested() {
  const inputs = Input({ shape: [3], batchSize: 2 });
  return new Model({ inputs, outputs: dense(2).apply(sequential().apply(inputs)) });
}

function withOperations() {
  const inputs = Input({ shape: [3] });
  return new Model({ inputs, outputs: ops.add(ops.multiply(dense(3).apply(inputs), 2), inputs) });
}

for (const [what, make] of Object.entries({
  'a Sequential': sequential,
  'a Functional': functional,
  'a stack with RepeatVector and TimeDistributed': stack,
  'a nested model': nested,
  'a Functional with operations': withOperations,
})) {
  test(`${what} survives a whole-model .h5 file`, async () => {
    const model = make();
    const opened = await loadModel(await legacy(model));
    assert.deepEqual(opened.getConfig(), model.getConfig());
    assert.deepEqual(
      opened.getWeights().map((value) => value.array()),
      model.getWeights().map((value) => value.array()),
    );
    assert.deepEqual(opened.predict(data).array(), model.predict(data).array());
  });
}

// Keras compiles a model from an `.h5` file with the function named in the file.
const lossFunction = (name) => ({
  module: 'builtins',
  class_name: 'function',
  config: name,
  registered_name: 'function',
});

test("the file has Keras's layout", async () => {
  const name = 'legacy_stack.h5';
  const truth = truthOf(name);
  const model = await loadModel(savedFile(name));
  assertAsInKeras(model, truth);
  assert.deepEqual(model.getConfig(), truth.config);
  const written = await legacy(model);
  const again = savedFile('legacy_stack_again.h5'); // written by Keras from the model it opened
  assert.deepEqual(arraysOf(written), arraysOf(again, 'model_weights'));
  const root = (file) => {
    const { model_config: config, training_config: training, ...rest } = attributesOf(file);
    return { ...rest, config: JSON.parse(config), training: JSON.parse(training) };
  };
  assert.deepEqual(root(written), root(again));
  for (const group of ['/model_weights', '/model_weights/dense', '/model_weights/repeat_vector'])
    assert.deepEqual(attributesOf(written, group), attributesOf(again, group));
});

test('a path that ends in .h5 is written, with its folders', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'dir1', 'dir2', 'model.h5');
    const model = sequential();
    await warningsOf(() => model.save(path));
    assert.ok((await stat(path)).size > 0);
    const opened = await loadModel(path);
    assert.equal(opened.toJson(), model.toJson());
  });
});

test('a Lambda with arrays as arguments is refused unless safeMode is false', async () => {
  const name = 'legacy_lambda.h5';
  await assert.rejects(loadModel(savedFile(name)), (error) => {
    assert.ok(error instanceof ValueError);
    assert.match(error.message, /arbitrary code execution/);
    return true;
  });
  const opened = await loadModel(savedFile(name), { safeMode: false });
  const { arguments: values } = opened.layers[1].getConfig();
  const arrays = Object.fromEntries(
    Object.entries(values).map(([key, record]) => [key, deserializeKerasObject(record).array()]),
  );
  assert.deepEqual(arrays, { mu: [[1, 2, 3]], std: [[2, 4, 8]] });
});

test('without the optimizer, a file has no compile config', async () => {
  const model = sequential();
  model.compileConfig = { optimizer: 'adam', loss: 'mean_squared_error', metrics: null };
  const opened = await loadModel(await legacy(model, { includeOptimizer: false }));
  assert.equal(opened.compileConfig, null);
  assert.deepEqual(opened.predict(data).array(), model.predict(data).array());
  const { compileConfig } = await loadModel(await legacy(model));
  assert.deepEqual(compileConfig.loss, lossFunction('mean_squared_error'));
});

const ownDense = (className) =>
  class extends layers.Dense {
    static className = className;
  };
const oneWide = {
  Sequential: (layer) => new Sequential([Input({ shape: [1] }), layer]),
  Functional: (layer) => {
    const inputs = Input({ shape: [1] });
    return new Model({ inputs, outputs: layer.apply(inputs) });
  },
};

for (const [kind, make] of Object.entries(oneWide)) {
  test(`a registered class in a ${kind} opens without custom objects`, async () => {
    const MyDense = registerKerasSerializable({ package: 'my_package' })(ownDense('MyDense'));
    const model = make(new MyDense({ units: 1 }));
    const opened = await loadModel(await legacy(model));
    assert.ok(opened.layers.at(-1) instanceof MyDense);
    assert.deepEqual(opened.predict([[5]]).array(), model.predict([[5]]).array());
  });
}

test('an unregistered class opens by name in a scope or an argument', async () => {
  const Unregistered = ownDense('Unregistered');
  const model = oneWide.Functional(new Unregistered({ units: 1 }));
  const bytes = await legacy(model);
  await assert.rejects(loadModel(bytes), /Unknown layer: 'Unregistered'/);
  const opened = await loadModel(bytes, { customObjects: { Unregistered } });
  assert.deepEqual(opened.predict([[5]]).array(), model.predict([[5]]).array());
  const config = JSON.parse(attributesOf(bytes).model_config).config;
  assert.ok(customObjectScope({ Unregistered }, () => Model.fromConfig(config)));
});

test('a layer that contains layers opens from JSON and .h5 with their classes and names', async () => {
  const name = 'legacy_sublayers.h5';
  const truth = truthOf(name);
  const customObjects = { ...registered, HasSublayers, PassedThrough };
  const json = JSON.stringify(truth.to_json);
  assert.ok(json.includes('fixtures>PassedThrough'));
  const models = [
    modelFromJson(json, { customObjects }),
    await loadModel(savedFile(name), { customObjects }),
  ];
  models.push(await loadModel(await legacy(models[1]), { customObjects }));
  for (const model of models) {
    const [first, second] = model.layers[0].sublayers;
    assert.ok(first instanceof layers.Dense);
    assert.ok(second instanceof PassedThrough);
    assert.deepEqual([first.name, second.name], ['MyDense', 'MySubLayer']);
  }
  assertAsInKeras(models[1], truth);
  assertAsInKeras(models[2], truth);
});

test('a compiled model that joins two inputs on axis 1 opens', async () => {
  const opened = await loadModel(savedFile('legacy_concatenate.h5'));
  assert.equal(opened.layers[2].getConfig().axis, 1);
  assert.deepEqual(opened.compileConfig.loss, lossFunction('binary_crossentropy'));
  const [a, b] = [[[[1, 2, 3, 4]]], [[[5, 6, 7, 8]]]];
  assert.deepEqual(opened.predict([a, b]).shape, [1, 2, 1]);
});

test('tuples, bytes and enums in a config survive the legacy JSON', async () => {
  const opened = await loadModel(savedFile('legacy_values.h5'), { customObjects: { HasValues } });
  const [layer] = opened.layers;
  assert.deepEqual(layer.pair, [1, 2]);
  assert.equal(layer.mode, 'fast');
  assert.equal(deserializeKerasObject(layer.text).value, 'hello');
  const again = await loadModel(await legacy(opened), { customObjects: { HasValues } });
  assert.deepEqual(again.getConfig(), opened.getConfig());
});

test("weights of another count or shape are refused with Keras's sentences", async () => {
  const file = savedFile('tf_keras_sequential.h5');
  const stackOf = (...all) => new Sequential([Input({ shape: [4] }), ...all]);
  const refused = async (model, message, options) =>
    await assert.rejects(model.loadWeights(file, options), message);
  await refused(stackOf(dense(4)), /Model expected 1 layers, found 3 saved layers/);
  const shifted = stackOf(dense(4), dense(4), dense(5));
  await refused(shifted, /Weight count mismatch for layer #1 .*expects 2 weight\(s\)\. Received 4/);
  const norm = () => new layers.BatchNormalization();
  await refused(
    stackOf(dense(3), norm(), dense(5)),
    /Shape mismatch in layer #0 .* Weight expects shape \(4, 3\)\. Received saved weight with shape \(4, 4\)/,
  );
  const other = stackOf(dense(4), norm(), dense(6));
  const heard = await warningsOf(() => other.loadWeights(file, { skipMismatch: true }));
  assert.equal(heard.length, 2);
  assert.match(heard[0], /^Skipping loading weights for layer #2/);
  assertClose(other.getWeights()[0].array(), truthOf('tf_keras_sequential.h5').weights[0].data);
  class Nothing extends Layer {
    static className = 'Nothing';
  }
  assert.ok(new Nothing());
});
