// keras-wasm/inline in Node: one file that imports and fetches nothing, with the functions and numbers of the package.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import * as inline from '../../dist/inline.js';
import * as keras from '../../dist/index.js';

const file = fileURLToPath(new URL('../../dist/inline.js', import.meta.url));
const digits = fileURLToPath(new URL('../../demo/models/digits.keras', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-inline-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('the file imports nothing, makes no workers, and does not ask for its own address', async () => {
  const build = await rolldown({ input: file, logLevel: 'silent' });
  const { output } = await build.generate({ format: 'esm' });
  await build.close();
  assert.deepEqual([output.length, output[0].imports, output[0].dynamicImports], [1, [], []]);
  const code = readFileSync(file, 'utf8');
  assert.deepEqual(
    code.match(/import\.meta|\bimport\(|new (Worker|Blob|Function)\b|\beval\(/g),
    null,
  );
});

test('it exports what the package exports', () => {
  assert.deepEqual(Object.keys(inline).sort(), Object.keys(keras).sort());
});

test('a copy of the file alone opens, clones, runs and saves models', () => {
  copyFileSync(file, join(folder, 'inline.mjs'));
  writeFileSync(
    join(folder, 'main.mjs'),
    `import { cloneModel, initialize, loadModel } from './inline.mjs';
     console.log(JSON.stringify(await initialize()));
     const model = await loadModel(${JSON.stringify(digits)});
     const clone = cloneModel(model, { copyWeights: true });
     const again = await loadModel(await clone.save('copy.keras'));
     console.log(JSON.stringify((await loadModel('copy.keras')).predict(new Float32Array(64)).array()));`,
  );
  const { stdout, stderr } = spawnSync(process.execPath, ['main.mjs'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const [running, output] = stdout.trim().split('\n').map((line) => JSON.parse(line)); // prettier-ignore
  assert.deepEqual(running, { variant: 'simd', threads: 1 }, stderr);
  assert.equal(output[0].length, 10);
});

test('the numbers are those of the variant simd, bit by bit', async () => {
  await Promise.all([inline.initialize(), keras.initialize({ variant: 'simd' })]);
  assert.deepEqual(await inline.initialize(), { variant: 'simd', threads: 1 });
  const data = Float32Array.from({ length: 64 * 40 }, (_, i) => (i % 17) / 17);
  const outputs = [inline, keras].map(async (each) =>
    (await each.loadModel(digits)).predict(data).data(),
  );
  assert.deepEqual(...(await Promise.all(outputs)));
});

test('what needs other files is refused', async () => {
  for (const options of [{ threads: 2 }, { variant: 'threads' }, { variant: 'relaxed' }])
    await assert.rejects(inline.initialize(options), (error) => {
      assert.match(error.message, /keras-wasm\/inline/);
      return error instanceof inline.ValueError;
    });
  await assert.rejects(inline.initialize({ varint: 'simd' }), /Did you mean/);
});
