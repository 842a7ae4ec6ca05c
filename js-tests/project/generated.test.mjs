// Generated sources are what the generator makes of the core that was built, and name all of it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { generate } from '../../tools/generate/generate.mjs';
import * as keras from '../support/keras.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const generated = await generate();

for (const [path, text] of Object.entries(generated)) {
  test(`${path} is up to date (npm run generate)`, () => {
    assert.equal(readFileSync(join(root, path), 'utf8'), text);
  });
}

test('every function that raw.ts declares is in the module, and the other way round', async () => {
  const raw = readFileSync(join(root, 'web/boundary/raw.ts'), 'utf8');
  const declared = raw.slice(raw.indexOf('interface RawCore')).matchAll(/^ {2}(\w+)\(/gm);
  const saving = readFileSync(join(root, 'web/saving/raw_saving.ts'), 'utf8').matchAll(
    /^ {2}(\w+)\(/gm,
  );
  const names = new Set([...declared, ...saving].map(([, name]) => name));
  const types = readFileSync(join(root, 'dist/keras.d.mts'), 'utf8');
  const bound = types.slice(types.indexOf('interface EmbindModule')).matchAll(/^ {2}(\w+)\(/gm);
  assert.deepEqual([...bound].map(([, name]) => name).sort(), [...names].sort());
});

test('every layer can be made from what its config says by default', () => {
  const failed = [];
  for (const Class of Object.values(keras.layers)) {
    if (typeof Class !== 'function' || !Class.className || Class === keras.Layer) continue;
    const options = { InputLayer: { shape: [1] } }[Class.className];
    try {
      new Class(options ?? {});
    } catch (error) {
      // A missing argument is no fault; anything else is.
      if (
        !/missing \d+ required|You must pass|You need to set|must be|Argument|argument|Received|received/.test(
          error.message,
        )
      )
        failed.push(`${Class.className}: ${error.message}`);
    }
  }
  assert.deepEqual(failed, []);
});
