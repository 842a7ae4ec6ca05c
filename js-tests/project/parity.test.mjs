// docs/parity.md has a row for each object of Keras, and says what is here truthfully.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import * as keras from '../support/keras.mjs';
import { inventory, kinds } from '../../tools/parity/page.mjs';

const page = readFileSync(new URL('../../docs/parity.md', import.meta.url), 'utf8');
const rows = new Map(
  [...page.matchAll(/^\| `([\w.]+)` \| (yes|no) \| (\d*) \| (.*) \|$/gm)].map(
    ([, name, here, , error]) => [name, { here, error }],
  ),
);

test('docs/parity.md has a row for each object of the inventory', () => {
  const names = Object.keys(kinds(keras)).flatMap((kind) => inventory[kind]);
  assert.ok(names.length > 700);
  assert.deepEqual([...new Set(names)].filter((name) => !rows.has(name)), []); // prettier-ignore
  assert.deepEqual(
    Object.keys(inventory).filter((kind) => kind !== 'keras' && !(kind in kinds(keras))),
    [],
  );
});

test('docs/parity.md says of each layer and operation whether it is here', () => {
  const wrong = [...rows].filter(([name, { here }]) => {
    const [, kind, last] = /^keras\.(layers|ops)\.(\w+)$/.exec(name) ?? [];
    if (kind === undefined || last in (keras[kind].image ?? {})) return false;
    const camel = last.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
    return ((keras[kind][last] ?? keras[kind][camel]) !== undefined) !== (here === 'yes');
  });
  assert.deepEqual(wrong, []);
});

test('no error in docs/parity.md is larger than what the golden tests allow', () => {
  // One LayerNormalization has nearly constant inputs.
  const free = new Set(['keras.layers.LayerNormalization']);
  const large = [...rows].filter(([name, { error }]) => !free.has(name) && Number(error) > 1e-4);
  assert.deepEqual(large, []);
  assert.ok([...rows.values()].filter(({ error }) => error !== '').length > 300);
  assert.deepEqual([...rows].filter(([, { error }]) => error.includes('fail')), []); // prettier-ignore
});
