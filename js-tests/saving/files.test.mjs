// Files that real Keras saved (tools/fixtures/make_files.py) open with the same config, weights and
// predictions, also after being saved and opened again.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { zipSync, unzipSync } from 'fflate';
import { assertClose } from '../support/assertions.mjs';
import * as keras from '../support/keras.mjs';

const folder = new URL('../fixtures/files/', import.meta.url);
const bytesOf = (name) => new Uint8Array(readFileSync(new URL(name, folder)));
const truthOf = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
const names = readdirSync(folder).filter((name) => !name.endsWith('.json'));
const models = names.filter((name) => !name.endsWith('.weights.h5'));
const weightFiles = names.filter((name) => name.endsWith('.weights.h5'));

// The function that the fixtures register in Keras: x * factor.
const customObjects = {
  'fixtures>scaled': (x, { factor = 2 } = {}) => keras.ops.multiply(x, factor),
};
const open = (source, options) => keras.loadModel(source, { customObjects, ...options });

const tensorOf = ({ data, shape, dtype }) => keras.tensor(data.flat(Infinity), shape, dtype);

function unflatten(structure, tensors) {
  if (typeof structure === 'number') return tensors[structure];
  if (Array.isArray(structure)) return structure.map((item) => unflatten(item, tensors));
  return Object.fromEntries(
    Object.entries(structure).map(([key, item]) => [key, unflatten(item, tensors)]),
  );
}

const halves = new Set(['float16', 'bfloat16']);
const isHalf = (truth) => JSON.stringify(truth.config).includes('float16');

function assertSameOutputs(actual, structure, tensors, tolerance) {
  if (typeof structure === 'number') {
    const { shape, data } = tensors[structure];
    assert.deepEqual([...actual.shape], shape);
    assertClose([...actual.data()].map(Number), data.flat(Infinity), tolerance);
  } else if (Array.isArray(structure)) {
    assert.equal(actual.length, structure.length);
    structure.forEach((item, i) => assertSameOutputs(actual[i], item, tensors, tolerance));
  } else {
    for (const [key, item] of Object.entries(structure))
      assertSameOutputs(actual[key], item, tensors, tolerance);
  }
}

async function assertPredicts(model, truth) {
  if (!truth.inputs) return;
  const inputs = unflatten(truth.inputs.structure, truth.inputs.tensors.map(tensorOf));
  const outputs = await model.predict(inputs);
  assertSameOutputs(
    outputs,
    truth.outputs.structure,
    truth.outputs.tensors,
    isHalf(truth) ? 2e-2 : 1e-5,
  );
}

function assertWeights(model, truth) {
  const values = model.getWeights();
  assert.equal(values.length, truth.weights.length);
  truth.weights.forEach(({ shape, dtype, data }, i) => {
    assert.deepEqual([...values[i].shape], shape);
    assert.equal(values[i].dtype, dtype);
    assert.deepEqual(
      [...keras.tensor(values[i], undefined, halves.has(dtype) ? 'float32' : dtype).data()].map(
        Number,
      ),
      [
        ...keras.tensor(data.flat(Infinity), shape, halves.has(dtype) ? 'float32' : dtype).data(),
      ].map(Number),
    );
  });
}

for (const name of models) {
  const truth = truthOf(name);

  test(`${name} opens with Keras's config, weights and predictions`, async () => {
    const model = await open(bytesOf(name));
    assert.deepEqual(model.getConfig(), truth.config);
    assertWeights(model, truth);
    await assertPredicts(model, truth);
  });

  test(`${name} is unchanged after saving and opening again`, async () => {
    const saved = await keras.saveModel(await open(bytesOf(name)));
    const again = await open(saved);
    assert.deepEqual(again.getConfig(), truth.config);
    assertWeights(again, truth);
    await assertPredicts(again, truth);
  });
}

for (const name of weightFiles) {
  test(`${name} loads into a model of the same layers`, async () => {
    const truth = truthOf(name);
    const model = keras.modelFromJson(JSON.stringify(truth.to_json), customObjects);
    await model.loadWeights(bytesOf(name));
    await assertPredicts(model, truth);
    const other = keras.modelFromJson(JSON.stringify(truth.to_json), customObjects);
    await other.loadWeights(await keras.saveWeights(model));
    await assertPredicts(other, truth);
  });
}

test('models are loaded from and saved to paths', async () => {
  const place = await mkdtemp(join(tmpdir(), 'keras-wasm-'));
  try {
    const path = join(place, 'model.keras');
    const bytes = await (await open(new URL('functional.keras', folder))).save(path);
    assert.deepEqual(new Uint8Array(await readFile(path)), bytes);
    await assertPredicts(await open(path), truthOf('functional.keras'));
  } finally {
    await rm(place, { recursive: true });
  }
});

// --- Broken files ---

