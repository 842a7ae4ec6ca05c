// What bundlers make of the package without configuration: scripts that are not modules know neither their own address
// nor `await` at the top level.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../..', import.meta.url));
const wasm = join(root, 'dist/keras.wasm');
const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-bundlers-'));
const packages = join(folder, 'node_modules');

const application = `
  import { initialize, Input, layers, loadModel, Sequential } from 'keras-wasm';
  import { readFileSync } from 'node:fs';
  const start = (options) => initialize({ variant: 'simd', ...options });
  async function main() {
    await start({}).catch((error) => console.log(error.message));
    await start({ wasmBinary: readFileSync(${JSON.stringify(wasm)}) });
    const dense = new layers.Dense({ units: 1, kernelInitializer: 'ones' });
    const model = new Sequential([Input({ shape: [2] }), dense]);
    const opened = await loadModel(await model.save());
    console.log(JSON.stringify(opened.predict([[1, 2]]).array()));
  }
  main();`;

before(() => {
  mkdirSync(join(packages, 'keras-wasm'), { recursive: true });
  for (const name of ['dist', 'package.json'])
    symlinkSync(join(root, name), join(packages, 'keras-wasm', name));
  symlinkSync(join(root, 'node_modules/fflate'), join(packages, 'fflate'));
  writeFileSync(join(folder, 'main.mjs'), application);
});

after(() => rmSync(folder, { recursive: true, force: true }));

/** Bundles the application into one file, runs it, and returns the lines that it prints. */
async function bundleAndRun(format, ending) {
  const file = join(folder, `${format}.${ending}`);
  const build = await rolldown({
    input: join(folder, 'main.mjs'),
    cwd: folder,
    external: /^node:/,
    logLevel: 'silent',
  });
  const globals = { 'node:fs': 'require("node:fs")' };
  await build.write({ file, format, globals, inlineDynamicImports: true });
  await build.close();
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout.trim().split('\n');
}

test('a script that does not know its address says what to pass, and runs what it is given', async () => {
  const [message, result] = await bundleAndRun('iife', 'cjs');
  assert.match(message, /does not know where keras\.wasm is: pass `wasmUrl` or `wasmBinary`/);
  assert.equal(result, '[[3]]');
});

test('a CommonJS bundle runs what it is given', async () => {
  const lines = await bundleAndRun('cjs', 'cjs');
  assert.equal(lines.at(-1), '[[3]]');
});

test('the script of workers can be a classic script', () => {
  const text = readFileSync(join(root, 'dist/keras-worker.mjs'), 'utf8');
  assert.doesNotThrow(() => new Script(text));
  assert.doesNotMatch(text, /import\.meta|^(import|export) /m);
});

test('bundlers that do not read `exports` find the same files', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { main, types, exports } = manifest;
  assert.deepEqual(
    { types, default: main },
    { types: exports['.'].types, default: exports['.'].default },
  );
});
