// One file opened from every kind of source, and archives whose members do not simply lie one after the other.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { layers, loadModel, Input, Sequential, tensor, ValueError } from '../support/keras.mjs';

const path = fileURLToPath(new URL('../fixtures/files/functional.keras', import.meta.url));
const bytes = new Uint8Array(readFileSync(path));
const weightsOf = (model) => model.getWeights().map((weight) => weight.array());
const expected = weightsOf(await loadModel(bytes));

function inFile(content, use) {
  const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-'));
  const file = join(folder, 'model.keras');
  writeFileSync(file, content);
  return use(file).finally(() => rmSync(folder, { recursive: true }));
}

const sources = {
  'a path': () => path,
  'a file URL': () => pathToFileURL(path),
  'a Blob': () => new Blob([bytes]),
  'a File': () => new File([bytes], 'model.keras'),
  'a Response': () => new Response(bytes),
  'an ArrayBuffer': () => bytes.buffer,
  'a part of a larger buffer': () => {
    const larger = new Uint8Array(bytes.length + 20);
    larger.set(bytes, 10);
    return larger.subarray(10, 10 + bytes.length);
  },
};
for (const [name, source] of Object.entries(sources)) {
  test(`a model opens from ${name} with the same weights`, async () => {
    assert.deepEqual(weightsOf(await loadModel(source())), expected);
  });
}

test('an archive with a comment at its end opens', async () => {
  const comment = strToU8('written by somebody who says PK\u0005\u0006 in comments');
  const commented = new Uint8Array(bytes.length + comment.length);
  commented.set(bytes);
  commented.set(comment, bytes.length);
  new DataView(commented.buffer).setUint16(bytes.length - 2, comment.length, true);
  assert.deepEqual(weightsOf(await loadModel(commented)), expected);
});

test('an archive with folders and extra fields opens', async () => {
  const members = unzipSync(bytes);
  const archive = { 'assets/': new Uint8Array(0) };
  for (const [name, content] of Object.entries(members))
    archive[name] = [content, { level: 0, extra: { 0x5455: new Uint8Array(13) } }];
  assert.deepEqual(weightsOf(await loadModel(zipSync(archive))), expected);
});

test('a member that lies beyond the end of the file is refused with the name of the file', async () => {
  const at = bytes.findLastIndex(
    (_, i) => bytes[i] === 0x50 && bytes[i + 1] === 0x4b && bytes[i + 2] === 1,
  );
  const broken = bytes.slice();
  new DataView(broken.buffer).setUint32(at + 42, bytes.length + 1000, true);
  await inFile(broken, (file) =>
    assert.rejects(loadModel(file), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /model\.keras/);
      return true;
    }),
  );
});

test('a file is closed after its model was opened, and after it was refused', async () => {
  const model = new Sequential([Input({ shape: [2] }), new layers.Dense({ units: 1 })]);
  const open = () => process.getActiveResourcesInfo().filter((name) => /FILE|File/.test(name));
  const before = open();
  await inFile(await model.save(), async (file) => {
    const again = await loadModel(file);
    assert.deepEqual(
      again.predict(tensor([[1, 2]])).array(),
      model.predict(tensor([[1, 2]])).array(),
    );
  });
  await inFile(strToU8('no zip at all'), (file) => assert.rejects(loadModel(file), ValueError));
  assert.deepEqual(open(), before);
});