const good = bytesOf('functional.keras');
const members = unzipSync(good);
const repacked = (changes) => zipSync({ ...members, ...changes }, { level: 0 });
const without = (name) =>
  zipSync(Object.fromEntries(Object.entries(members).filter(([key]) => key !== name)), {
    level: 0,
  });

async function assertRejects(promise, Class, message) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof Class, `raised ${error?.name}: ${error?.message}`);
    assert.match(error.message, message);
    return true;
  });
}

test('an archive truncated anywhere is refused, and the next file still opens', async () => {
  for (const part of [0.1, 0.5, 0.9, 0.999]) {
    const cut = good.slice(0, Math.floor(good.length * part));
    await assertRejects(open(cut), keras.ValueError, /^<bytes> cannot be opened: it is cut short/);
  }
  await assertPredicts(await open(good), truthOf('functional.keras'));
});

test('weights truncated anywhere are refused', async () => {
  const weights = members['model.weights.h5'];
  for (const part of [0, 0.02, 0.3, 0.7]) {
    const cut = weights.slice(0, Math.floor(weights.length * part));
    const broken = open(repacked({ 'model.weights.h5': cut }));
    await assertRejects(broken, keras.KerasError, /^Unable to synchronously open file/);
    await assert.rejects(broken, { kind: 'OSError' });
  }
});

test('the error for a file that is not an archive says what it is', async () => {
  const bytesOfText = (text) => new TextEncoder().encode(text);
  const advice = /Please ensure the file is an accessible `.keras` zip file/;
  for (const [bytes, what] of [
    [new Uint8Array(), /it is empty/],
    [bytesOfText('<!DOCTYPE html><html></html>'), /it is a web page/],
    [bytesOfText('hello'), /it begins with the bytes 68 65 6c 6c/],
  ]) {
    await assertRejects(open(bytes), keras.ValueError, what);
    await assertRejects(open(bytes), keras.ValueError, advice);
    await assertRejects(open(new Blob([bytes])), keras.ValueError, /^<blob> cannot be opened/);
  }
});

test("a path that is not an archive is refused with Keras's message and the reason", async () => {
  const place = await mkdtemp(join(tmpdir(), 'keras-'));
  const path = join(place, 'model.keras');
  try {
    await writeFile(path, 'hello');
    await assertRejects(
      keras.loadModel(path),
      keras.ValueError,
      /^File not found: filepath=.*model\.keras\. Please ensure the file is an accessible `\.keras` zip file\. \(There is something under that name/,
    );
  } finally {
    await rm(place, { recursive: true });
  }
});

test('the error for an archive without config or weights names the missing member', async () => {
  await assertRejects(
    open(without('config.json')),
    keras.KeyError,
    /There is no item named 'config.json' in the archive/,
  );
  await assertRejects(
    open(without('model.weights.h5')),
    keras.ValueError,
    /Expected a model.weights.h5 or model.weights.npz file/,
  );
});

test('an archive without metadata opens', async () => {
  await assertPredicts(await open(without('metadata.json')), truthOf('functional.keras'));
});

test('a config that is not JSON is refused', async () => {
  const config = members['config.json'];
  await assertRejects(
    open(repacked({ 'config.json': config.slice(0, 40) })),
    keras.KerasError,
    /JSON/,
  );
});

test('weights of another shape or count are refused, or skipped when asked', async () => {
  const model = new keras.Sequential([
    keras.Input({ shape: [3] }),
    new keras.layers.Dense({ units: 7 }),
    new keras.layers.Dense({ units: 1 }),
  ]);
  const before = model.getWeights().map((value) => value.array());
  await assertRejects(model.loadWeights(good), keras.ValueError, /objects could not be loaded/);
  const skipped = await model.loadWeights(good, { skipMismatch: true });
  assert.ok(skipped.length > 0);
  assert.equal(before.length, model.getWeights().length);
});

test("wrong file names and models that are not built are refused with Keras's messages", async () => {
  const model = await open(good);
  await assertRejects(
    model.save('model.txt'),
    keras.ValueError,
    /Invalid filepath extension for saving/,
  );
  await assertRejects(
    model.save(undefined, { format: 'tf' }),
    keras.ValueError,
    /`format` is one of 'keras', 'h5', 'tfjs', 'onnx'\. Received: format=tf/,
  );
  await assertRejects(
    model.saveWeights('model.h5'),
    keras.ValueError,
    /The filename must end in `.weights.h5`/,
  );
  await assertRejects(
    keras.loadModel('nowhere.keras'),
    keras.ValueError,
    /File not found: filepath=nowhere.keras/,
  );
  const unbuilt = new keras.Sequential([new keras.layers.Dense({ units: 1 })]);
  await assertRejects(keras.saveWeights(unbuilt), keras.ValueError, /has not yet been built/);
  await assertRejects(unbuilt.loadWeights(good), keras.ValueError, /has not yet been built/);
});
