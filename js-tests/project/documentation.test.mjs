// The documents say what is true: their examples run, and what they name exists or does not. The first four tests are the
// examples of Keras's page on model configs and clone_model.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { assertClose } from '../support/assertions.mjs';
import * as keras from '../support/keras.mjs';
import {
  clearSession,
  cloneModel,
  Input,
  layers,
  Model,
  Sequential,
  tensor,
} from '../support/keras.mjs';

const ones = (...shape) => tensor(new Float32Array(shape.reduce((a, b) => a * b)).fill(1), shape);

test('a copy of a Sequential model with freshly initialized weights', () => {
  // Create a test Sequential model.
  const model = new Sequential([
    Input({ shape: [728] }),
    new layers.Dense({ units: 32, activation: 'relu' }),
    new layers.Dense({ units: 1, activation: 'sigmoid' }),
  ]);
  // Create a copy of the test model (with freshly initialized weights).
  const newModel = cloneModel(model);

  assert.ok(newModel instanceof Sequential);
  assert.deepEqual(newModel.getConfig(), model.getConfig());
  assert.notEqual(newModel.layers[0], model.layers[0]);
  assert.notDeepEqual(newModel.getWeights()[0].data(), model.getWeights()[0].data());
  newModel.setWeights(model.getWeights());
  assert.deepEqual(newModel.predict(ones(1, 728)).array(), model.predict(ones(1, 728)).array());
});

test('cloneFunction makes a model deterministic by setting every seed to 1337', () => {
  const model = new Sequential([
    Input({ shape: [8] }),
    new layers.Dense({ units: 4 }),
    new layers.Dropout({ rate: 0.5 }),
    new layers.GaussianNoise({ stddev: 0.1, seed: 3 }),
  ]);
  const cloneFunction = (layer) => {
    const config = layer.getConfig();
    if ('seed' in config) config.seed = 1337;
    return layer.constructor.fromConfig(config);
  };
  const newModel = cloneModel(model, { cloneFunction });

  assert.deepEqual(
    newModel.layers.map((layer) => layer.getConfig().seed),
    [undefined, 1337, 1337],
  );
  assert.deepEqual(
    model.layers.map((layer) => layer.getConfig().seed),
    [undefined, null, 3],
  );
});

test('callFunction adds a Dropout after every Dense without making new layers', () => {
  clearSession();
  const inputs = Input({ shape: [4] });
  const hidden = new layers.Dense({ units: 3, activation: 'relu' }).apply(inputs);
  const model = new Model({ inputs, outputs: new layers.Dense({ units: 2 }).apply(hidden) });

  const callFunction = (layer, ...args) => {
    let out = layer.apply(...args);
    if (layer instanceof layers.Dense) out = new layers.Dropout({ rate: 0.5 }).apply(out);
    return out;
  };
  const newModel = cloneModel(model, {
    cloneFunction: (layer) => layer, // Reuse the same layers.
    callFunction,
  });

  assert.deepEqual(
    newModel.layers.map((layer) => layer.className),
    ['InputLayer', 'Dense', 'Dropout', 'Dense', 'Dropout'],
  );
  assert.equal(newModel.layers[1], model.layers[1]);
  assert.equal(newModel.layers[3], model.layers[2]);
  assertClose(newModel.predict(ones(2, 4)).array(), model.predict(ones(2, 4)).array());
});

test('a subclassed model is cloned through fromConfig(getConfig())', () => {
  class Classifier extends Model {
    static className = 'Classifier';
    constructor({ units = 2, ...options } = {}) {
      super(options);
      this.units = units;
      this.dense = new layers.Dense({ units, activation: 'softmax' });
    }
    call(x) {
      return this.dense.apply(x);
    }
    getConfig() {
      return { ...super.getConfig(), units: this.units };
    }
  }
  const model = new Classifier({ units: 5 });
  model.predict(ones(1, 3));

  const newModel = model.constructor.fromConfig(model.getConfig());
  assert.ok(newModel instanceof Classifier);
  assert.equal(newModel.units, 5);
  assert.deepEqual(newModel.predict(ones(1, 3)).shape, [1, 5]);
  newModel.setWeights(model.getWeights());
  assert.deepEqual(newModel.predict(ones(1, 3)).array(), model.predict(ones(1, 3)).array());
});

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test("the README's custom layer runs, is registered, and loads with a model", async () => {
  const blocks = [...read('README.md').matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);
  const code = blocks.find((block) => block.includes('class Scale extends Layer'));
  assert.ok(code, 'README.md has no example of a custom layer');
  class Swoosh extends keras.Layer {
    static className = 'Swoosh';
    call(x) {
      return keras.ops.multiply(x, keras.ops.sigmoid(x));
    }
  }
  const file = await keras.saveModel(new Sequential([Input({ shape: [3] }), new Swoosh()]));
  const scope = { ...keras, Swoosh, loadModel: (_, options) => keras.loadModel(file, options) };
  const Run = Object.getPrototypeOf(async () => {}).constructor;
  const run = new Run(...Object.keys(scope), `${code}; return { Scale, model };`);
  const { Scale, model } = await run(...Object.values(scope));
  assert.ok(model.layers.at(-1) instanceof Swoosh);
  assert.equal(keras.getRegisteredName(Scale), 'lab>Scale');
  assert.deepEqual(new Scale({ factor: 3 }).apply(ones(1, 2)).array(), [[3, 3]]);
});

test('every function and method in the API table of the README exists', () => {
  const table = /\| Start \|[\s\S]*?\n\n/.exec(read('README.md'))[0];
  for (const [, name] of table.matchAll(/`(?:await |new |class )?(?!String)([a-z]\w*)\(/gi))
    assert.ok(name in keras || name in Model.prototype || name in keras.Tensor.prototype || name in keras.Layer.prototype, name); // prettier-ignore
  for (const [, name] of table.matchAll(/model\.(\w+)/g)) assert.ok(name in Model.prototype, name);
});

test('what docs/keras-compatibility.md lists as missing does not exist', () => {
  const list = read('docs/keras-compatibility.md').split('## Not here yet')[1];
  const names = [...list.split('**Elsewhere**')[0].matchAll(/`(\w+)`/g)].map(([, name]) => name);
  assert.ok(names.length > 0);
  for (const name of names)
    for (const group of [layers, keras.ops, keras.Layer.prototype, Model.prototype])
      assert.ok(!(name in group), name);
});

// CONTRIBUTING adds a layer that Keras does not have.
const examples = /\b[Ss]cale\.(cpp|json)$/;
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(new URL('../../docs/', import.meta.url)).map((name) => `docs/${name}`),
  'bench/README.md',
  'tools/fixtures/README.md',
  'tools/interop/README.md',
];

for (const document of documents)
  test(`the files that ${document} names exist`, () => {
    const text = read(document);
    const rooms = 'src|web|js-tests|native-tests|tools|docs|demo|bench|cmake';
    const paths = [...text.matchAll(new RegExp(`\`((?:${rooms})/[\\w./-]+)\``, 'g'))];
    const links = [...text.matchAll(/\]\(([\w./-]+)(?:#[\w-]+)?\)/g)];
    const found = [
      ...paths.map(([, path]) => path),
      ...links.map(([, path]) => join(dirname(document), path)),
    ];
    const missing = found.filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)));
    assert.deepEqual(missing.filter((path) => !examples.test(path)), []); // prettier-ignore
  });
