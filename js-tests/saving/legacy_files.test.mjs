// Files of older Keras: js-tests/fixtures/legacy, written by tf.keras and Keras 3 (tools/fixtures/legacy).
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as K from '../support/keras.mjs';
import { warningsOf } from '../support/warnings.mjs';

const folder = new URL('../fixtures/legacy/', import.meta.url);

const bytesOf = (path) => new Uint8Array(gunzipSync(readFileSync(new URL(`${path}.gz`, folder))));
const recordOf = (path) =>
  JSON.parse(readFileSync(new URL(`${path.replace(/\.(h5|keras)$/, '')}.json`, folder), 'utf8'));
const open = (path, options) => K.loadModel(bytesOf(path), options);

function tensorsOf(value) {
  if (value instanceof K.Tensor) return [value];
  if (Array.isArray(value)) return value.flatMap(tensorsOf);
  return Object.keys(value)
    .sort()
    .flatMap((key) => tensorsOf(value[key]));
}

async function assertPredicts(model, record, tolerance = 2e-5) {
  const tensors = record.inputs.map(({ data, shape, dtype }) => K.tensor(data, shape, dtype));
  const named = record.input_names?.map((name, i) => [name, tensors[i]]);
  const inputs = named ? Object.fromEntries(named) : tensors.length === 1 ? tensors[0] : tensors;
  const outputs = tensorsOf(await model.predict(inputs));
  assert.equal(outputs.length, record.outputs.length);
  for (const [i, { shape, data }] of record.outputs.entries()) {
    assert.deepEqual(outputs[i].shape, shape);
    const values = [...outputs[i].data()].map(Number);
    for (const [k, expected] of data.entries()) {
      const difference = Math.abs(values[k] - expected);
      assert.ok(difference <= tolerance * (1 + Math.abs(expected)), `${values[k]}, ${expected}`);
    }
  }
}

// Files that need options or are refused; they have tests of their own below.
const special = /\/(lambda_layer|own_activation|unknown_function)\./;
// TensorFlow multiplies half-precision numbers in another order.
const toleranceOf = (path) => (path.includes('mixed_precision') ? 1e-3 : 2e-5);

const files = readdirSync(folder).flatMap((version) =>
  readdirSync(new URL(`${version}/`, folder))
    .filter((file) => file.endsWith('.gz'))
    .map((file) => `${version}/${file.slice(0, -3)}`),
);

for (const path of files.filter((file) => !special.test(file))) {
  test(`${path} predicts as in the Keras that wrote it, as do its clone and its saved copy`, async () => {
    const record = recordOf(path);
    const tolerance = toleranceOf(path);
    const model = await open(path);
    await assertPredicts(model, record, tolerance);
    const clone = K.cloneModel(model);
    clone.setWeights(model.getWeights());
    await assertPredicts(clone, record, tolerance);
    for (const format of ['keras', 'h5']) {
      const saved = await K.saveModel(model, undefined, { format });
      await assertPredicts(await K.loadModel(saved), record, tolerance);
    }
  });
}

test('a single warning lists the changes to a config of tf.keras', async () => {
  assert.deepEqual(await warningsOf(() => open('tf-2.15/convolutions.h5')), [
    "Read a config of Keras 2.15.0: `groups` was dropped from DepthwiseConv2D 'depthwise_conv2d' and 2 others; " +
      "`alpha` became `negative_slope` in LeakyReLU 'leaky_re_lu'; `ReLU` replaces ThresholdedReLU 'thresholded_re_lu'; " +
      "`theta` became `threshold` in ThresholdedReLU 'thresholded_re_lu'.",
  ]);
});

test('a config written by the current Keras raises no warning', async () => {
  for (const ending of ['keras', 'h5']) {
    const path = `keras-3.15.1/base_in_sequential.${ending}`;
    assert.deepEqual(await warningsOf(() => open(path)), []);
  }
});

test('a Lambda of tf.keras is refused as in Keras 3, and runs with a JavaScript body', async () => {
  for (const ending of ['h5', 'keras']) {
    const path = `tf-2.15/lambda_layer.${ending}`;
    await assert.rejects(open(path), /`Lambda` layer whose `function` is a Python lambda/);
    const model = await open(path, { lambdas: { twice: (x) => K.ops.multiply(x, 2) } });
    await assertPredicts(model, recordOf(path));
  }
});

test('a custom activation in a file of tf.keras is found among the custom objects', async () => {
  const swoosh = (x) => K.ops.multiply(x, K.ops.sigmoid(K.ops.subtract(x, 1)));
  const model = await open('tf-2.15/own_activation.keras', { customObjects: { swoosh } });
  await assertPredicts(model, recordOf('tf-2.15/own_activation.keras'));
});

