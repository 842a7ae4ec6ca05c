// Every kind of source, and archives with unusual layouts.
import assert from 'node:assert/strict';
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { strToU8, unzipSync, zipSync } from 'fflate';
import {
  KerasTypeError,
  layers,
  loadModel,
  memory,
  Input,
  Sequential,
  tensor,
  ValueError,
} from '../support/keras.mjs';

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
  'a Buffer of Node': () => readFileSync(path),
  'a DataView': () => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  'shared memory': () => {
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    return shared;
  },
  'bytes of another realm': () => runInNewContext('Uint8Array.from(bytes)', { bytes: [...bytes] }),
  'a buffer of another realm': () =>
    runInNewContext('Uint8Array.from(bytes).buffer', { bytes: [...bytes] }),
  'a stream of the web': () => new Blob([bytes]).stream(),
  'a stream of Node': () => createReadStream(path),
  'parts that arrive over time': async function* () {
    for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
  },
  'a file handle of a browser': () => ({ getFile: async () => new File([bytes], 'model.keras') }),
  'a list of one File': () => [new File([bytes], 'model.keras')],
  'a Request': () =>
    new Request(`data:application/zip;base64,${Buffer.from(bytes).toString('base64')}`),
  'a data URL': () => `data:application/zip;base64,${Buffer.from(bytes).toString('base64')}`,
};
for (const [name, source] of Object.entries(sources)) {
  test(`a model loads from ${name} with the same weights`, async () => {
    assert.deepEqual(weightsOf(await loadModel(source())), expected);
  });
}

test('an archive with a comment at its end loads', async () => {
  const comment = strToU8('written by somebody who says PK\u0005\u0006 in comments');
  const commented = new Uint8Array(bytes.length + comment.length);
  commented.set(bytes);
  commented.set(comment, bytes.length);
  new DataView(commented.buffer).setUint16(bytes.length - 2, comment.length, true);
  assert.deepEqual(weightsOf(await loadModel(commented)), expected);
});

test('an archive with folders and extra fields loads', async () => {
  const members = unzipSync(bytes);
  const archive = { 'assets/': new Uint8Array(0) };
  for (const [name, content] of Object.entries(members))
    archive[name] = [content, { level: 0, extra: { 0x5455: new Uint8Array(13) } }];
  assert.deepEqual(weightsOf(await loadModel(zipSync(archive))), expected);
});

