// createWorkerEngine in Node: results equal those of the package in this thread.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createWorkerEngine, WorkerTensor } from '../../dist/worker.js';
import * as keras from '../support/keras.mjs';
import { digits, images } from './models.mjs';

let engine;
let model;
let local;
let input;

before(async () => {
  local = await keras.loadModel(digits);
  input = images(local, 3);
  engine = await createWorkerEngine();
  model = await engine.loadModel(digits);
});

after(() => engine?.close());

const asTensor = ({ data, shape }) => keras.tensor(data, shape);
const expected = (data = input, options) => local.predict(asTensor(data), options).data();

test('a model that the worker opens predicts the same bits', async () => {
  assert.deepEqual(engine.running, await keras.initialize());
  const output = await model.predict(input);
  assert.deepEqual(output.data, expected());
  assert.deepEqual(output.shape, [3, 10]);
  assert.equal(output.dtype, 'float32');
  assert.deepEqual(output.array(), local.predict(asTensor(input)).array());
  assert.deepEqual(await model.getConfig(), JSON.parse(local.toJson()).config);
  assert.deepEqual(
    model.inputs,
    local.inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
  );
});

test('every form of data is predicted in the batches of `model.predict`', async () => {
  const many = images(local, 50);
  const wanted = expected(many, { batchSize: 7 });
  const forms = [many, many.data, asTensor(many), many.array()];
  for (const data of forms)
    assert.deepEqual((await model.predict(data, { batchSize: 7 })).data, wanted);
  assert.deepEqual((await model.predict(many, 7)).data, wanted);
  assert.deepEqual((await model.predict(many, { batch_size: 7 })).data, wanted);
});

test('progress counts samples up to all of them', async () => {
  const seen = [];
  const onProgress = (done, total) => seen.push([done, total]);
  await model.predict(images(local, 10), { batchSize: 4, onProgress });
  assert.deepEqual(seen, [
    [4, 10],
    [8, 10],
    [10, 10],
  ]);
  const phases = new Set();
  const copy = await engine.loadModel(digits, { onProgress: ({ phase }) => phases.add(phase) });
  assert.deepEqual([...phases], ['config', 'weights']);
  await copy.dispose();
});

test('an error that a callback throws here ends the call, and the model stays', async () => {
  const reason = new Error('stop');
  const onProgress = () => {
    throw reason;
  };
  const call = model.predict(images(local, 500), { batchSize: 1, onProgress });
  await assert.rejects(call, (error) => error === reason);
  assert.deepEqual((await model.predict(input)).data, expected());
});

test('bytes open, and what the worker saves opens here', async () => {
  const copy = await engine.loadModel(new Uint8Array(readFileSync(digits)));
  const saved = await keras.loadModel(await copy.save());
  assert.deepEqual(saved.predict(asTensor(input)).data(), expected());
  const other = await engine.modelFromJson(local.toJson());
  assert.deepEqual(await other.loadWeights(await copy.saveWeights()), []);
  assert.deepEqual((await other.predict(input)).data, expected());
});

test('weights cross in both directions', async () => {
  const other = await engine.modelFromJson(local.toJson());
  const weights = await model.getWeights();
  assert.deepEqual(
    weights.map(({ data }) => data),
    local.getWeights().map((weight) => weight.data()),
  );
  await other.setWeights(weights);
  assert.deepEqual((await other.predict(input)).data, expected());
});

test('buffers are moved to the worker when asked for', async () => {
  const moved = images(local, 3);
  const { data } = await model.predict(moved, { transfer: true });
  assert.deepEqual(data, expected());
  assert.equal(moved.data.length, 0);
  const bytes = new Uint8Array(readFileSync(digits));
  await (await engine.loadModel(bytes, { transfer: true })).dispose();
  assert.equal(bytes.length, 0);
});

test('functions run in the worker from their source, and the report and the difference arrive', async () => {
  let report;
  const clone = await engine.cloneModel(model, {
    copyWeights: true,
    rename: (name) => 'a_' + name,
    cloneFunction(layer) {
      return layer instanceof keras.layers.Dropout ? layer : undefined;
    },
    onReport: (given) => (report = given),
  });
  assert.ok(report.copied.length > 0);
  const diff = await engine.diffModels(model, clone);
  assert.equal(diff.equal, false);
  assert.match(diff.text, /a_/);
  assert.match(await clone.summary(), /a_/);
  assert.deepEqual((await clone.predict(input)).data, expected());
});

test('hooks from one function take data', async () => {
  const clone = await engine.cloneModel(model, {
    hookData: { prefix: 'b_' },
    hooks: ({ layers }, { prefix }) => ({
      rename: (name, layer) => (layer instanceof layers.Dense ? prefix + name : undefined),
    }),
  });
  const names = (await clone.getConfig()).layers.map(({ config }) => config.name);
  const layersOf = JSON.parse(local.toJson()).config.layers;
  assert.deepEqual(
    names,
    layersOf.map(({ class_name: kind, config }) => (kind === 'Dense' ? 'b_' : '') + config.name),
  );
});

