// Layers models that TensorFlow.js and its converter wrote (tools/fixtures/tfjs), and what they predict there or in Keras.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import * as K from '../support/keras.mjs';
import { warningsOf } from '../support/warnings.mjs';

const folder = fileURLToPath(new URL('../fixtures/tfjs/', import.meta.url));
const fixtures = new URL('../fixtures/', import.meta.url);
const names = readdirSync(folder).filter((name) => !name.endsWith('.json'));
const json = (path) => JSON.parse(readFileSync(new URL(path, fixtures), 'utf8'));
const bytesOf = (name, file) => new Uint8Array(readFileSync(join(folder, name, file)));
const modelJson = (name) => JSON.parse(readFileSync(join(folder, name, 'model.json'), 'utf8'));

/** What the model predicts: a record of the Keras that wrote it, or of TensorFlow.js. */
function recordOf(name) {
  const [version, file] = /^([\w.-]+?)_(.+)$/.exec(name).slice(1);
  if (version.startsWith('tf-')) return json(`legacy/${version}/${file}.json`);
  if (version !== 'keras-3') return json(`tfjs/${name}.json`);
  const { inputs, outputs } = json(`files/${file}.keras.json`);
  return { inputs: inputs.tensors, outputs: outputs.tensors };
}

/** All files of a model by name. */
const filesOf = (name) =>
  Object.fromEntries(readdirSync(join(folder, name)).map((file) => [file, bytesOf(name, file)]));

function tensorsOf(value) {
  if (value instanceof K.Tensor) return [value];
  const values = Array.isArray(value)
    ? value
    : Object.keys(value)
        .sort()
        .map((key) => value[key]);
  return values.flatMap(tensorsOf);
}

function assertPredicts(model, record, tolerance = 2e-5) {
  const tensors = record.inputs.map(({ data, shape, dtype }) => K.tensor(data, shape, dtype));
  const outputs = tensorsOf(model.predict(tensors.length === 1 ? tensors[0] : tensors));
  assert.equal(outputs.length, record.outputs.length);
  for (const [i, { shape, data }] of record.outputs.entries()) {
    assert.deepEqual(outputs[i].shape, shape);
    const values = [...outputs[i].data()].map(Number);
    for (const [k, expected] of data.entries())
      assert.ok(
        Math.abs(values[k] - expected) <= tolerance * (1 + Math.abs(expected)),
        `${values[k]}, ${expected}`,
      );
  }
}

const toleranceOf = (name) => (name.includes('mixed_precision') ? 1e-3 : 2e-5);

for (const name of names) {
  test(`${name} predicts as where it was written, as does its saved copy`, async () => {
    const record = recordOf(name);
    const model = await K.loadModel(filesOf(name));
    assertPredicts(model, record, toleranceOf(name));
    assertPredicts(await K.loadModel(await model.save()), record, toleranceOf(name));
  });
}

test('the fixtures are models of TensorFlow.js, of its converter, and quantized ones', () => {
  const count = (start) => names.filter((name) => name.startsWith(start)).length;
  assert.deepEqual(
    ['tfjs_', 'tf-2.15_', 'tf-1.15_', 'keras-3_', 'uint8_', 'uint16_', 'float16_'].map(count),
    [5, 22, 4, 3, 2, 2, 2],
  );
});

// --- Sources ---

const name = 'uint8_nested'; // of many shards
const path = join(folder, name, 'model.json');
const file = (each) => new File([bytesOf(name, each)], each);
const fileList = () => readdirSync(join(folder, name)).map(file);

function artifacts() {
  const { weightsManifest, ...rest } = modelJson(name);
  const parts = weightsManifest.map(({ paths }) =>
    Buffer.concat(paths.map((each) => bytesOf(name, each))),
  );
  const all = Buffer.concat(parts);
  return {
    ...rest,
    weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
    weightData: all.buffer.slice(all.byteOffset, all.byteOffset + all.length),
  };
}

const handle = (each) => ({ kind: 'file', name: each, getFile: () => Promise.resolve(file(each)) });
const directory = {
  kind: 'directory',
  async *values() {
    yield { kind: 'directory', name: 'more' };
    for (const each of readdirSync(join(folder, name))) yield handle(each);
  },
};

