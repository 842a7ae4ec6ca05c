// Layers that run code of other frameworks open, are cloned and saved, and say what to give instead
// (tools/fixtures/make_foreign.py).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import {
  cloneModel,
  initialize,
  Layer,
  layers,
  loadModel,
  modelFromJson,
  NotImplementedError,
  ops,
  saveModel,
  Sequential,
  serializeKerasObject,
  deserializeKerasObject,
  tensor,
} from '../support/keras.mjs';

const folder = new URL('../fixtures/foreign/', import.meta.url);
const { record, x, y } = JSON.parse(readFileSync(new URL('jax.json', folder), 'utf8'));
const file = new URL('jax.keras', folder);

await initialize();

class JaxLayer extends Layer {
  static className = 'JaxLayer';
  #options;
  constructor({ call_fn, init_fn, native_serialization_platforms, ...options } = {}) {
    super(options);
    this.#options = { call_fn, init_fn, native_serialization_platforms };
  }
  build([, features]) {
    this.b = this.addWeight({ name: 'b', shape: [5] });
    this.w = this.addWeight({ name: 'w', shape: [features, 5] });
  }
  call(inputs) {
    return ops.add(ops.matmul(inputs, this.w), this.b);
  }
  getConfig() {
    return { ...super.getConfig(), ...this.#options };
  }
}

test('a model with a JaxLayer has the config that Keras wrote, and so has its clone', () => {
  const model = modelFromJson(JSON.stringify(record));
  assert.deepEqual(JSON.parse(model.toJson()), record);
  assert.deepEqual(JSON.parse(cloneModel(model).toJson()), record);
  assert.ok(model.getLayer('jax') instanceof layers.JaxLayer);
});

test('the weights of a JaxLayer survive a file', async () => {
  const model = await loadModel(file);
  const weights = model.getLayer('jax').getWeights();
  assert.deepEqual(
    weights.map(({ shape }) => shape),
    [[5], [3, 5]],
  );
  const again = await loadModel(await saveModel(model), { customObjects: { JaxLayer } });
  assert.ok(Math.abs(again.predict(tensor(x)).array()[1][1] - y[1][1]) < 1e-5);
});

test('a call names the class to give', async () => {
  const model = await loadModel(file);
  assert.throws(
    () => model.predict(tensor(x)),
    (error) =>
      error instanceof NotImplementedError &&
      /Layer 'jax' is a JaxLayer.*customObjects: \{ JaxLayer:/.test(error.message),
  );
});

test('a class of the same name replaces a JaxLayer', async () => {
  const model = await loadModel(file, { customObjects: { JaxLayer } });
  assert.ok(model.getLayer('jax') instanceof JaxLayer);
  const predicted = model.predict(tensor(x)).array().flat();
  y.flat().forEach((value, i) => assert.ok(Math.abs(value - predicted[i]) < 1e-5));
});

test('TFSMLayer, FlaxLayer and TorchModuleWrapper keep their configs', () => {
  const head = {
    name: 'wrapped',
    trainable: true,
    dtype: record.config.layers[1].config.dtype,
  };
  const configs = {
    TFSMLayer: { ...head, filepath: 'model', call_endpoint: 'serve', call_training_endpoint: null },
    FlaxLayer: {
      ...head,
      native_serialization_platforms: null,
      module: { class_name: 'MyModule', config: {} },
      method: null,
    },
    TorchModuleWrapper: { ...head, module: 'gAJ9Lg==', output_shape: [null, 4] },
  };
  for (const [className, config] of Object.entries(configs)) {
    const given = { module: 'keras.layers', class_name: className, config, registered_name: null };
    const layer = deserializeKerasObject(given);
    assert.ok(layer instanceof layers[className]);
    assert.deepEqual(serializeKerasObject(layer), given);
    assert.throws(() => layer.apply(tensor([[1, 2]])), NotImplementedError);
  }
});

test('Layer itself is kept in configs and cannot compute', () => {
  const config = {
    name: 'plain',
    activity_regularizer: null,
    trainable: false,
    dtype: record.config.layers[1].config.dtype,
    autocast: true,
  };
  const given = { module: 'keras', class_name: 'Layer', config, registered_name: null };
  const layer = deserializeKerasObject({ ...given, module: 'keras.layers' });
  assert.deepEqual(serializeKerasObject(layer), given);
  assert.throws(() => layer.apply(tensor([[1, 2]])), {
    name: 'NotImplementedError',
    message: 'Layer Layer does not have a `call` method implemented.',
  });
  assert.throws(() => deserializeKerasObject({ ...given, config: { units: 3 } }), {
    message: /Unrecognized keyword arguments passed to Layer: \{'units': 3\}/,
  });
  const model = new Sequential([deserializeKerasObject(given)], { name: 'l' });
  assert.equal(cloneModel(model).toJson(), model.toJson());
});
