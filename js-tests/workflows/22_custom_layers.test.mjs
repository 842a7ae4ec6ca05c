// Restoring a model with custom layers
//
// A file names its custom classes; `customObjects` maps each name to a JavaScript class. Register a class once, under its
// registered name in Python, and every `loadModel`, `fromConfig` and `cloneModel` finds it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import {
  cloneModel,
  initialize,
  Layer,
  loadModel,
  ops,
  registerKerasSerializable,
} from 'keras-wasm';

await initialize();

// As in Python: @register_keras_serializable(package="lab") class Scale(Layer).
class Scale extends Layer {
  static className = 'Scale';
  constructor({ factor = 1, ...options } = {}) {
    super(options);
    this.factor = factor;
  }
  call(x) {
    return ops.multiply(x, this.factor);
  }
  getConfig() {
    return { ...super.getConfig(), factor: this.factor };
  }
}

const file = new URL('../fixtures/workflows/custom_layer.keras', import.meta.url);
// What Keras predicted.
const { inputs, outputs } = JSON.parse(
  readFileSync(new URL('../fixtures/workflows/custom_layer.json', import.meta.url), 'utf8'),
);

function check(model) {
  assert.ok(model.layers[0] instanceof Scale);
  const [actual] = model.predict(inputs).array();
  actual.forEach((y, i) => assert.ok(Math.abs(y - outputs[0][i]) < 1e-5));
}

test('a class can be passed to loadModel or registered once', async () => {
  await assert.rejects(loadModel(file), /lab>Scale/);
  check(await loadModel(file, { customObjects: { 'lab>Scale': Scale } }));

  registerKerasSerializable({ package: 'lab' })(Scale);
  const model = await loadModel(file);
  check(model);
  check(cloneModel(model, { copyWeights: true }));
});
