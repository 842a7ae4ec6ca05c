// Following and stopping what takes long: progress and signals of saving, and downloads that are kept.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import * as keras from '../support/keras.mjs';
import { withFolder } from '../support/saved_files.mjs';
import { warningsOf } from '../support/warnings.mjs';

const { Input, layers, loadModel, memory, openModel, Sequential, ValueError } = keras;

const makeModel = () =>
  new Sequential([
    new Input({ shape: [3] }),
    new layers.Dense({ units: 4 }),
    new layers.Dense({ units: 2 }),
  ]);
const weightsOf = (model) => model.getWeights().map((weight) => weight.array());

// --- Saving ---

const saves = {
  'a .keras file': ['m.keras', (model, path, options) => model.save(path, options)],
  'a legacy .h5 file': ['m.h5', (model, path, options) => model.save(path, options)],
  'an ONNX file': ['m.onnx', (model, path, options) => model.save(path, options)],
  'a .weights.h5 file': [
    'm.weights.h5',
    (model, path, options) => model.saveWeights(path, options),
  ],
  'a .safetensors file': [
    'm.safetensors',
    (model, path, options) => model.saveWeights(path, options),
  ],
  shards: [
    'm.weights.json',
    (model, path, options) => model.saveWeights(path, { ...options, maxShardSize: 1 }),
  ],
};

for (const [what, [name, save]] of Object.entries(saves)) {
  test(`saving ${what} reports its weights, then the bytes it writes`, async () => {
    await withFolder(async (folder) => {
      const seen = [];
      await save(makeModel(), join(folder, name), { onProgress: (each) => seen.push(each) });
      const phases = [...new Set(seen.map(({ phase }) => phase))];
      assert.deepEqual(phases, ['weights', 'write']);
      for (const phase of phases) {
        const last = seen.findLast((each) => each.phase === phase);
        assert.equal(last.loaded, last.total);
      }
      const size = readdirSync(folder).reduce(
        (sum, each) => sum + readFileSync(join(folder, each)).length,
        0,
      );
      assert.equal(seen.at(-1).total, size);
    });
  });

  test(`a signal stops saving ${what} in each phase, and no file is left`, async () => {
    await withFolder(async (folder) => {
      const model = makeModel();
      const { handles } = memory();
      for (const phase of ['weights', 'write']) {
        const stopped = new AbortController();
        const reason = new Error(phase);
        const onProgress = (each) => each.phase === phase && stopped.abort(reason);
        const { signal } = stopped;
        const isReason = (error) => error === reason;
        await assert.rejects(save(model, join(folder, name), { signal, onProgress }), isReason);
        await assert.rejects(save(model, join(folder, name), { signal }), isReason);
        assert.deepEqual(readdirSync(folder), []);
      }
      assert.ok(memory().handles <= handles + 8);
    });
  });
}

test('a .keras file reports each object of the model', async () => {
  const seen = [];
  await makeModel().save(undefined, { onProgress: (each) => seen.push(each) });
  const totals = new Set(seen.map(({ total }) => total));
  assert.equal(totals.size, 1);
  assert.deepEqual(
    seen.map(({ loaded }) => loaded),
    seen.map((_, i) => i + 1),
  );
  assert.ok(seen.length >= 2);
});

test('an existing file stays as it was when a signal stops its replacement', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'm.keras');
    const before = await makeModel().save(path);
    const stopped = new AbortController();
    const onProgress = ({ phase }) => phase === 'write' && stopped.abort();
    await assert.rejects(makeModel().save(path, { signal: stopped.signal, onProgress }));
    assert.deepEqual(new Uint8Array(readFileSync(path)), before);
    assert.deepEqual(readdirSync(folder), ['m.keras']);
  });
});

test('an error of onProgress ends saving', async () => {
  const failing = () => {
    throw new TypeError('mine');
  };
  await assert.rejects(makeModel().save(undefined, { onProgress: failing }), /mine/);
  await assert.rejects(makeModel().saveWeights(undefined, { onProgress: failing }), /mine/);
});

// --- Downloads that are kept ---

