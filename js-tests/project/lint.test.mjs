// ESLint finds nothing; `npm run lint` shows what it finds.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { checkout } from '../../tools/lib/paths.mjs';

test('the sources pass the linter', () => {
  const eslint = join(checkout, 'node_modules/eslint/bin/eslint.js');
  const args = [eslint, '--max-warnings=0', '.'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: checkout,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
});
