// `.npz` files of NumPy (tools/fixtures/make_arrays.py), and files for it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { unzipSync } from 'fflate';
import {
  arrayFile,
  arrayRecord,
  inputsOf,
  modelOf,
  readNpy,
  writeNpy,
  writeNpz,
} from '../support/array_files.mjs';
import { assertClose } from '../support/assertions.mjs';
import * as keras from '../support/keras.mjs';

const { ValueError } = keras;
const flat = (output) => [output].flat().flatMap((each) => [...each.data()]);
const valuesOf = (model) => model.weights.map((weight) => [...weight.value().data()]);
const expectedOf = (record) => record.weights.map(({ data }) => data.map(Math.fround));

for (const name of ['functional', 'sequential', 'nested', 'attention', 'bfloat16', 'float16']) {
  test(`${name}.npz loads by the paths of weights and predicts as in Keras`, async () => {
    const record = arrayRecord(`${name}.json`);
    const model = modelOf(name);
    await model.loadWeights(arrayFile(`${name}.npz`));
    assert.deepEqual(valuesOf(model), expectedOf(record));
    const expected = record.outputs.tensors.flatMap(({ data }) => data);
    assertClose(
      flat(model.predict(inputsOf(record))),
      expected,
      /float16/.test(name) ? 2e-2 : 1e-5,
    );
  });
}

for (const name of ['list', 'compressed', 'fortran', 'big_endian', 'float64', 'zip64']) {
  test(`${name}.npz, a list of weights, loads in the order of the weights`, async () => {
    const model = modelOf('functional');
    await model.loadWeights(arrayFile(`${name}.npz`));
    assert.deepEqual(valuesOf(model), expectedOf(arrayRecord('functional.json')));
  });
}

test('names outside ASCII reach the mapping', async () => {
  const model = modelOf('functional');
  const names = [];
  await model.loadWeights(arrayFile('unicode.npz'), {
    mapping(name) {
      names.push(name);
      return Number(/_(\d+)_/.exec(name)[1]);
    },
  });
  assert.deepEqual(
    names,
    model.weights.map((_, i) => `größe_${i}_重み`),
  );
  assert.deepEqual(valuesOf(model), expectedOf(arrayRecord('functional.json')));
});

test('a saved file has the members that numpy.savez writes', async () => {
  const model = modelOf('sequential');
  await model.loadWeights(arrayFile('sequential.npz'));
  const { weights } = arrayRecord('sequential.json');
  const byPath = { format: 'npz', mapping: (_, index) => weights[index].path };
  const saved = unzipSync(await model.saveWeights(undefined, byPath));
  const ofNumpy = unzipSync(arrayFile('sequential.npz'));
  assert.deepEqual(Object.keys(saved), Object.keys(ofNumpy));
  assert.deepEqual(saved, ofNumpy);
  const mapping = (_, index) => `arr_${index}`;
  const list = unzipSync(await model.saveWeights(undefined, { format: 'npz', mapping }));
  assert.deepEqual(Object.values(list), Object.values(ofNumpy));
  assert.deepEqual(
    Object.keys(list),
    Object.keys(list).map((_, i) => `arr_${i}.npy`),
  );
});

test('bfloat16, which NumPy lacks, is written as float32 and loads with the same values', async () => {
  const model = modelOf('bfloat16');
  await model.loadWeights(arrayFile('bfloat16.npz'));
  const saved = await model.saveWeights(undefined, { format: 'npz' });
  for (const member of Object.values(unzipSync(saved)))
    assert.equal(readNpy(member, 'x').dtype, 'float32');
  const other = modelOf('bfloat16');
  await other.loadWeights(saved);
  assert.deepEqual(valuesOf(other), valuesOf(model));
});

test('arrays of every dtype of NumPy are read and written unchanged', async () => {
  const expected = arrayRecord('dtypes.json');
  const members = unzipSync(arrayFile('dtypes.npz'));
  const arrays = Object.entries(members).map(([name, bytes]) => ({
    name: name.slice(0, -4),
    ...readNpy(bytes, name),
  }));
  assert.equal(arrays.length, 18);
  for (const { name, shape, dtype, bytes } of arrays) {
    const truth = Object.getOwnPropertyDescriptor(expected, name).value;
    assert.deepEqual({ shape, dtype }, { shape: truth.shape, dtype: truth.dtype }, name);
    assert.equal(Buffer.from(bytes).toString('base64'), truth.base64, name);
    assert.deepEqual(writeNpy({ shape, dtype, bytes }), members[`${name}.npy`], name);
  }
  assert.deepEqual(unzipSync(await writeNpz(arrays, {})), members);
});

// Read by NumPy, but no values of weights.
const notWeights = /^(strings|complex numbers|records|long doubles)$/;

for (const { what, base64, error, shape, dtype, elements } of arrayRecord('refused.json').npy) {
  const isRefused = error !== undefined || notWeights.test(what);
  test(`${what}: an array that is ${isRefused ? 'refused' : 'read as by NumPy'}`, () => {
    const file = new Uint8Array(Buffer.from(base64, 'base64'));
    if (isRefused) {
      const isFault = (raised) => raised.kind === 'ValueError' && /\ba\b/.test(raised.message);
      assert.throws(() => readNpy(file, 'a'), isFault);
      return;
    }
    const array = readNpy(file, 'a');
    assert.deepEqual({ shape: array.shape, dtype: array.dtype }, { shape, dtype });
    assert.equal(Buffer.from(array.bytes).toString('base64'), elements);
  });
}

test('the number of arrays in a list is that of the weights', async () => {
  const model = modelOf('sequential');
  await assert.rejects(
    model.loadWeights(arrayFile('list.npz')),
    (error) =>
      error instanceof ValueError &&
      /^You called `set_weights\(weights\)` on layer 'order' with a weight list of length \d+, but the layer was expecting \d+ weights\.$/.test(
        error.message,
      ),
  );
});

test('a single array is not a model, and an archive of arrays is not one either', async () => {
  const [member] = Object.values(unzipSync(arrayFile('list.npz')));
  await assert.rejects(modelOf('functional').loadWeights(member), /single array .* `numpy.savez`/);
  await assert.rejects(keras.loadModel(arrayFile('list.npz')), keras.KerasError);
  await assert.rejects(keras.loadModel(member), keras.KerasError);
});
