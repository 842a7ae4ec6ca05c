// Starting the core: once, however often it is asked for, and with helpful errors.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { runModule } from '../support/child.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const wasm = new URL('../../dist/keras.wasm', import.meta.url);

/** Runs a module in a process of its own and returns what it prints. */
function run(text, flags = []) {
  const code = `import * as keras from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};\n${text}`;
  const result = spawnSync(process.execPath, [...flags, '--input-type=module', '-e', code], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(result.status, 0, result.stdout + result.stderr);
  return result.stdout.trim();
}

const predict = `
  const x = keras.Input({ shape: [2] });
  const y = new keras.layers.Dense({ units: 1, kernelInitializer: 'ones' }).apply(x);
  console.log(JSON.stringify(new keras.Model({ inputs: x, outputs: y }).predict([[1, 2]]).array()));`;

test('importing does nothing that can be seen', () => {
  const text = `
    const before = process.getActiveResourcesInfo().length;
    const { layers, Layer } = keras;
    class Mine extends Layer {}
    class Other extends layers.Dense {}
    keras.registerKerasSerializable({ package: 'p' })(Mine);
    console.log(process.getActiveResourcesInfo().length === before);`;
  assert.equal(run(text), 'true');
});

test('what takes long to load is not loaded to start and to open a file', () => {
  const file = new URL('../fixtures/files/functional.keras', import.meta.url);
  const text = `
    await keras.initialize();
    await keras.loadModel(new URL(${JSON.stringify(file.href)}));
    const loaded = process.moduleLoadList.filter((name) => /undici/.test(name));
    console.log(JSON.stringify(loaded));`;
  assert.equal(run(text), '[]');
  // As it says when something does load it.
  assert.match(run(`void Response;${text}`), /undici/);
});

test('using anything before initialize() says what to do', () => {
  const text = `
    for (const use of [() => keras.tensor([1]), () => new keras.layers.Dense({ units: 1 }), () => keras.Input({ shape: [1] })]) {
      try { use(); } catch (error) { console.log(error.constructor.name, /await initialize\\(\\)/.test(error.message)); }
    }`;
  assert.equal(run(text), 'Error true\nError true\nError true');
});

test('loadModel waits for a start that was not awaited', () => {
  const file = JSON.stringify(new URL('../fixtures/files/functional.keras', import.meta.url).href);
  const text = `
    const opening = keras.loadModel(new URL(${file}));
    await opening.catch(({ message }) => console.log(message));
    keras.initialize();
    const [model, other] = await Promise.all([keras.loadModel(new URL(${file})), keras.openModel(new URL(${file}))]);
    console.log(model.layers.length > 1, (await other.load()).layers.length === model.layers.length);`;
  assert.equal(run(text), 'keras-wasm is not ready: call `await initialize()` first.\ntrue true');
});

test('calls that come together share one start', () => {
  const text = `
    const [a, b] = [keras.initialize(), keras.initialize({ variant: 'auto' })];
    console.log(a === b, (await a) === (await keras.initialize()));${predict}`;
  assert.equal(run(text), 'true true\n[[3]]');
});

test('after a failure a call tries again', () => {
  const text = `
    await keras.initialize({ wasmBinary: new TextEncoder().encode('<!DOCTYPE html>') }).catch((error) => console.log(error.message));
    await keras.initialize();${predict}`;
  const [message, result] = run(text).split('\n');
  assert.match(message, /is not WebAssembly: an HTML page came back: "<!DOCTYPE html>"/);
  assert.match(message, /wasmUrl/);
  assert.equal(result, '[[3]]');
});

test('a file that is not there is named', () => {
  const text = `await keras.initialize({ wasmUrl: '/nowhere/keras.wasm' }).catch((error) => console.log(error.message));`;
  assert.match(run(text), /Could not read \/nowhere\/keras.wasm/);
});

test('both builds compute the same, where the engine can run them', () => {
  for (const variant of ['simd', 'relaxed']) {
    const text = `
      try { console.log((await keras.initialize({ variant: '${variant}' })).variant); }
      catch (error) { console.log(error.message); process.exit(0); }${predict}`;
    const output = run(text);
    if (variant === 'simd' || !output.startsWith('This engine has no relaxed SIMD')) {
      assert.equal(output, `${variant}\n[[3]]`);
    }
  }
});

test('unknown variants are refused', () => {
  const text = `
    await keras.initialize({ variant: 'fast' }).catch((error) => console.log(error.kind));`;
  assert.equal(run(text), 'ValueError');
});

test('the core starts from bytes, a module, a response and an address', async () => {
  const server = createServer((request, response) => {
    const type = request.url.includes('typed') ? 'application/wasm' : 'application/octet-stream';
    response.writeHead(request.url.includes('missing') ? 404 : 200, { 'content-type': type });
    response.end(readFileSync(wasm));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${server.address().port}`;
  const results = [];
  const bytes = `(await import('node:fs')).readFileSync(${JSON.stringify(fileURLToPath(wasm))})`;
  for (const option of [
    `wasmBinary: ${bytes}`,
    `wasmBinary: await WebAssembly.compile(${bytes})`,
    `wasmBinary: fetch('${address}/typed')`,
    `wasmUrl: '${address}/typed'`,
    `wasmUrl: new URL('${address}/untyped')`,
    `wasmUrl: '${address}/missing'`,
  ]) {
    const code = `import * as keras from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
      await keras.initialize({ ${option} }).then(() => {${predict}}, (error) => console.log(error.message));`;
    const { output } = await runModule(code);
    results.push(output);
  }
  server.close();
  assert.deepEqual(results.slice(0, 5), Array(5).fill('[[3]]'));
  assert.match(results[5], /Could not fetch .*missing: HTTP 404/);
});

for (const [what, content, message] of [
  ['a web page', '<!DOCTYPE html><html></html>', /is not WebAssembly: an HTML page came back/],
  [
    'a Git LFS pointer',
    'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n',
    /is not WebAssembly: it is a Git LFS pointer.*git lfs pull/,
  ],
  ['an empty file', '', /is not WebAssembly: it is empty/],
  ['half a module', readFileSync(wasm).subarray(0, 5000), /^Could not compile http/],
])
  test(`the error of ${what} served as application/wasm names the address and what to do`, async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/wasm' });
      response.end(content);
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${server.address().port}/keras.wasm`;
    const { output } = await runModule(`import { initialize } from ${keras};
      await initialize({ wasmUrl: '${address}' }).catch(({ message }) => console.log(message));`);
    server.close();
    assert.match(output, message);
    assert.ok(output.includes(address), output);
    assert.match(output, /pass `wasmUrl` or `wasmBinary`/);
  });

const keras = JSON.stringify(new URL('../../dist/index.js', import.meta.url).href);

test('a model downloads while the core starts', async () => {
  let askForModel;
  const isModelAsked = new Promise((resolve) => (askForModel = resolve));
  const model = new URL('../fixtures/files/functional.keras', import.meta.url);
  const server = createServer(async (request, response) => {
    if (request.url.endsWith('.keras')) askForModel();
    else await isModelAsked; // the engine comes only after the model was asked for
    const isModel = request.url.endsWith('.keras');
    response.end(readFileSync(isModel ? model : new URL(`.${request.url}`, wasm)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${server.address().port}`;
  const { output } = await runModule(`import * as keras from ${keras};
    const start = keras.initialize({ wasmUrl: '${address}/keras.wasm' });
    const model = await keras.loadModel('${address}/model.keras');
    console.log(model instanceof keras.Functional, (await start).threads);`);
  server.close();
  assert.equal(output, 'true 1');
});

test('loadModel() fails as the start that it waits for, and as without a start after that', async () => {
  const { output } = await runModule(`import * as keras from ${keras};
    const model = new URL(${JSON.stringify(new URL('../fixtures/files/functional.keras', import.meta.url).href)});
    const start = keras.initialize({ wasmBinary: new Uint8Array(8) });
    const loading = keras.loadModel(model);
    const message = (promise) => promise.then(() => 'works', (error) => error.message);
    const [first, second] = [await message(start), await message(loading)];
    console.log(first === second, first !== 'works');
    console.log(await message(keras.loadModel(model)));`);
  assert.match(output, /^true true\nkeras-wasm is not ready: call `await initialize\(\)` first\.$/);
});