const cacheFolder = mkdtempSync(join(tmpdir(), 'keras-wasm-cache-'));
const outer = process.env.XDG_CACHE_HOME;
process.env.XDG_CACHE_HOME = cacheFolder;
after(() => {
  if (outer === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = outer;
  rmSync(cacheFolder, { recursive: true, force: true });
});

/** Serves files and counts the requests by method; `files` and `headers` may change meanwhile. */
async function withServer(use) {
  const state = { files: {}, headers: {}, requests: [] };
  const server = createServer((request, response) => {
    state.requests.push(`${request.method} ${request.url}`);
    const content = state.files[request.url.slice(1)];
    response.writeHead(content ? 200 : 404, content ? state.headers : {});
    response.end(request.method === 'HEAD' ? undefined : content);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.address = (name) => `http://127.0.0.1:${server.address().port}/${name}`;
  state.close = () => new Promise((resolve) => server.close(resolve));
  try {
    return await use(state);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

for (const [header, first, second] of [
  ['etag', '"one"', '"two"'],
  ['last-modified', 'Wed, 21 Oct 2015 07:28:00 GMT', 'Wed, 21 Oct 2015 07:29:00 GMT'],
])
  test(`a kept download is used while the ${header} is the same`, async () => {
    await withServer(async (server) => {
      const [old, fresh] = [makeModel(), makeModel()];
      const options = { cache: `by-${header}` };
      const address = server.address('m.keras');
      server.files['m.keras'] = await old.save();
      server.headers = { [header]: first };
      assert.deepEqual(weightsOf(await loadModel(address, options)), weightsOf(old));
      assert.deepEqual(weightsOf(await loadModel(address, options)), weightsOf(old));
      assert.deepEqual(server.requests, ['GET /m.keras', 'HEAD /m.keras']);
      server.files['m.keras'] = await fresh.save();
      server.headers = { [header]: second };
      assert.deepEqual(weightsOf(await loadModel(address, options)), weightsOf(fresh));
      assert.deepEqual(server.requests.slice(2), ['HEAD /m.keras', 'GET /m.keras']);
    });
  });

test('a download without a version is fetched each time', async () => {
  await withServer(async (server) => {
    server.files['m.keras'] = await makeModel().save();
    for (let i = 0; i < 2; ++i) await loadModel(server.address('m.keras'), { cache: 'none' });
    assert.deepEqual(server.requests, ['GET /m.keras', 'GET /m.keras']);
  });
});

test('without a connection the kept download is used, with a warning', async () => {
  await withServer(async (server) => {
    const model = makeModel();
    const address = server.address('m.keras');
    server.files['m.keras'] = await model.save();
    server.headers = { etag: '"x"' };
    await loadModel(address, { cache: 'offline' });
    await server.close();
    let again;
    const warnings = await warningsOf(async () => {
      again = await loadModel(address, { cache: 'offline' });
    });
    assert.deepEqual(weightsOf(again), weightsOf(model));
    assert.match(warnings.join(), /cannot be reached: its copy in the cache is used/);
    await assert.rejects(loadModel(address, { cache: 'another' }), ValueError);
  });
});

test('all files of a model are kept, and weights and opened models use the cache, too', async () => {
  await withServer(async (server) => {
    const model = makeModel();
    server.files = await model.save(undefined, { format: 'tfjs' });
    server.headers = { etag: 'W/"y"' };
    const address = server.address('model.json');
    const options = { cache: 'several' };
    assert.deepEqual(weightsOf(await loadModel(address, options)), weightsOf(model));
    server.requests.length = 0;
    const fresh = keras.cloneModel(model);
    await fresh.loadWeights(address, options);
    assert.deepEqual(weightsOf(fresh), weightsOf(model));
    const opened = await openModel(address, options);
    await opened.dispose();
    assert.ok(server.requests.every((each) => each.startsWith('HEAD')));
  });
});

test('progress of a kept download is complete at once, and a signal ends it', async () => {
  await withServer(async (server) => {
    const content = await makeModel().save();
    server.files['m.keras'] = content;
    server.headers = { etag: '"z"' };
    const address = server.address('m.keras');
    await loadModel(address, { cache: 'progress' });
    const seen = [];
    const onProgress = (each) => each.phase === 'download' && seen.push(each);
    await loadModel(address, { cache: 'progress', onProgress });
    const total = content.length;
    assert.deepEqual(seen, [{ phase: 'download', loaded: total, total }]);
    const signal = AbortSignal.abort(new Error('never'));
    await assert.rejects(loadModel(address, { cache: 'progress', signal }), /never/);
  });
});

test('a damaged entry of the cache is downloaded again', async () => {
  await withServer(async (server) => {
    const model = makeModel();
    server.files['m.keras'] = await model.save();
    server.headers = { etag: '"w"' };
    const address = server.address('m.keras');
    await loadModel(address, { cache: 'damaged' });
    const folder = join(cacheFolder, 'keras-wasm/downloads/damaged');
    const { truncateSync } = await import('node:fs');
    for (const name of readdirSync(folder)) truncateSync(join(folder, name), 200);
    assert.deepEqual(weightsOf(await loadModel(address, { cache: 'damaged' })), weightsOf(model));
  });
});

test('the name of a cache is a string that is not empty, and cannot leave its folder', async () => {
  await withServer(async (server) => {
    server.files['m.keras'] = await makeModel().save();
    server.headers = { etag: '"v"' };
    const address = server.address('m.keras');
    for (const cache of ['', 3, true])
      await assert.rejects(loadModel(address, { cache }), /`cache` is the name of a cache/);
    for (const cache of ['../../outside', '..', '.']) await loadModel(address, { cache });
    assert.deepEqual(readdirSync(join(cacheFolder, 'keras-wasm')), ['downloads']);
    for (const each of readdirSync(join(cacheFolder, 'keras-wasm/downloads'), {
      withFileTypes: true,
    }))
      assert.ok(each.isDirectory(), each.name);
    assert.deepEqual(readdirSync(cacheFolder), ['keras-wasm']);
  });
});

test('a signal stops reading in the middle of a large file', async () => {
  const model = new Sequential([new Input({ shape: [1000] }), new layers.Dense({ units: 2000 })]);
  const file = new Blob([await model.save()]);
  const controller = new AbortController();
  const { slice } = Blob.prototype;
  let read = 0;
  file.slice = function (start, end) {
    read += end - start;
    if (end - start >= 2 ** 20) controller.abort(new Error('enough')); // the checksum of the weights
    return slice.call(this, start, end);
  };
  const phases = [];
  const onProgress = ({ phase }) => phases.push(phase);
  await assert.rejects(loadModel(file, { signal: controller.signal, onProgress }), /enough/);
  assert.ok(read > 0);
  assert.deepEqual(phases, []);
});
