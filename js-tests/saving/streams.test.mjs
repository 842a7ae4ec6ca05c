// Saving to streams of the web and of Node, and to file handles: the same bytes as without, in blocks.
import assert from 'node:assert/strict';
import { createWriteStream, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { TransformStream, WritableStream } from 'node:stream/web';
import test from 'node:test';
import * as keras from '../support/keras.mjs';
import { withFolder } from '../support/saved_files.mjs';

const { Input, layers, loadModel, memory, saveModel, saveWeights, Sequential, ValueError } = keras;

const BLOCK = 2 ** 20;

// Some megabytes, so that a file has several blocks.
const model = new Sequential([
  new Input({ shape: [1000] }),
  new layers.Dense({ units: 900 }),
  new layers.Dense({ units: 10 }),
]);
const weightsOf = (each) => each.getWeights().map((weight) => weight.data());
const expected = weightsOf(model);

/** A stream of the web that keeps what it gets, and the bytes once it was closed. */
function collector(onWrite = () => undefined) {
  const seen = { blocks: [], closed: false, aborted: undefined };
  const stream = new WritableStream({
    async write(block) {
      seen.blocks.push(block);
      await onWrite(seen.blocks.length);
    },
    close: () => void (seen.closed = true),
    abort: (reason) => void (seen.aborted = reason),
  });
  return { stream, seen, bytes: () => new Uint8Array(Buffer.concat(seen.blocks)) };
}

test('a model that is saved to a stream of the web opens with the same weights', async () => {
  const { stream, seen, bytes } = collector();
  assert.equal(await model.save(stream), undefined);
  assert.equal(seen.closed, true);
  assert.ok(seen.blocks.length > 2);
  assert.ok(seen.blocks.every((block) => block.length <= BLOCK));
  assert.deepEqual(weightsOf(await loadModel(bytes())), expected);
});

for (const format of ['h5', 'onnx']) {
  test(`a stream gets the bytes of the format '${format}' that are returned without one`, async () => {
    const { stream, bytes } = collector();
    await saveModel(model, stream, { format });
    assert.deepEqual(bytes(), await saveModel(model, undefined, { format }));
  });
}

for (const format of ['weights.h5', 'safetensors']) {
  test(`a stream gets the bytes of the weights as '${format}' that are returned without one`, async () => {
    const { stream, bytes } = collector();
    await saveWeights(model, stream, { format });
    assert.deepEqual(bytes(), await saveWeights(model, undefined, { format }));
  });
}

test('a stream of an .npz file has its weights', async () => {
  const { stream, bytes } = collector();
  await model.saveWeights(stream, { format: 'npz' });
  const other = keras.cloneModel(model);
  await other.loadWeights(bytes());
  assert.deepEqual(weightsOf(other), expected);
});

test('a model is saved to a stream of Node, which is ended', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'model.keras');
    const stream = createWriteStream(path);
    await model.save(stream);
    assert.equal(stream.writableFinished, true);
    assert.deepEqual(weightsOf(await loadModel(path)), expected);
  });
});

test('a model travels through a response of a server', async () => {
  const server = createServer((_, response) => void model.save(response));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const address = `http://127.0.0.1:${server.address().port}/model.keras`;
    assert.deepEqual(weightsOf(await loadModel(address)), expected);
  } finally {
    server.close();
  }
});

test('a model travels through a transforming stream, which may keep blocks', async () => {
  const { readable, writable } = new TransformStream();
  const loading = loadModel(readable);
  await model.save(writable);
  assert.deepEqual(weightsOf(await loading), expected);
  const through = new PassThrough();
  const reading = loadModel(through);
  await model.save(through);
  assert.deepEqual(weightsOf(await reading), expected);
});

