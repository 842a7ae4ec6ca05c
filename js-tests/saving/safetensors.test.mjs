// `.safetensors` files of Python's safetensors (tools/fixtures/make_arrays.py), and files for it.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import {
  arrayFile,
  arrayRecord,
  inputsOf,
  modelOf,
  openSafetensors,
  writeSafetensors,
} from '../support/array_files.mjs';
import { assertClose } from '../support/assertions.mjs';
import * as keras from '../support/keras.mjs';
import { withFolder } from '../support/saved_files.mjs';
import { warningsOf } from '../support/warnings.mjs';

const { KerasError, KerasTypeError, ValueError } = keras;
const models = ['functional', 'sequential', 'nested', 'attention', 'bfloat16', 'float16'];
const valuesOf = (model) => model.getWeights().map((weight) => weight.array());
const flat = (output) => [output].flat().flatMap((each) => [...each.data()]);

for (const name of models) {
  test(`${name}.safetensors loads by the paths of weights and predicts as in Keras`, async () => {
    const record = arrayRecord(`${name}.json`);
    const model = modelOf(name);
    assert.deepEqual(await model.loadWeights(arrayFile(`${name}.safetensors`)), []);
    const values = model.weights.map((weight) => [...weight.value().data()]);
    record.weights.forEach(({ data }, i) => assert.deepEqual(values[i], data.map(Math.fround)));
    const expected = record.outputs.tensors.flatMap(({ data }) => data);
    const tolerance = /float16/.test(name) ? 2e-2 : 1e-5;
    assertClose(flat(model.predict(inputsOf(record))), expected, tolerance);
  });

  test(`${name}.safetensors is written with the bytes of Python's safetensors`, async () => {
    const model = modelOf(name);
    await model.loadWeights(arrayFile(`${name}.safetensors`));
    const { weights } = arrayRecord(`${name}.json`);
    // Revived models do not have the model's name in the paths of weights.
    const mapping = (_, index) => weights[index].path;
    const options = { format: 'safetensors', metadata: { format: 'np' }, mapping };
    const saved = await model.saveWeights(undefined, options);
    assert.deepEqual(Buffer.from(saved), readFixture(`${name}.safetensors`));
  });
}

const readFixture = (name) => Buffer.from(arrayFile(name));

test('arrays of every dtype and of odd names are read and written unchanged', async () => {
  const arrays = await openSafetensors(arrayFile('dtypes.safetensors'));
  const expected = arrayRecord('dtypes.json');
  assert.deepEqual([...arrays.infos.keys()].sort(), Object.keys(expected).sort());
  assert.deepEqual(arrays.metadata, { format: 'np' });
  const read = [];
  for (const name of arrays.infos.keys()) {
    const { shape, dtype, bytes } = await arrays.read(name);
    const truth = Object.getOwnPropertyDescriptor(expected, name).value;
    assert.deepEqual({ shape, dtype }, { shape: truth.shape, dtype: truth.dtype }, name);
    assert.equal(Buffer.from(bytes).toString('base64'), truth.base64, name);
    read.push({ name, shape, dtype, bytes });
  }
  assert.equal(read.length, 21);
  const written = await writeSafetensors(read.reverse(), { format: 'np' });
  assert.deepEqual(Buffer.from(written), readFixture('dtypes.safetensors'));
});

for (const each of arrayRecord('refused.json').safetensors) {
  test(`${each.what} is ${each.error ? 'refused' : 'accepted'}, as in Python`, async () => {
    const bytes = new Uint8Array(Buffer.from(each.base64, 'base64'));
    if (!each.error) {
      assert.deepEqual([...(await openSafetensors(bytes)).infos.keys()].sort(), each.names);
      return;
    }
    await assert.rejects(openSafetensors(bytes), (error) => {
      assert.equal(error.kind, 'SafetensorError');
      const beginning = /^[^:]*: (invalid JSON in header|invalid UTF-8 in header|.*)/.exec(
        each.error,
      )[0];
      assert.ok(error.message.startsWith(beginning), error.message);
      return true;
    });
    await assert.rejects(modelOf('functional').loadWeights(bytes), ValueErrorOrDamaged);
  });
}

