// The programs in documents run: all blocks of a page are one module, and a block that begins with the name of a file is
// that file.
import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runFile } from '../support/child.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-programs-'));

before(() => {
  const installed = join(folder, 'node_modules/keras-wasm');
  mkdirSync(installed, { recursive: true });
  for (const name of ['dist', 'package.json']) symlinkSync(join(root, name), join(installed, name));
  copyFileSync(join(root, 'demo/models/digits.keras'), join(folder, 'model.keras'));
});

after(() => rmSync(folder, { recursive: true, force: true }));

for (const page of ['docs/workers.md'])
  test(`the programs of ${page} run`, async () => {
    const text = readFileSync(join(root, page), 'utf8');
    const blocks = [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);
    const fileOf = (code) => /^\/\/ ([\w-]+\.mjs)\b/.exec(code)?.[1];
    for (const code of blocks.filter(fileOf)) writeFileSync(join(folder, fileOf(code)), code);
    const program = blocks.filter((code) => !fileOf(code)).join('\n');
    assert.notEqual(program, '');
    writeFileSync(join(folder, 'program.mjs'), program);
    const { status, output } = await runFile('program.mjs', folder);
    assert.equal(status, 0, output);
    assert.notEqual(output, '', 'it prints nothing');
  });
