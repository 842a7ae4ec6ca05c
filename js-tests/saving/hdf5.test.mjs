// The HDF5 reader: it agrees with the HDF5 library on files that Keras wrote, and refuses damaged files.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { unzipSync } from 'fflate';
import { arraysOf, attributesOf, withFile } from '../support/hdf5.mjs';
import * as keras from '../support/keras.mjs';
import { Hdf5Reader } from '../../build/modules/saving/formats/hdf5/hdf5_reader.js';
import { arrayAt, openHdf5, openInPages, Unsupported } from '../support/hdf5_reader.mjs';

const fixtures = new URL('../fixtures/', import.meta.url);

/** The HDF5 file of a fixture: the file itself, or a member of the archive. */
function hdf5Of(path) {
  const bytes = new Uint8Array(readFileSync(new URL(path, fixtures)));
  return path.endsWith('.keras') ? unzipSync(bytes)['model.weights.h5'] : bytes;
}

const files = ['files', 'saving', 'custom', 'workflows'].flatMap((folder) =>
  readdirSync(new URL(folder, fixtures))
    .filter((name) => /\.(keras|h5)$/.test(name))
    .map((name) => `${folder}/${name}`),
);

/** Everything below a group, by path, as [shape, numbers]. */
async function walk(file, group = '', found = {}) {
  for (const name of await file.keys(group)) {
    const path = group ? `${group}/${name}` : name;
    if ((await file.keys(path)).length > 0) await walk(file, path, found);
    else {
      try {
        found[path] = await arrayAt(file, path);
      } catch (error) {
        if (error.kind !== 'KeyError') throw error; // an empty group
      }
    }
  }
  return found;
}

const arrayTypes = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int8: Int8Array,
  uint8: Uint8Array,
};

function numbers({ bytes, dtype }) {
  return [...new arrayTypes[dtype](bytes.slice().buffer)].map(Number);
}

test('the fixtures are found', () => assert.ok(files.length > 40));

for (const path of files) {
  test(`${path} is read as by the HDF5 library`, async () => {
    const bytes = hdf5Of(path);
    const file = await openHdf5(bytes);
    const found = await walk(file);
    const expected = arraysOf(bytes);
    assert.deepEqual(Object.keys(found).sort(), Object.keys(expected).sort());
    for (const [place, array] of Object.entries(found)) {
      assert.deepEqual([...array.shape], expected[place][0], place);
      if (array.dtype in arrayTypes) assert.deepEqual(numbers(array), expected[place][1], place);
    }
    for (const [name, value] of Object.entries(attributesOf(bytes))) {
      if (typeof value === 'string') assert.equal(await file.attribute('', name), value, name);
    }
    assert.deepEqual(await walk(await openInPages(bytes)), found);
  });
}

test('a file that shrinks while it is read is refused', async () => {
  const bytes = hdf5Of('files/functional.weights.h5');
  let size = bytes.length;
  const source = {
    size,
    read: async (start, end) => bytes.slice(start, Math.min(end, size)),
    close: async () => undefined,
  };
  const file = await Hdf5Reader.open(source, { page: 64, smallFile: 0 });
  size = 100;
  await assert.rejects(
    walk(file),
    /truncated file: it was cut short at byte \d+ while it was read/,
  );
});

test('a file in the middle of a larger buffer is read correctly', async () => {
  const bytes = hdf5Of('files/functional.weights.h5');
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const all = await walk(await openHdf5(bytes));
  assert.deepEqual(await walk(await openHdf5(shifted.subarray(3))), all);
});

test('names, strings and lists of strings of any length are read exactly', async () => {
  const names = Array.from({ length: 1000 }, (_, i) => `layer_${i}_ä`);
  const { bytes } = withFile(undefined, 'w', (file) => {
    const group = file.create_group('größe');
    for (const name of names) group.create_group(name);
    file.create_attribute('text', 'x'.repeat(20_000));
    file.create_attribute('list', names.slice(0, 100));
    file.create_attribute('nothing', new Float64Array(0), [0]);
    file.create_attribute('number', 3);
  });
  for (const open of [openHdf5, (all) => openInPages(all, 500)]) {
    const file = await open(bytes);
    assert.deepEqual((await file.keys('größe')).sort(), [...names].sort());
    for (const name of names) assert.ok(await file.has(`größe/${name}`));
    assert.ok(!(await file.has('größe/layer_1000_ä')));
    assert.equal(await file.attribute('', 'text'), 'x'.repeat(20_000));
    assert.deepEqual(await file.attribute('', 'list'), names.slice(0, 100));
    assert.deepEqual(await file.attribute('', 'nothing'), []);
    assert.equal(await file.attribute('', 'missing'), undefined);
    await assert.rejects(file.attribute('', 'number'), Unsupported);
  }
});

// A file that no version of Keras writes, with the weights of a Dense layer of 40 inputs and 30 units.
function unusualFile(kernel, bias, options) {
  return withFile(
    undefined,
    'w',
    (file) => {
      const vars = file.create_group('layers').create_group('dense').create_group('vars');
      vars.create_dataset({ name: '0', shape: [40, 30], ...kernel });
      vars.create_dataset({ name: '1', shape: [30], ...bias });
      file.create_group('vars');
    },
    options,
  ).bytes;
}

const denseOf40 = () =>
  new keras.Sequential([keras.Input({ shape: [40] }), new keras.layers.Dense({ units: 30 })]);