const ValueErrorOrDamaged = (error) => error instanceof KerasError;

// --- Names ---

function dense(name = 'dense') {
  const layer = new keras.layers.Dense({ units: 2, name });
  return new keras.Sequential([keras.Input({ shape: [3] }), layer], { name: 'model' });
}

test('a mapping, as a function or by name, says which weight an array is for', async () => {
  const source = dense();
  const names = { 'model/dense/kernel': 'fc.weight', 'model/dense/bias': 'fc.bias' };
  const paths = source.weights.map(({ path }) => path);
  const saved = await source.saveWeights(undefined, {
    format: 'safetensors',
    mapping: (path) => names[path] ?? path.replace('dense/', 'fc.').replace('kernel', 'weight'),
  });
  const stored = [...(await openSafetensors(saved)).infos.keys()].sort();
  assert.deepEqual(
    stored,
    ['fc.bias', 'fc.weight'].map((name) => stored.find((each) => each.endsWith(name))),
  );
  const byFunction = dense('other');
  const seen = [];
  await byFunction.loadWeights(saved, {
    mapping(name, info) {
      seen.push([name, info]);
      return byFunction.weights.find((weight) =>
        weight.path.endsWith(name.endsWith('weight') ? 'kernel' : 'bias'),
      ).path;
    },
  });
  assert.deepEqual(valuesOf(byFunction), valuesOf(source));
  assert.deepEqual(Object.fromEntries(seen.map(([name, info]) => [name.split('.').at(-1), info])), {
    weight: { shape: [3, 2], dtype: 'float32' },
    bias: { shape: [2], dtype: 'float32' },
  });
  const byIndex = dense('third');
  const [bias, weight] = stored;
  await byIndex.loadWeights(saved, { mapping: { [weight]: 0, [bias]: 1 } });
  assert.deepEqual(valuesOf(byIndex), valuesOf(source));
  assert.equal(paths.length, 2);
});

test('a mapping that leaves a weight without an array is an error, and nothing is assigned', async () => {
  const saved = await dense().saveWeights(undefined, { format: 'safetensors' });
  const model = dense();
  const before = valuesOf(model);
  const [kernel, bias] = model.weights.map(({ path }) => path);
  await assert.rejects(
    model.loadWeights(saved, { mapping: { [bias]: null } }),
    (error) => error instanceof ValueError && error.message.includes(`no array for '${bias}'`),
  );
  assert.deepEqual(valuesOf(model), before);
  await assert.rejects(
    model.loadWeights(saved, { mapping: () => kernel }),
    (error) => error instanceof ValueError && /two arrays/.test(error.message),
  );
  await assert.rejects(
    model.loadWeights(saved, { mapping: (name) => `${name}x` }),
    (error) => error instanceof ValueError && /no such weight\. Did you mean/.test(error.message),
  );
  await assert.rejects(model.loadWeights(saved, { mapping: () => 7 }), /index 7 .* It has 2\./);
  await assert.rejects(model.loadWeights(saved, { mapping: () => true }), KerasTypeError);
});

