// HDF5 files as h5py lays them out (tools/fixtures/make_hdf5.py): the reader reads all layouts, and the writer writes the
// default one.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { unzipSync } from 'fflate';
import { arraysOf, attributesOf } from '../support/hdf5.mjs';
import { arrayAt, openHdf5, openInPages, Unsupported } from '../support/hdf5_reader.mjs';
import { structureOf } from '../support/hdf5_structure.mjs';
import { Hdf5Writer } from '../../build/modules/saving/formats/hdf5/hdf5_writer.js';

const archive = new URL('../fixtures/hdf5/layouts.zip', import.meta.url);
const files = unzipSync(new Uint8Array(readFileSync(archive)));
const contents = JSON.parse(new TextDecoder().decode(files['contents.json']));

const refused = {
  scaleoffset: /uses the filter scaleoffset, which is not supported/,
  'one axis that grows': /uses chunks along an axis that may grow, in the newer format/,
};

const base64 = (bytes) => Buffer.from(bytes).toString('base64');

/** Asserts that the file has the arrays and strings that h5py reads. */
async function assertContent(bytes, { arrays, attributes }, open = openHdf5) {
  const reader = await open(bytes);
  for (const [path, { shape, base64: data }] of Object.entries(arrays)) {
    const found = await arrayAt(reader, path);
    assert.deepEqual([...found.shape], shape, path);
    assert.equal(base64(found.bytes), data, path);
  }
  for (const [place, value] of Object.entries(attributes)) {
    const [group, name] = place.split('@');
    if (!(group in arrays)) assert.deepEqual(await reader.attribute(group, name), value, place);
  }
}

test('the files are found', () => assert.ok(Object.keys(contents).length > 30));

for (const [name, content] of Object.entries(contents)) {
  if (name in refused)
    test(`${name}: refused with the reason`, async () => {
      const isRefused = (error) => error instanceof Unsupported && refused[name].test(error);
      await assert.rejects(assertContent(files[name], content), isRefused);
    });
  else
    test(`${name}: read as by h5py, from memory and in pages`, async () => {
      await assertContent(files[name], content);
      await assertContent(files[name], content, openInPages);
    });
}

test('a compressed chunk with a changed byte is refused', async () => {
  for (const name of ['gzip', 'fletcher32', 'shuffle, lzf and fletcher32']) {
    const whole = files[name];
    let found = 0;
    for (let at = 2048; at < whole.length; at += 7) {
      const bytes = whole.slice();
      bytes[at] ^= 0x10;
      try {
        await assertContent(bytes, contents[name]);
      } catch (error) {
        if (error.code === 'ERR_ASSERTION' && /shape|Expected values/.test(error.message))
          throw error;
        if (/checksum|decompressed|cut short|too (long|short)|before it/.test(error.message))
          ++found;
      }
    }
    assert.ok(found > 5, `${name}: ${found}`);
  }
});

// --- Writing ---

const numpyNames = { uint8: 'bool' };
const bytes = (text) => new TextEncoder().encode(text);

/** The content of `default.h5`, written by this package. */
async function rewritten() {
  const { arrays, attributes } = contents.default;
  const writer = new Hdf5Writer();
  const parts = new Map();
  for (const [place, value] of Object.entries(attributes)) {
    const [group, name] = place.split('@');
    if (group in arrays) continue; // `dtype` of bfloat16
    const split = /^(weight_names)\d+$/.exec(name);
    if (split) parts.set(split[1], [...(parts.get(split[1]) ?? []), ...value]);
    else writer.attribute(group, name, name === 'model_config' ? bytes(value) : value);
  }
  for (const [name, list] of parts) writer.attribute('', name, list);
  for (const [path, { dtype, shape, base64: data }] of Object.entries(arrays)) {
    const kept = numpyNames[dtype] === undefined || !path.endsWith('/bool') ? dtype : 'bool';
    writer.write(path, {
      shape,
      dtype: path.endsWith('/bfloat16') ? 'bfloat16' : kept,
      bytes: new Uint8Array(Buffer.from(data, 'base64')),
    });
  }
  return writer.finish().join();
}

test('a written file has what h5py stores: types, shapes, storage, attributes', async () => {
  const written = structureOf(await rewritten());
  const expected = structureOf(files.default);
  assert.deepEqual(Object.keys(written), Object.keys(expected));
  for (const [path, messages] of Object.entries(expected))
    assert.deepEqual(written[path], messages, path);
});

test('a written file is read by this reader and by the HDF5 library', async () => {
  const file = await rewritten();
  await assertContent(file, contents.default);
  assert.deepEqual(arraysOf(file), arraysOf(files.default));
  for (const group of ['/', '/many', '/many/layer_30'])
    assert.deepEqual(attributesOf(file, group), attributesOf(files.default, group));
});

test('a written file is not larger than the one of h5py', async () => {
  assert.ok((await rewritten()).length <= files.default.length);
});

test('a name that is taken is refused as by h5py', () => {
  const writer = new Hdf5Writer();
  const array = { shape: [], dtype: 'uint8', bytes: Uint8Array.of(1) };
  writer.write('a/b', array);
  assert.throws(() => writer.write('a/b', array), /create dataset \(name already exists\)/);
  assert.throws(() => writer.write('a/b/c', array), /create group \(name already exists\)/);
  assert.throws(() => writer.write('a', array), /create dataset \(name already exists\)/);
});

test("a name of more than 64,512 bytes is refused with Keras's error", () => {
  const writer = new Hdf5Writer();
  writer.attribute('', 'layer_names', ['x'.repeat(64_513)]);
  assert.throws(
    () => writer.finish(),
    (error) => {
      assert.equal(error.kind, 'RuntimeError');
      assert.match(error.message, /^The following attributes cannot be saved to HDF5 file because/);
      return true;
    },
  );
});