test('the name of a file handle decides on the format', async () => {
  for (const [name, magic] of [
    ['m.keras', 'PK'],
    ['m.h5', '\x89H'],
  ]) {
    const { stream, seen, bytes } = collector();
    await model.save({ name, createWritable: async () => stream });
    assert.equal(String.fromCharCode(...bytes().subarray(0, 2)), magic);
    assert.equal(seen.closed, true);
  }
  const handle = { name: 'm.txt', createWritable: () => assert.fail('it was opened') };
  await assert.rejects(model.save(handle), /Invalid filepath extension/);
});

test('a slow stream is waited for', async () => {
  let writing = 0;
  const { stream } = collector(async () => {
    assert.equal(++writing, 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    --writing;
  });
  await model.save(stream);
});

test('the weights are those of the call, whatever changes while the stream takes them', async () => {
  const changed = keras.cloneModel(model, { copyWeights: true });
  const { stream, bytes } = collector(() => {
    changed.setWeights(changed.getWeights().map((weight) => keras.ops.zerosLike(weight)));
  });
  await changed.save(stream);
  assert.deepEqual(weightsOf(await loadModel(bytes())), expected);
});

test('saving to a stream reports objects, then the bytes that were written', async () => {
  const { stream, bytes } = collector();
  const seen = [];
  await model.save(stream, { onProgress: (each) => seen.push(each) });
  assert.deepEqual([...new Set(seen.map(({ phase }) => phase))], ['weights', 'write']);
  const size = bytes().length;
  assert.deepEqual(seen.at(-1), { phase: 'write', loaded: size, total: size });
});

test('a signal stops saving in each phase, aborts the stream, and leaves nothing behind', async () => {
  const { handles } = memory();
  for (const phase of ['weights', 'write']) {
    const stopped = new AbortController();
    const reason = new Error(phase);
    const onProgress = (each) => each.phase === phase && stopped.abort(reason);
    const { stream, seen } = collector();
    const isReason = (error) => error === reason;
    await assert.rejects(model.save(stream, { signal: stopped.signal, onProgress }), isReason);
    assert.equal(seen.aborted, reason);
    assert.equal(seen.closed, false);
    const again = collector();
    await assert.rejects(model.saveWeights(again.stream, { signal: stopped.signal }), isReason);
    assert.equal(again.seen.aborted, reason);
  }
  assert.ok(memory().handles <= handles + 8);
});

test('the error of a stream of the web is raised', async () => {
  const broken = new Error('the disk is full');
  const { stream } = collector((count) => (count === 2 ? Promise.reject(broken) : undefined));
  await assert.rejects(model.save(stream), (error) => error === broken);
});

test('the error of a stream of Node is raised, and the stream destroyed', async () => {
  const broken = new Error('the disk is full');
  let count = 0;
  const stream = new Writable({ write: (_, __, done) => done(++count === 2 ? broken : null) });
  await assert.rejects(model.save(stream), (error) => error === broken);
  assert.equal(stream.destroyed, true);
  await assert.rejects(model.save(stream), /destroyed|closed/);
});

test('a stream that something else writes to is refused', async () => {
  const { stream } = collector();
  stream.getWriter();
  await assert.rejects(model.save(stream), TypeError);
});

test('what makes several files is refused before the stream is touched', async () => {
  const { stream, seen } = collector();
  const refused = (saving) =>
    assert.rejects(
      saving,
      (error) => error instanceof ValueError && /A stream takes one file/.test(error.message),
    );
  await refused(model.save(stream, { format: 'tfjs' }));
  await refused(model.save(stream, { format: 'onnx', externalData: true }));
  await refused(model.saveWeights(stream, { maxShardSize: 1 }));
  assert.deepEqual(seen, { blocks: [], closed: false, aborted: undefined });
  await model.save(stream);
  assert.equal(seen.closed, true);
});

test('a file that exists stays as it was when a stream to another one fails', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'model.keras');
    await model.save(path);
    const before = readFileSync(path);
    const missing = createWriteStream(join(folder, 'missing', 'model.keras'));
    await assert.rejects(model.save(missing), { code: 'ENOENT' });
    assert.deepEqual(readFileSync(path), before);
  });
});
