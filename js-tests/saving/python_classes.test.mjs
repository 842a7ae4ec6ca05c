// JavaScript classes that implement Python classes: saved models have the records and folders that Python reads.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { unzipSync } from 'fflate';
import { arraysOf } from '../support/hdf5.mjs';
import * as keras from '../support/keras.mjs';
import { fileOfNewerKeras, withFutureClasses } from '../support/newer_keras.mjs';
import { assertAsInKeras, savedFile, truthOf } from '../support/saved_files.mjs';

const { Layer, ops } = keras;

class Gain extends Layer {
  static className = 'Gain';

  constructor({ units, ...options }) {
    super(options);
    this.units = units;
  }

  build() {
    this.gain = this.addWeight({ name: 'gain', shape: [this.units], initializer: 'ones' });
  }

  call(x) {
    return ops.multiply(x, this.gain);
  }

  getConfig() {
    return { ...super.getConfig(), units: this.units };
  }
}

const recordOf = (given) => ({
  module: 'package.module',
  class_name: 'Gain',
  config: { name: 'g', trainable: true, dtype: 'float32', units: 3 },
  registered_name: 'Gain',
  ...given,
});
const head = ({ module, class_name, registered_name }) => ({ module, class_name, registered_name });

function keptRecord(given, customObjects) {
  const layer = keras.deserializeKerasObject(recordOf(given), { customObjects });
  return head(keras.serializeKerasObject(layer));
}

test('the record of a Python class keeps its module', () => {
  assert.deepEqual(keptRecord({}, { Gain }), head(recordOf({})));
  const registered = { registered_name: 'package>Gain' };
  assert.deepEqual(keptRecord(registered, { 'package>Gain': Gain }), head(recordOf(registered)));
});

test('a class in a private Keras module keeps its module', () => {
  const given = { module: 'keras.src.applications.convnext' };
  assert.deepEqual(keptRecord(given, { Gain }), head(recordOf(given)));
});

test('a class with another name in JavaScript keeps its Python name', () => {
  class Other extends Gain {
    static className = 'Other';
  }
  const given = { registered_name: 'package>Gain' };
  assert.deepEqual(keptRecord(given, { 'package>Gain': Other }), head(recordOf(given)));
  assert.deepEqual(keptRecord({}, { Gain: Other }), head(recordOf({})));
});

test("clones keep the module and name in the original's record", () => {
  const given = { module: 'keras.src.applications.convnext' };
  const layer = keras.deserializeKerasObject(recordOf(given), { customObjects: { Gain } });
  const input = keras.Input({ shape: [3] });
  const model = new keras.Model({ inputs: input, outputs: layer.apply(input) });
  const copy = keras.cloneModel(model, { customObjects: { Gain } });
  assert.deepEqual(head(JSON.parse(copy.toJson()).config.layers[1]), head(recordOf(given)));
});

test('folders in a file are named after the Python class, also in nested models', async () => {
  class Other extends Gain {
    static className = 'Other';
  }
  const config = {
    name: 'outer',
    layers: [
      {
        module: 'keras',
        class_name: 'Sequential',
        config: { name: 'inner', layers: [recordOf({})], build_input_shape: [null, 3] },
        registered_name: null,
      },
    ],
    build_input_shape: [null, 3],
  };
  const model = keras.Sequential.fromConfig(config, { Gain: Other });
  const { 'model.weights.h5': weights } = unzipSync(await keras.saveModel(model));
  assert.deepEqual(Object.keys(arraysOf(weights)), ['layers/sequential/layers/gain/vars/0']);
});

test('a Keras class that is not built in can be given as a custom object', async () => {
  const bytes = fileOfNewerKeras(savedFile('missing_builtins.keras'));
  const recorded = truthOf('missing_builtins.keras');
  const truth = { ...recorded, json: withFutureClasses(recorded.json) };
  let error;
  try {
    await keras.loadModel(bytes);
  } catch (thrown) {
    error = thrown;
  }
  const names = error.unknown.map(({ className }) => className);
  assert.deepEqual(names.sort(), ['FutureBrightness', 'FutureZoom']);
  // The code that the error suggests, unchanged.
  const code = error.unknown.map(({ stub }) => stub).join('\n');
  const classes = new Function('Layer', `${code}\nreturn { ${names.join(', ')} };`)(Layer);
  const model = await keras.loadModel(bytes, { customObjects: classes });
  assertAsInKeras(model, truth);
  const records = (json) => JSON.parse(json).config.layers;
  assert.deepEqual(records(model.toJson()), records(truth.json));
});

test('a Keras class that is not built in is found under the package it was registered in', async () => {
  for (const options of [{ package: 'keras.layers' }, {}]) {
    class FutureZoom extends Layer {
      static className = 'FutureZoom';
      call(x) {
        return x;
      }
    }
    const name = `${options.package ?? 'Custom'}>FutureZoom`;
    keras.registerKerasSerializable(options)(FutureZoom);
    const record = { module: 'keras.layers', class_name: 'FutureZoom', registered_name: null };
    const layer = keras.deserializeKerasObject({ ...record, config: { name: 'zoom' } });
    assert.ok(layer instanceof FutureZoom, name);
    assert.deepEqual(head(keras.serializeKerasObject(layer)), record);
  }
});

test('a layer without constructor and getConfig has the arguments of Layer in its config, as captured by Keras', () => {
  class Plain extends Layer {
    static className = 'Plain';
    call(x) {
      return x;
    }
  }
  const truth = JSON.parse(
    readFileSync(new URL('../fixtures/saving/captured_arguments.json', import.meta.url), 'utf8'),
  );
  for (const { options, config } of truth.cases) {
    const layer = new Plain(options);
    assert.equal(JSON.stringify(layer.getConfig()), JSON.stringify(config));
    assert.deepEqual(Plain.fromConfig(layer.getConfig()).getConfig(), config);
  }
});