const sources = {
  'the path of its model.json': () => path,
  'the path of its folder': () => join(folder, name),
  'a list of Files': fileList,
  'a FileList': () => Object.assign(fileList(), { [Symbol.toStringTag]: 'FileList' }),
  'files by name': () => filesOf(name),
  'a folder handle of a browser': () => directory,
  'an IOHandler': () => ({ load: () => Promise.resolve(artifacts()) }),
};
for (const [what, source] of Object.entries(sources)) {
  test(`a model opens from ${what}`, async () => {
    assertPredicts(await K.loadModel(source()), recordOf(name));
  });
}

test('the weights alone load into a model', async () => {
  const values = (each) => each.getWeights().map((weight) => weight.array());
  const dense = await K.loadModel(filesOf('tfjs_dense'));
  const fresh = K.cloneModel(dense);
  assert.notDeepEqual(values(fresh), values(dense));
  await fresh.loadWeights(filesOf('tfjs_dense'));
  assert.deepEqual(values(fresh), values(dense));
});

test('a file that is missing is named', async () => {
  const { 'model.json': index } = filesOf(name);
  await assert.rejects(
    K.loadModel({ 'model.json': index }),
    (error) =>
      error instanceof K.ValueError && /group1-shard1of\d+\.bin is not among/.test(error.message),
  );
  await assert.rejects(
    K.loadModel([file('group1-shard1of1.bin'), file('model.json')].slice(1)),
    K.KerasError,
  );
});

// --- Damaged files ---

const changed = (change) => {
  const parsed = modelJson('tfjs_dense');
  change(parsed);
  return { ...filesOf('tfjs_dense'), 'model.json': Buffer.from(JSON.stringify(parsed)) };
};
const specs = (parsed) => parsed.weightsManifest[0].weights;
const damaged = {
  'a graph model': [(parsed) => (parsed.format = 'graph-model'), /graph model/],
  'no topology': [(parsed) => delete parsed.modelTopology, /no `modelTopology`/],
  'a topology that is no model': [
    (parsed) => (parsed.modelTopology = {}),
    /not the config of a model/,
  ],
  'a manifest that is no list': [(parsed) => (parsed.weightsManifest = {}), /not a list/],
  'a path that leads elsewhere': [
    (parsed) => (parsed.weightsManifest[0].paths = ['../weights.bin']),
    /not names of files beside it/,
  ],
  'a shape that is too large': [
    (parsed) => (specs(parsed)[0].shape = [2 ** 30, 2 ** 20]),
    /ends at byte/,
  ],
  'a shape that is negative': [
    (parsed) => (specs(parsed)[0].shape = [-4, 5]),
    /no shape and dtype/,
  ],
  'a weight of strings': [
    (parsed) => (specs(parsed)[0].dtype = 'string'),
    /TensorFlow.js's string/,
  ],
  'an unknown quantization': [
    (parsed) => (specs(parsed)[0].quantization = { dtype: 'int4' }),
    /quantization of .* is unknown/,
  ],
  'two weights of one name': [
    (parsed) => (specs(parsed)[1].name = specs(parsed)[0].name),
    /Two weights of the file have the name/,
  ],
  'a weight that no layer has': [
    (parsed) => (specs(parsed)[0].name = 'other/kernel'),
    /no weight for 'other\/kernel'/,
  ],
  'a missing weight': [(parsed) => specs(parsed).pop(), /no array for/],
};
for (const [what, [change, message]] of Object.entries(damaged)) {
  test(`a model.json with ${what} is refused`, async () => {
    await assert.rejects(K.loadModel(changed(change)), (error) => {
      assert.ok(error instanceof K.KerasError, `${error}`);
      assert.match(error.message, message);
      return true;
    });
  });
}

test('the config of a converted model keeps its floats', async () => {
  const model = await K.loadModel(filesOf('keras-3_convolutions'));
  const original = await K.loadModel(fileURLToPath(new URL('files/convolutions.keras', fixtures)));
  assert.equal(model.toJson(), original.toJson());
});

test('a warning lists what was changed in the config of TensorFlow.js', async () => {
  const warnings = await warningsOf(() => K.loadModel(filesOf('tfjs_dense')));
  assert.deepEqual(warnings, [
    "Read a config of Keras 2 (TensorFlow.js 4.22.0): `alpha` became `negative_slope` in LeakyReLU 'leaky_re_lu_LeakyReLU1'.",
  ]);
});
