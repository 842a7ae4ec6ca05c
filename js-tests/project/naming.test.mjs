// The generator converts names as the package does: it cannot import web/boundary/names.ts, which is compiled after it ran.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { toCamelCase } from '../../build/modules/boundary/names.js';
import { toCamelCase as generated } from '../../tools/generate/naming.mjs';

const source = readFileSync(new URL('../../web/ops/generated.ts', import.meta.url), 'utf8');
const names = [...source.matchAll(/\(\s*'([\w.]+)',\s*'([^']*)',?\s*\)/g)].flatMap(
  ([, name, list]) => [
    name.slice(name.lastIndexOf('.') + 1),
    ...list.split(' ').map((parameter) => parameter.replace(/^\*+/, '')),
  ],
);

test('names of operations and parameters have the same camelCase form in the generator and the package', () => {
  assert.ok(names.length > 500);
  for (const name of [...names, 'l1_l2', 'conv_3d', 'x_1', '_private', 'a__b'])
    assert.equal(generated(name), toCamelCase(name));
});
