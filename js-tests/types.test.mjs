// The declarations that users get: a strict project compiles, and mistakes do not.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

test('a strict TypeScript project uses the package', () => {
  const flags =
    '--ignoreConfig --noEmit --strict --noUncheckedIndexedAccess --noImplicitOverride --exactOptionalPropertyTypes --target es2022 --module nodenext --lib es2022,esnext.disposable,dom --types';
  const args = [...flags.split(' '), 'node', 'js-tests/types/usage.ts'];
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout);
});
