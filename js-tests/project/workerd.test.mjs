// The package in workerd (Cloudflare Workers): the condition `workerd` of `exports` has the modules that it needs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Miniflare } from 'miniflare';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const digits = new URL('../../demo/models/digits.keras', import.meta.url);
const { exports } = JSON.parse(readFileSync(join(dist, '../package.json'), 'utf8'));
const entry = exports['.'].workerd.replace('./dist/', './');

const script = `
  import * as keras from '${entry}';
  export default {
    async fetch(request) {
      try {
        const file = await request.arrayBuffer();
        const running = await keras.initialize(JSON.parse(request.headers.get('options')));
        const model = await keras.loadModel(file);
        const clone = keras.cloneModel(model, { copyWeights: true });
        const saved = await keras.loadModel(await clone.save());
        const output = saved.predict(new Float32Array(64).fill(0.5)).array();
        return Response.json({ running, output });
      } catch (error) {
        return Response.json({ error: String(error) });
      }
    },
  };`;

const names = ['workerd.js', 'index.js', 'keras.mjs', 'keras-plot.mjs'];
let workers;

before(() => {
  const module = (type) => (name) => {
    const contents = readFileSync(join(dist, name));
    return { type, path: `/app/${name}`, contents };
  };
  const modules = [
    { type: 'ESModule', path: '/app/main.js', contents: script },
    ...names.map(module('ESModule')),
    ...['keras.wasm', 'keras-rest.wasm'].map(module('CompiledWasm')),
  ];
  workers = new Miniflare({ modules, modulesRoot: '/app', compatibilityDate: '2026-01-01' });
});

after(() => workers?.dispose());

async function use(options) {
  const body = readFileSync(digits);
  const headers = { options: JSON.stringify(options) };
  const answer = await workers.dispatchFetch('http://localhost/', {
    method: 'POST',
    headers,
    body,
  });
  return await answer.json();
}

test('a worker opens, clones, saves and runs models without further options', async () => {
  const keras = await import('../../dist/index.js');
  await keras.initialize({ variant: 'simd' });
  const model = await keras.loadModel(readFileSync(digits));
  const expected = model.predict(new Float32Array(64).fill(0.5)).array();
  const { running, output, error } = await use({});
  assert.equal(error, undefined);
  assert.deepEqual(running, { variant: 'simd', threads: 1 });
  assert.deepEqual(output, expected);
});

test('threads are refused', async () => {
  assert.match((await use({ threads: 2 })).error, /keras-wasm in workerd has one thread/);
});