test('the error for an unsupported TensorFlow function names the function and its layer', async () => {
  await assert.rejects(
    open('tf-2.15/unknown_function.h5'),
    (error) =>
      error instanceof K.ValueError &&
      error.message.startsWith(
        "The layer 'tf.linalg.band_part' calls TensorFlow's `tf.linalg.band_part`, which cannot be read",
      ),
  );
});

test('operations that replace TensorFlow functions keep the names in the file', async () => {
  const model = await open('tf-2.15/functions_called_twice.h5');
  const names = model.getConfig().layers.map((entry) => entry.name);
  assert.ok(names.includes('tf.math.multiply'));
  assert.ok(names.includes('multiply') && names.includes('add'));
});

test('a compiled legacy file yields the same compileConfig as in Keras', async () => {
  const model = await open('keras-3.15.1/compiled.h5');
  const { metrics, ...expected } = recordOf('keras-3.15.1/compiled.h5').compile_config;
  const { metrics: own, ...compiled } = model.compileConfig;
  assert.deepEqual(compiled, expected);
  assert.equal(own.length, metrics.length);
});

test('training configs of tf.keras are converted to compile configs of Keras 3', async () => {
  const { optimizer, loss, metrics } = (await open('tf-2.15/compiled_by_objects.h5')).compileConfig;
  assert.deepEqual([optimizer.module, optimizer.class_name], ['keras.optimizers', 'SGD']);
  assert.ok(!('is_legacy_optimizer' in optimizer.config) && !('jit_compile' in optimizer.config));
  assert.equal(loss.config.reduction, 'sum_over_batch_size');
  assert.deepEqual(
    metrics.map((metric) => metric.class_name),
    ['AUC', 'Precision', 'BinaryAccuracy'],
  );
  const named = (await open('tf-2.15/compiled_by_name.h5')).compileConfig;
  assert.deepEqual(named.metrics, ['mean_absolute_error', 'accuracy']);
});

test('an unknown loss does not prevent loading, and is kept when given as a custom object', async () => {
  const path = 'tf-2.15/compiled_with_own_functions.h5';
  let model;
  const warnings = await warningsOf(async () => (model = await open(path)));
  assert.equal(model.compileConfig.loss, null);
  assert.deepEqual(model.compileConfig.metrics, ['mean_squared_error']);
  assert.match(
    warnings.join('\n'),
    /The loss 'half_of_error' in the file is neither a Keras class/,
  );
  const half_of_error = (a) => a;
  const known = await open(path, { customObjects: { half_of_error } });
  assert.equal(known.compileConfig.loss.config, 'half_of_error');
});

test('floats of a compile config stay floats in a legacy file', async () => {
  const model = await open('tf-2.15/compiled_with_lists.h5');
  const saved = await K.saveModel(model, undefined, { format: 'h5' });
  const text = new TextDecoder('latin1').decode(saved);
  assert.match(text, /"loss_weights": \[1\.0, 0\.5\]/);
  assert.deepEqual((await K.loadModel(saved)).compileConfig, model.compileConfig);
});

test('modelFromJson reads the JSON of tf.keras', async () => {
  const layer = {
    class_name: 'LeakyReLU',
    config: { name: 'leaky', trainable: true, dtype: 'float32', alpha: 0.5 },
  };
  const input = {
    class_name: 'InputLayer',
    config: { batch_input_shape: [null, 2], dtype: 'float32', sparse: false, name: 'input_1' },
  };
  const record = {
    class_name: 'Sequential',
    config: { name: 'sequential', layers: [input, layer] },
    keras_version: '2.15.0',
    backend: 'tensorflow',
  };
  const model = K.modelFromJson(JSON.stringify(record));
  const output = await model.predict(K.tensor([-2, 4], [1, 2]));
  assert.deepEqual([...output.data()], [-1, 4]);
});

test('slashes in names of layers, which Keras 3 refuses, become underscores', async () => {
  const input = {
    class_name: 'InputLayer',
    name: 'in/put',
    config: { batch_input_shape: [null, 2], dtype: 'float32', name: 'in/put' },
    inbound_nodes: [],
  };
  const layer = {
    class_name: 'ReLU',
    name: 'Conv/relu',
    config: { name: 'Conv/relu', max_value: 6 },
    inbound_nodes: [[['in/put', 0, 0, {}]]],
  };
  const config = {
    name: 'model',
    layers: [input, layer],
    input_layers: [['in/put', 0, 0]],
    output_layers: [['Conv/relu', 0, 0]],
  };
  const record = { class_name: 'Functional', config, keras_version: '2.15.0' };
  const model = K.modelFromJson(JSON.stringify(record));
  assert.deepEqual(
    model.layers.map((each) => each.name),
    ['in_put', 'Conv_relu'],
  );
});

test('a single output of Keras 3.0 to 3.10 is a tensor, not a list of one', async () => {
  for (const version of ['3.0.5', '3.3.3', '3.6.0', '3.10.0']) {
    const model = await open(`keras-${version}/base_as_output.keras`);
    assert.ok(!Array.isArray(model.output));
  }
});
