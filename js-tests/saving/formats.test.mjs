// File formats: which parts of the package know them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { filesBelow } from '../../tools/lib/files.mjs';

const web = fileURLToPath(new URL('../../web/', import.meta.url));

/** The files that each file of web/ imports, types included. */
const imports = new Map(
  filesBelow(web, '.ts').map((path) => {
    const text = readFileSync(path, 'utf8');
    const targets = [...text.matchAll(/(?:\bfrom|\bimport\()\s*'(\.[^']+)'/g)];
    return [
      relative(web, path),
      targets.map(([, target]) => relative(web, join(path, '..', target))),
    ];
  }),
);

function importsMatching(from, to) {
  return [...imports].flatMap(([path, targets]) =>
    from.test(path)
      ? targets.filter((each) => to.test(each)).map((each) => `${path}: ${each}`)
      : [],
  );
}

test('saving imports neither models nor layers', () => {
  assert.ok(importsMatching(/^saving\//, /./).length > 100);
  assert.deepEqual(importsMatching(/^saving\//, /^(models|layers)\//), []);
});

test('only the list of formats imports the folders of formats', () => {
  const others = /^(?!saving\/formats\/(formats\.ts|\w+\/))/;
  assert.deepEqual(importsMatching(others, /^saving\/formats\/\w+\//), []);
});
