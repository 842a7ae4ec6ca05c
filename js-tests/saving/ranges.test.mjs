// openModel() of addresses: where the server sends ranges, only what states the model is downloaded.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import * as K from '../support/keras.mjs';

const { Input, layers, loadModel, openModel, Sequential, ValueError } = K;

const model = new Sequential([
  new Input({ shape: [1000] }),
  new layers.Dense({ units: 2000, name: 'wide' }),
  new layers.Dense({ units: 10, name: 'last' }),
]);
const weightsOf = (each) => each.getWeights().map((weight) => weight.data());
const expected = weightsOf(model);
const files = {
  'model.keras': await model.save(),
  'model.h5': await model.save(undefined, { format: 'h5' }),
  'small.keras': readFileSync(new URL('../fixtures/files/functional.keras', import.meta.url)),
};

/** Runs `use` with the address of a server of the files and with what it has sent: { requests, bytes }. */
async function withServer(settings, use) {
  const sent = { requests: [], bytes: 0 };
  const given = { etag: '"1"', ranges: true, encode: false, ...settings, sent };
  const server = createServer((request, response) => answer(request, response, given));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${server.address().port}/`, sent, given);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function answer({ method, url, headers }, response, given) {
  const { sent } = given;
  const range = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '');
  sent.requests.push({ method, range: headers.range });
  const send = (status, body, more = {}) => {
    sent.bytes += body.length;
    response.writeHead(status, { etag: given.etag, 'content-length': body.length, ...more });
    response.end(body);
  };
  const file = files[url.slice(1)];
  if (!file) return send(404, Buffer.from('nothing'));
  if (given.refuses && headers.range) return response.destroy();
  if (!range || !given.ranges) return send(200, file);
  const [start, end] = [Number(range[1]), Math.min(file.length, Number(range[2]) + 1)];
  const part = file.subarray(start, end);
  const contentRange = given.hides
    ? {}
    : { 'content-range': `bytes ${start}-${end - 1}/${file.length}` };
  if (given.encode)
    return send(206, gzipSync(part), { ...contentRange, 'content-encoding': 'gzip' });
  send(206, part, contentRange);
}

for (const name of ['model.keras', 'model.h5']) {
  test(`of ${name} on a server only the parts that state the model are downloaded before its weights`, async () => {
    await withServer({}, async (address, sent) => {
      const file = await openModel(address + name);
      assert.deepEqual(
        file.layers.map(({ name }) => name),
        ['input_layer', 'wide', 'last'],
      );
      assert.equal(file.config.class_name, 'Sequential');
      assert.equal(file.metadata.keras_version, '3.15.1');
      assert.ok(sent.bytes < 400_000, `${sent.bytes} of ${files[name].length} bytes`);
      assert.ok(sent.requests.length <= 4, JSON.stringify(sent.requests));
      assert.ok(sent.requests.every(({ range }) => range !== undefined));
      const before = sent.bytes;
      assert.deepEqual(weightsOf(await file.load()), expected);
      assert.equal(sent.bytes - before, files[name].length);
      assert.deepEqual(weightsOf(await file.load()), expected);
      assert.equal(sent.bytes - before, files[name].length);
      await file.dispose();
    });
  });
}

test('a file that one range covers is requested once', async () => {
  await withServer({}, async (address, sent) => {
    const file = await openModel(address + 'small.keras');
    assert.deepEqual(sent.requests, [{ method: 'GET', range: 'bytes=0-65535' }]);
    await file.dispose();
  });
});

test('a Request is read in ranges, with its headers', async () => {
  const seen = [];
  const server = createServer((request, response) => {
    seen.push(request.headers['x-key']);
    answer(request, response, { ranges: true, etag: '"1"', sent: { requests: [] } });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${server.address().port}/model.keras`;
  const file = await openModel(new Request(address, { headers: { 'x-key': 'a' } }));
  assert.deepEqual(weightsOf(await file.load()), expected);
  assert.ok(seen.length > 2 && seen.every((key) => key === 'a'));
  server.closeAllConnections();
  server.close();
});

for (const [what, settings] of Object.entries({
  'sends whole files': { ranges: false },
  'does not show which range it sends': { hides: true },
  'compresses ranges': { encode: true },
  'ends connections that ask for ranges': { refuses: true },
})) {
  test(`a file of a server that ${what} is downloaded as a whole`, async () => {
    await withServer(settings, async (address) => {
      const file = await openModel(address + 'model.keras');
      assert.deepEqual(weightsOf(await file.load()), expected);
      await file.dispose();
    });
  });
}

test('a file that changes after it was opened is refused', async () => {
  const isChanged = (error) =>
    error instanceof ValueError && /changed after it was/.test(error.message);
  await withServer({}, async (address) => {
    const file = await openModel(address + 'model.keras');
    const original = files['model.keras'];
    try {
      files['model.keras'] = original.subarray(0, -1);
      await assert.rejects(file.load(), isChanged);
      files['model.keras'] = original;
      assert.deepEqual(weightsOf(await file.load()), expected);
    } finally {
      files['model.keras'] = original;
    }
    await file.dispose();
  });
  // Between two ranges of one call.
  const changing = { ranges: true, sent: { requests: [] } };
  let version = 0;
  const server = createServer((request, response) =>
    answer(request, response, { ...changing, etag: `"${++version}"` }),
  );
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${server.address().port}/model.keras`;
  await assert.rejects(openModel(address), isChanged);
  server.closeAllConnections();
  server.close();
});

test('the status of an address without a file is in the error', async () => {
  await withServer({}, async (address) => {
    await assert.rejects(openModel(address + 'none.keras'), /HTTP status 404/);
  });
});

test('the progress and the signal of load() are those of its download', async () => {
  await withServer({}, async (address) => {
    const file = await openModel(address + 'model.keras', { onProgress: () => assert.fail() });
    const size = files['model.keras'].length;
    const reason = new Error('enough');
    const stopped = new AbortController();
    await assert.rejects(
      file.load({ signal: stopped.signal, onProgress: () => stopped.abort(reason) }),
      (error) => error === reason,
    );
    const seen = [];
    await file.load({ onProgress: (each) => seen.push(each) });
    const downloads = seen.filter(({ phase }) => phase === 'download');
    assert.deepEqual(downloads.at(-1), { phase: 'download', loaded: size, total: size });
    assert.deepEqual(
      [...new Set(seen.map(({ phase }) => phase))],
      ['download', 'config', 'weights'],
    );
    await file.dispose();
  });
});

test('calls of load() at the same time load one after another, each with its own progress', async () => {
  await withServer({}, async (address, sent) => {
    const file = await openModel(address + 'model.keras');
    const seen = [[], []];
    const loaded = await Promise.all(
      seen.map((own) => file.load({ onProgress: ({ phase }) => own.push(phase) })),
    );
    for (const each of loaded) assert.deepEqual(weightsOf(each), expected);
    assert.ok(seen[0].includes('download'));
    assert.ok(!seen[1].includes('download') && seen[1].includes('weights'));
    assert.equal(sent.requests.filter(({ range }) => range === undefined).length, 1);
    await file.dispose();
  });
});

test('loadModel downloads an address with one request', async () => {
  await withServer({}, async (address, sent) => {
    assert.deepEqual(weightsOf(await loadModel(address + 'model.keras')), expected);
    assert.deepEqual(sent.requests, [{ method: 'GET', range: undefined }]);
  });
});