test('the error for a member beyond the end of the file names the file', async () => {
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

test('a file is closed after loading and after an error', async () => {
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

test("a model loaded from a Node Buffer is saved again with its optimizer's state", async () => {
  const file = fileURLToPath(new URL('../fixtures/files/compiled.keras', import.meta.url));
  for (const ending of ['keras', 'h5']) {
    const saved = await (await loadModel(readFileSync(file))).save(undefined, { format: ending });
    assert.deepEqual(
      weightsOf(await loadModel(Buffer.from(saved))),
      weightsOf(await loadModel(file)),
    );
  }
});

// --- Values that are not sources ---

const wrong = {
  'a promise': [() => Promise.resolve(bytes), /Received: Promise; wait for it first: `await`/],
  'an array of numbers': [() => [80, 75], /Received: Array; .*Uint8Array.from\(array\)/],
  'a config': [() => ({ class_name: 'Sequential' }), /an object|Object; `modelFromJson/],
  'a stream of strings': [
    () => createReadStream(path, 'latin1'),
    /a stream of bytes\. It gave: string/,
  ],
  nothing: [() => undefined, /Received: undefined\./],
  null: [() => null, /Received: null\./],
  'a number': [() => 3, /Received: 3\./],
};
for (const [name, [source, pattern]] of Object.entries(wrong)) {
  test(`${name} is refused with a description and advice`, async () => {
    const given = source();
    await assert.rejects(loadModel(given), (error) => {
      assert.ok(error instanceof KerasTypeError, `${error}`);
      assert.match(error.message, pattern);
      return true;
    });
    given?.destroy?.();
  });
}

const html = '<!DOCTYPE html><html><body>404</body></html>';
const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
const json = JSON.stringify({ class_name: 'Sequential', config: { layers: [] } });
const texts = {
  'a web page': [html, /it is a web page/],
  'a Git LFS pointer': [pointer, /it is a Git LFS pointer.*git lfs pull/],
  JSON: [json, /it is JSON: `modelFromJson`/],
};
for (const [name, [text, pattern]] of Object.entries(texts)) {
  test(`${name} is recognized in bytes, files and strings`, async () => {
    const refused = (source) =>
      assert.rejects(loadModel(source), (error) => {
        assert.ok(error instanceof ValueError, `${error}`);
        assert.match(error.message, pattern);
        assert.ok(error.message.length < 1000);
        return true;
      });
    await refused(strToU8(text));
    await refused(new File([text], 'model.keras'));
    await refused(text);
    await refused(text.padEnd(1_000_000));
    await inFile(text, refused);
  });
}

test('progress of a stream and of an address counts bytes, and a signal ends both', async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.end(bytes);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${server.address().port}/model.keras`;
  try {
    for (const [source, total] of [
      [() => address, bytes.length],
      [() => new Request(address), bytes.length],
      [() => new Blob([bytes]).stream(), undefined],
    ]) {
      const downloads = [];
      const onProgress = (each) => each.phase === 'download' && downloads.push(each);
      assert.deepEqual(weightsOf(await loadModel(source(), { onProgress })), expected);
      assert.deepEqual(downloads.at(-1), { phase: 'download', loaded: bytes.length, total });
      const reason = new Error('enough');
      const stopped = new AbortController();
      const stop = ({ phase }) => phase === 'download' && stopped.abort(reason);
      const { signal } = stopped;
      const isReason = (error) => error === reason;
      await assert.rejects(loadModel(source(), { signal, onProgress: stop }), isReason);
      await assert.rejects(loadModel(source(), { signal }), isReason);
    }
  } finally {
    server.close();
  }
});

test('a signal stops loading between layers and leaves nothing behind', async () => {
  const before = memory();
  for (const phase of ['config', 'weights']) {
    const stopped = new AbortController();
    const reason = new Error(phase);
    const onProgress = (each) => each.phase === phase && stopped.abort(reason);
    const { signal } = stopped;
    const isReason = (error) => error === reason;
    await assert.rejects(loadModel(bytes, { signal, onProgress }), isReason);
  }
  assert.deepEqual(memory().handles, before.handles);
  const model = await loadModel(bytes);
  const signal = AbortSignal.abort(new Error('never'));
  await assert.rejects(model.loadWeights(bytes, { signal }), /never/);
});

test('the error for an address that cannot be fetched has the status or the reason', async () => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/page.h5' ? 200 : 404);
    response.end(html);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${server.address().port}`;
  try {
    await assert.rejects(
      loadModel(`${address}/model.keras?v=2`),
      (error) =>
        error instanceof ValueError &&
        /^Could not fetch http.*model\.keras\?v=2: HTTP status 404 Not Found\./.test(error.message),
    );
    await assert.rejects(loadModel(await fetch(`${address}/x`)), /HTTP status 404/);
    await assert.rejects(loadModel(`${address}/page.h5`), /it is a web page/);
    const read = await fetch(`${address}/page.h5`);
    await read.text();
    await assert.rejects(loadModel(read), /was read already/);
  } finally {
    server.close();
  }
  await assert.rejects(
    loadModel(new URL('http://nowhere.invalid/model.keras')),
    (error) =>
      error instanceof ValueError &&
      /^Could not fetch http:\/\/nowhere\.invalid\/model\.keras: .*(ENOTFOUND|EAI_AGAIN)/.test(
        error.message,
      ),
  );
});

test('the error for a folder says that it is a folder', async () => {
  await assert.rejects(loadModel(fileURLToPath(new URL('.', import.meta.url))), /is a folder/);
});

test('shards are read only from the folder of their index', async () => {
  const model = await loadModel(bytes);
  for (const name of ['../x.weights.h5', '/etc/passwd', 'a\\b.h5', '', 3, null]) {
    const index = strToU8(JSON.stringify({ metadata: {}, weight_map: { '/vars': name } }));
    await assert.rejects(
      model.loadWeights({ 'x.weights.json': index, '/etc/passwd': bytes }),
      (error) => error instanceof ValueError && /files beside it/.test(error.message),
    );
  }
});