test('names and shapes that do not fit are all listed, and are left out with skipMismatch', async () => {
  const other = new keras.Sequential(
    [keras.Input({ shape: [3] }), new keras.layers.Dense({ units: 5, name: 'dense' })],
    { name: 'model' },
  );
  const saved = await other.saveWeights(undefined, { format: 'safetensors' });
  const model = dense();
  const before = valuesOf(model);
  await assert.rejects(model.loadWeights(saved), (error) => {
    assert.ok(error instanceof ValueError);
    assert.match(
      error.message,
      /kernel' expects shape \(3, 2\), and '.*kernel' has shape \(3, 5\)/,
    );
    assert.match(error.message, /bias' expects shape \(2,\), and '.*bias' has shape \(5,\)/);
    return true;
  });
  let left;
  const warnings = await warningsOf(
    async () => (left = await model.loadWeights(saved, { skipMismatch: true })),
  );
  assert.deepEqual(left, ['dense']);
  assert.equal(warnings.length, 1);
  assert.deepEqual(valuesOf(model), before);
});

test('arrays at the paths of Keras objects load as from a .weights.h5 file', async () => {
  const model = dense();
  const values = model.getWeights().map((weight) => weight.data());
  const bytesOf = (data) => new Uint8Array(data.buffer);
  const file = await writeSafetensors(
    [
      { name: 'layers/dense/vars/0', shape: [3, 2], dtype: 'float32', bytes: bytesOf(values[0]) },
      { name: 'layers/dense/vars/1', shape: [2], dtype: 'float32', bytes: bytesOf(values[1]) },
    ],
    {},
  );
  const other = dense('renamed');
  await other.loadWeights(file);
  assert.deepEqual(valuesOf(other), valuesOf(model));
});

test('layers in objectsToSkip are neither saved nor loaded', async () => {
  const two = () =>
    new keras.Sequential(
      [
        keras.Input({ shape: [3] }),
        new keras.layers.Dense({ units: 2, name: 'a' }),
        new keras.layers.Dense({ units: 2, name: 'b' }),
      ],
      { name: 'model' },
    );
  const model = two();
  const part = await model.saveWeights(undefined, {
    format: 'safetensors',
    objectsToSkip: [model.getLayer('b')],
  });
  assert.equal((await openSafetensors(part)).infos.size, 2);
  const other = two();
  const before = valuesOf(other);
  await other.loadWeights(part, { objectsToSkip: [other.getLayer('b')] });
  assert.deepEqual(valuesOf(other), [...valuesOf(model).slice(0, 2), ...before.slice(2)]);
});

test('a file on disk is read tensor by tensor, and progress counts them', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'x.safetensors');
    const model = dense();
    await model.saveWeights(path);
    assert.deepEqual(
      new Uint8Array(readFileSync(path)),
      await model.saveWeights(undefined, { format: 'safetensors' }),
    );
    const other = dense();
    const progress = [];
    await other.loadWeights(path, { onProgress: (each) => progress.push(each) });
    assert.deepEqual(valuesOf(other), valuesOf(model));
    assert.deepEqual(progress, [
      { phase: 'weights', loaded: 1, total: 2 },
      { phase: 'weights', loaded: 2, total: 2 },
    ]);
    writeFileSync(path, readFileSync(path).subarray(0, -1));
    await assert.rejects(other.loadWeights(path), /not fully covered/);
  });
});

test('options that a format lacks are refused', async () => {
  const model = dense();
  const h5 = await model.saveWeights();
  await assert.rejects(
    model.loadWeights(h5, { mapping: {} }),
    /`mapping` only supports files of arrays by name/,
  );
  await assert.rejects(model.saveWeights(undefined, { mapping: {} }), /`mapping` only supports/);
  await assert.rejects(model.saveWeights(undefined, { metadata: {} }), /`metadata` only supports/);
  await assert.rejects(
    model.saveWeights(undefined, { format: 'npz', metadata: { a: 'b' } }),
    /`metadata`/,
  );
  await assert.rejects(
    model.saveWeights(undefined, { format: 'zip' }),
    /`format` is one of 'weights.h5', 'safetensors', 'npz'/,
  );
  const numbers = { format: 'safetensors', metadata: { epoch: 3 } };
  await assert.rejects(model.saveWeights(undefined, numbers), KerasTypeError);
  const same = { format: 'safetensors', mapping: () => 'same' };
  await assert.rejects(model.saveWeights(undefined, same), /the name 'same' for two weights/);
  await assert.rejects(
    model.saveWeights('x.weights'),
    /must end in `.weights.h5` or `.safetensors` or `.npz`/,
  );
});

test('loading and saving leave nothing behind', async () => {
  const model = dense();
  const round = async () =>
    model.loadWeights(await model.saveWeights(undefined, { format: 'safetensors' }));
  await round();
  const before = keras.memory();
  for (let i = 0; i < 20; ++i) await round();
  await assert.rejects(
    model.loadWeights(
      await dense().saveWeights(undefined, {
        format: 'safetensors',
        mapping: (path) => `${path}x`,
      }),
    ),
  );
  const after = keras.memory();
  assert.ok(after.handles <= before.handles + 4, `${before.handles} and ${after.handles} handles`);
});
