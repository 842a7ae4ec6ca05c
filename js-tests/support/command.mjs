// The command `keras-wasm`, run as a child process.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const command = fileURLToPath(new URL('../../dist/command.mjs', import.meta.url));

/** Functions that run the command in a folder: one that returns how it ended, one for calls that must succeed. */
export function commandIn(folder) {
  function run(args, input = '') {
    const options = { cwd: folder, encoding: 'utf8', input, maxBuffer: 2 ** 28 };
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], options);
    assert.doesNotMatch(stderr, /\n\s+at /, 'a stack');
    return { status, stdout, stderr };
  }
  function succeed(args, input) {
    const result = run(args, input);
    assert.equal(result.status, 0, result.stderr);
    return result.stdout;
  }
  return { run, succeed };
}
