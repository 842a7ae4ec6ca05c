// openModel(): what a file states of its model, before any weight is read.
import assert from 'node:assert/strict';
import { closeSync, openAsBlob, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import * as K from '../support/keras.mjs';
import { fileOfNewerKeras } from '../support/newer_keras.mjs';
import { withFolder } from '../support/saved_files.mjs';

const fixtures = new URL('../fixtures/', import.meta.url);
const pathOf = (name) => fileURLToPath(new URL(name, fixtures));
const values = (model) => model.getWeights().map((weight) => weight.array());

test('a .keras file states its config, layers and metadata, and loads on demand', async () => {
  const path = pathOf('files/nested.keras');
  const whole = await K.loadModel(path);
  const file = await K.openModel(path);
  assert.ok(file instanceof K.OpenedModel);
  assert.equal(file.format, 'keras');
  assert.equal(file.metadata.keras_version, '3.15.1');
  assert.equal(file.config.class_name, 'Functional');
  const names = (layers) =>
    layers.map(({ name, className, layers: inner }) => [
      name,
      className,
      ...(inner ? [names(inner)] : []),
    ]);
  const ofModel = (model) =>
    model.layers.map((layer) => [
      layer.name,
      layer.constructor.className,
      ...(layer instanceof K.Model ? [ofModel(layer)] : []),
    ]);
  assert.deepEqual(names(file.layers), ofModel(whole));
  const [first, second] = [await file.load(), await file.load()];
  assert.notEqual(first, second);
  assert.deepEqual(values(first), values(whole));
  assert.deepEqual(values(second), values(whole));
  await file.dispose();
  await file.dispose();
  await assert.rejects(
    file.load(),
    (error) => error instanceof K.ValueError && /closed/.test(error.message),
  );
  assert.deepEqual(values(first), values(whole));
});

test('legacy files and models of TensorFlow.js open in the same way', async () => {
  const bytes = new Uint8Array(gunzipSync(readFileSync(pathOf('legacy/tf-2.15/nested.h5.gz'))));
  const legacy = await K.openModel(bytes);
  assert.equal(legacy.format, 'h5');
  assert.equal(legacy.metadata.keras_version, '2.15.0');
  const [first, second] = [await legacy.load(), await legacy.load()];
  assert.deepEqual(values(first), values(second));
  await legacy.dispose();
  const tfjs = await K.openModel(pathOf('tfjs/tfjs_dense'));
  assert.equal(tfjs.format, 'tfjs');
  assert.equal(tfjs.metadata.generatedBy, 'TensorFlow.js tfjs-layers v4.22.0');
  assert.deepEqual(
    tfjs.layers.map(({ className }) => className),
    ['Dense', 'BatchNormalization', 'Dropout', 'LeakyReLU', 'Dense'],
  );
  assert.equal((await tfjs.load()).layers.length, 5);
  await tfjs.dispose();
});

test('the config of a model that cannot be revived is readable', async () => {
  const bytes = fileOfNewerKeras(readFileSync(pathOf('saving/missing_builtins.keras')));
  const file = await K.openModel(bytes);
  const { unknown } = await file.load().catch((error) => error);
  assert.ok(unknown.length > 0);
  const text = JSON.stringify(file.config);
  for (const { className } of unknown) assert.ok(text.includes(`"class_name":"${className}"`));
  assert.ok(file.layers.length > 0);
  const model = await K.openModel(pathOf('files/functional.keras'));
  assert.equal((await model.load({ onProgress: () => undefined })).name, model.config.config.name);
  await assert.rejects(model.load({ nothing: 1 }), /unexpected keyword argument 'nothing'/);
  await Promise.all([file.dispose(), model.dispose()]);
});

/** A `.keras` file of 2 GB: the archive of a small model whose weights are followed by a hole. */
function largeFile(path, original) {
  const { directory, end, weights } = layoutOf(original);
  const more = 2 ** 31;
  const grown = Buffer.from(original.subarray(directory, original.length));
  for (const at of [weights.entry + 20, weights.entry + 24])
    grown.writeUInt32LE(original.readUInt32LE(directory + at) + more, at);
  grown.writeUInt32LE(directory + more, end - directory + 16);
  const file = openSync(path, 'w');
  const start = Buffer.from(original.subarray(0, directory));
  for (const at of [weights.offset + 18, weights.offset + 22])
    start.writeUInt32LE(start.readUInt32LE(at) + more, at);
  writeSync(file, start, 0, directory, 0);
  truncateSync(path, directory + more);
  writeSync(file, grown, 0, grown.length, directory + more);
  closeSync(file);
}

// Where the directory of an archive is, and its last member, model.weights.h5.
function layoutOf(bytes) {
  const end = bytes.length - 22;
  const directory = bytes.readUInt32LE(end + 16);
  const entry = bytes.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1')) - directory;
  const name = bytes.toString(
    'latin1',
    directory + entry + 46,
    directory + entry + 46 + bytes.readUInt16LE(directory + entry + 28),
  );
  assert.equal(name, 'model.weights.h5');
  return { end, directory, weights: { entry, offset: bytes.readUInt32LE(directory + entry + 42) } };
}

test('of a file of 2 GB, on disk or as a Blob, only what states the model is read', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'large.keras');
    const original = readFileSync(pathOf('files/functional.keras'));
    const { layers } = await K.openModel(new Uint8Array(original));
    largeFile(path, original);
    for (const source of [path, await openAsBlob(path)]) {
      const before = process.memoryUsage().arrayBuffers;
      const file = await K.openModel(source);
      assert.deepEqual(file.layers, layers);
      assert.ok(process.memoryUsage().arrayBuffers - before < 10_000_000);
      await file.dispose();
    }
  });
});

test('an opened file that is not a model is closed', async () => {
  const openFiles = () => process.getActiveResourcesInfo().filter((name) => /FILE|File/.test(name));
  const before = openFiles();
  await assert.rejects(K.openModel(new TextEncoder().encode('no model')), K.ValueError);
  await assert.rejects(
    K.openModel(pathOf('files/functional.keras'), { maxConfigBytes: 10 }),
    /maxConfigBytes/,
  );
  assert.deepEqual(openFiles(), before);
});
