// THIRD-PARTY-NOTICES.md is published, and has the licenses of everything that the package contains.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { filesBelow } from '../../tools/lib/files.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path) => readFileSync(join(root, path), 'utf8');
const notices = read('THIRD-PARTY-NOTICES.md');

/** The packages that files of web/ import, with those that they import themselves. */
function packages() {
  const imported = /\b(?:from|import\()\s*'((?:@[\w-]+\/)?[a-z][\w-]*)'/g;
  const found = new Set();
  const add = (name) => {
    if (found.has(name)) return;
    found.add(name);
    const { dependencies = {} } = JSON.parse(read(`node_modules/${name}/package.json`));
    Object.keys(dependencies).forEach(add);
  };
  for (const path of filesBelow(join(root, 'web'), '.ts'))
    for (const [, name] of readFileSync(path, 'utf8').matchAll(imported))
      if (name !== 'keras-wasm') add(name);
  return [...found];
}

test('the licenses of bundled packages are there, word for word', () => {
  const names = packages();
  assert.ok(names.includes('fflate') && names.includes('@dagrejs/graphlib'));
  for (const name of names)
    assert.ok(notices.includes(read(`node_modules/${name}/LICENSE`).trim()), name);
});

test('the libraries in the engine are there', () => {
  for (const name of ['Eigen', 'simdjson', 'musl', 'libc++', 'compiler-rt', 'Emscripten'])
    assert.match(notices, new RegExp(`^### .*${name.replaceAll('+', '\\+')}`, 'm'));
});

test('the notices and the license are published', () => {
  const { files } = JSON.parse(read('package.json'));
  assert.ok(files.includes('THIRD-PARTY-NOTICES.md'));
  assert.match(read('LICENSE'), /Apache License\s+Version 2\.0/);
});