test('hooks from a module may import the package, which is the one of the worker', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-hooks-'));
  try {
    const path = join(folder, 'hooks.mjs');
    const index = new URL('../../dist/index.js', import.meta.url).href;
    writeFileSync(
      path,
      `import { layers } from ${JSON.stringify(index)};
       export default (keras) => ({
         rename: (name, layer) =>
           layer instanceof layers.Dense && keras.layers === layers ? 'c_' + name : undefined,
       });`,
    );
    for (const hooks of [path, pathToFileURL(path)])
      assert.match(await (await engine.cloneModel(model, { hooks })).summary(), /c_/);
    writeFileSync(join(folder, 'other.mjs'), 'export const x = 1;');
    const wrong = engine.cloneModel(model, { hooks: join(folder, 'other.mjs') });
    await assert.rejects(wrong, /default export of .*other\.mjs must be a function/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('classes of users are sent by their source', async () => {
  class Twice extends keras.Layer {
    static className = 'Twice';
    call(x) {
      return keras.ops.multiply(x, 2);
    }
  }
  const json = new keras.Sequential([keras.Input({ shape: [2] }), new Twice()]).toJson();
  const twice = await engine.modelFromJson(json, { customObjects: { Twice } });
  assert.deepEqual((await twice.predict([[1, 2]])).array(), [[2, 4]]);
});

test('`run` takes and returns models, tensors and data', async () => {
  const part = await engine.run(
    (_, whole, index) => {
      const outputs = whole.layers.at(index).output;
      return { model: whole.subModel({ outputs }), sum: keras.ops.sum([1, 2]) };
    },
    model,
    -1,
  );
  assert.equal(part.sum.array(), 3);
  assert.deepEqual((await part.model.predict(input)).data, expected());
  const same = await engine.run((_, whole) => [whole, whole], model);
  await Promise.all([same[0].dispose(), same[1].predict(input).catch(() => undefined)]);
});

test('strings, several inputs and named outputs keep their structure', async () => {
  const a = keras.Input({ shape: [2], name: 'a' });
  const b = keras.Input({ shape: [2], name: 'b' });
  const outputs = { sum: keras.ops.add(a, b), product: keras.ops.multiply(a, b) };
  const here = new keras.Model({ inputs: { a, b }, outputs });
  const there = await engine.modelFromJson(here.toJson());
  const row = (value) => new WorkerTensor(new Float32Array(80).fill(value), [40, 2]);
  const result = await there.predict({ a: row(2), b: row(3) });
  assert.deepEqual(Object.keys(result), ['sum', 'product']);
  assert.deepEqual(result.sum.shape, [40, 2]);
  assert.deepEqual([...new Set(result.product.data)], [6]);
  const text = new WorkerTensor(['x', 'y'], [2], 'string');
  const [echoed] = await engine.run((_, tensor) => [tensor], text);
  assert.deepEqual(echoed, text);
});

test('errors keep their class, message and path', async () => {
  await assert.rejects(engine.loadModel('/nowhere.keras'), (error) => {
    assert.ok(error instanceof keras.ValueError);
    return /File not found/.test(error.message);
  });
  const config = { class_name: 'Missing', config: {}, registered_name: 'Missing', module: null };
  await assert.rejects(engine.modelFromJson(JSON.stringify(config)), (error) => {
    assert.equal(error.unknown[0].className, 'Missing');
    return error instanceof keras.KerasError;
  });
  await assert.rejects(engine.cloneModel(model, { renam: null }), /Did you mean.*rename/);
  await assert.rejects(engine.cloneModel(model, { rename: String.bind() }), keras.KerasTypeError);
});

test('engines run side by side with models of their own', async (t) => {
  const other = await createWorkerEngine();
  t.after(() => other.close());
  const [mine, copy] = await Promise.all([engine.loadModel(digits), other.loadModel(digits)]);
  const outputs = await Promise.all([mine.predict(input), copy.predict(input)]);
  for (const { data } of outputs) assert.deepEqual(data, expected());
  await assert.rejects(other.cloneModel(mine), /in the worker of another engine/);
  await mine.dispose();
  assert.ok(mine.disposed);
  await assert.rejects(mine.predict(input), keras.DisposedError);
});

test('a closed engine rejects pending and later calls', async () => {
  const other = await createWorkerEngine();
  const own = await other.loadModel(digits);
  const pending = own.predict(images(local, 1000));
  other.close();
  for (const call of [pending, own.predict(input), other.loadModel(digits)])
    await assert.rejects(call, keras.DisposedError);
  assert.ok(own.disposed);
});

test('a worker that cannot start says what to do', async () => {
  const workerUrl = join(tmpdir(), 'no-such-worker.mjs');
  await assert.rejects(
    createWorkerEngine({ workerUrl }),
    /Serve the package's keras-engine-worker/,
  );
  await assert.rejects(createWorkerEngine({ variant: 'fast' }), keras.ValueError);
});
