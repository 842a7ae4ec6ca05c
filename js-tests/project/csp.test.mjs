// A strict content security policy: nothing may turn text into code.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';

const index = new URL('../../dist/index.js', import.meta.url);

test('everything works where code cannot be made of text', () => {
  const code = `import * as keras from ${JSON.stringify(index.href)};
    await keras.initialize();
    class Twice extends keras.Layer {
      static className = 'Twice';
      call(x) { return keras.ops.multiply(x, 2); }
    }
    const model = new keras.Sequential([keras.Input({ shape: [1] }), new Twice()]);
    keras.cloneModel(model, { cloneFunction: (layer) => layer });
    console.log(JSON.stringify(model.predict([[4]]).array()));
    const dense = new keras.Sequential([keras.Input({ shape: [2] }), new keras.layers.Dense({ units: 1, kernelInitializer: 'ones' })]);
    const opened = await keras.loadModel(await dense.save());
    console.log(JSON.stringify(opened.predict([[1, 2]]).array()));
    try { keras.modelFromJson('{'); } catch (error) { console.log(error.kind); }
    try { new Function(''); console.log('not strict'); } catch { console.log('strict'); }`;
  const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '-e', code];
  const result = spawnSync(process.execPath, flags, { encoding: 'utf8' });
  assert.equal(result.stdout.trim(), '[[8]]\n[[3]]\nJSONDecodeError\nstrict', result.stderr);
});

test('saving imports no package: pages without a bundler have none', () => {
  const code = readFileSync(index, 'utf8');
  const packages = [...code.matchAll(/\bimport\(\s*["'`]([^"'`.][^"'`]*)["'`]/g)].map(
    ([, name]) => name,
  );
  assert.deepEqual([...new Set(packages)], ['fflate']); // for compressed content only
  assert.doesNotMatch(code, /zipSync/);
});

test('the generated glue holds no eval', () => {
  const glue = readFileSync(new URL('keras.mjs', index), 'utf8');
  assert.ok(!/new Function|\beval\(/.test(glue));
});
