// A subclassed model from Python
//
// Its graph is Python code, which a file does not contain: the file has the class name, config and weights. Write the same
// `call` in JavaScript, with layers in properties of the same names, and the file opens.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import {
  cloneModel,
  diffModels,
  initialize,
  layers,
  loadModel,
  Model,
  registerKerasSerializable,
} from 'keras-wasm';

await initialize();

class Autoencoder extends Model {
  static className = 'Autoencoder';
  constructor({ size = 2, ...options } = {}) {
    super(options);
    this.size = size;
    this.encoder = new layers.Dense({ units: size, activation: 'tanh' });
    this.decoder = new layers.Dense({ units: 4 });
  }
  call(x) {
    return this.decoder.apply(this.encoder.apply(x));
  }
  getConfig() {
    return { ...super.getConfig(), size: this.size };
  }
}

const file = new URL('../fixtures/workflows/subclassed.keras', import.meta.url);
// What Keras predicted.
const { inputs, outputs } = JSON.parse(
  readFileSync(new URL('../fixtures/workflows/subclassed.json', import.meta.url), 'utf8'),
);

test('the file opens with the class, and the model can be cloned', async () => {
  await assert.rejects(loadModel(file), /lab>Autoencoder/);

  registerKerasSerializable({ package: 'lab' })(Autoencoder);
  const model = await loadModel(file);
  assert.ok(model instanceof Autoencoder);
  assert.equal(model.size, 3);
  const [actual] = model.predict(inputs).array();
  actual.forEach((y, i) => assert.ok(Math.abs(y - outputs[0][i]) < 1e-5));

  // A clone is made by getConfig and the constructor.
  const clone = cloneModel(model, { copyWeights: true });
  assert.ok(clone instanceof Autoencoder);
  assert.deepEqual(diffModels(model, clone).weights, []);
});