const kernel = Float32Array.from({ length: 1200 }, (_, i) => i / 8);
const bias = Float32Array.from({ length: 30 }, (_, i) => -i);
const chunked = { data: kernel, chunks: [20, 30], compression: 'gzip' };

for (const [what, ...parts] of [
  ['chunks and filters', chunked, { data: bias }],
  ['chunks of a newer format', chunked, { data: bias }, { libver: 'v108' }],
]) {
  test(`${what} are read`, async () => {
    const bytes = unusualFile(...parts);
    const model = denseOf40();
    await model.loadWeights(bytes);
    const [actual, actualBias] = model.getWeights();
    assert.deepEqual(actual.data(), kernel);
    assert.deepEqual(actualBias.data(), bias);
  });
}

test('big-endian numbers are read', async () => {
  const swapped = new Uint8Array(kernel.slice().buffer).map((_, i, all) => all[i ^ 3]);
  const bytes = unusualFile({ data: new Float32Array(swapped.buffer) }, { data: bias });
  const littleEndian = [0x11, 0x20, 0x1f, 0x00, 0x04];
  const at = bytes.findIndex((_, i) => littleEndian.every((byte, j) => bytes[i + j] === byte));
  bytes[at + 1] |= 1;
  const model = denseOf40();
  await model.loadWeights(bytes);
  assert.deepEqual(model.getWeights()[0].data(), kernel);
});

test('small groups of the newer format are read', async () => {
  const bytes = unusualFile({ data: kernel }, { data: bias }, { libver: 'v108' });
  const file = await openHdf5(bytes);
  assert.deepEqual(numbers(await arrayAt(file, 'layers/dense/vars/0')), [...kernel]);
  assert.deepEqual((await file.find('layers/dense/vars/1')).shape, [30]);
});

test('files that this package saves are read', async () => {
  const inputs = keras.Input({ shape: [2] });
  let x = inputs;
  for (let i = 0; i < 40; ++i) x = new keras.layers.Dense({ units: 2 }).apply(x);
  const saved = await keras.saveWeights(new keras.Model({ inputs, outputs: x }));
  assert.equal(Object.keys(await walk(await openHdf5(saved))).length, 80);
});

// --- Damage ---

/** Reproducible random numbers: xorshift. */
function randomNumbers(seed) {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Reads the whole file. Returns the kind of the error, if any. */
async function outcome(bytes) {
  try {
    const file = await openHdf5(bytes);
    await walkDamaged(file);
    for (const name of ['layer_names', 'model_config', 'keras_version'])
      await file.attribute('', name);
    return undefined;
  } catch (error) {
    if (error.kind !== undefined) return error.kind;
    throw error;
  }
}

// As walk(), but limited: in damaged files, groups may contain one another.
async function walkDamaged(file, group = '', left = { count: 2000 }) {
  for (const name of await file.keys(group)) {
    if (--left.count < 0) return;
    const path = group ? `${group}/${name}` : name;
    if ((await file.keys(path)).length > 0 && path.length < 200)
      await walkDamaged(file, path, left);
    else if (await file.has(path)) {
      try {
        await arrayAt(file, path);
      } catch (error) {
        if (error.kind !== 'KeyError') throw error;
      }
    }
  }
}

const whole = ['files/functional.weights.h5', 'files/legacy_compiled.h5'].map(hdf5Of);

test("a file truncated anywhere is refused with h5py's error", async () => {
  for (const bytes of whole) {
    const step = Math.max(1, Math.floor(bytes.length / 300));
    for (let size = 0; size < bytes.length; size += step) {
      await assert.rejects(
        openHdf5(bytes.slice(0, size)),
        (error) =>
          error.kind === 'OSError' &&
          error.message.startsWith('Unable to synchronously open file ('),
        `${size} bytes`,
      );
    }
  }
});

test('a garbled file raises a KerasError or is read in part', async () => {
  const random = randomNumbers(20261125);
  const seen = new Set();
  for (const bytes of whole) {
    // Every second time near the beginning, where more bytes are metadata.
    for (let round = 0; round < 1500; ++round) {
      const garbled = bytes.slice();
      for (let i = 0; i <= random(4); ++i) {
        const at = random(round % 2 ? Math.min(4096, bytes.length) : bytes.length);
        garbled[at] = [0, 0xff, random(256), garbled[at] ^ (1 << random(8))][random(4)];
      }
      seen.add(await outcome(garbled));
    }
  }
  assert.ok(seen.has('OSError') && seen.has(undefined), [...seen].join());
});

test('a cyclic tree of names is refused', async () => {
  const bytes = whole[0].slice();
  const view = new DataView(bytes.buffer);
  let trees = 0;
  for (let at = 0; at + 40 < bytes.length; ++at) {
    if (String.fromCharCode(...bytes.subarray(at, at + 4)) !== 'TREE') continue;
    ++trees;
    bytes[at + 5] = 1; // a level above
    view.setBigUint64(at + 32, BigInt(at), true);
  }
  assert.ok(trees > 0);
  await assert.rejects(
    openHdf5(bytes).then((file) => walk(file)),
    /truncated or damaged file: cannot read .*not in order/,
  );
});

test('a heap of strings that claims to be larger than the file is refused', async () => {
  const bytes = whole[1].slice();
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 16 < bytes.length; ++at) {
    if (String.fromCharCode(...bytes.subarray(at, at + 4)) === 'GCOL')
      view.setBigUint64(at + 8, 1n << 40n, true);
  }
  const file = await openHdf5(bytes);
  await assert.rejects(file.attribute('', 'model_config'), /damaged file/);
});
