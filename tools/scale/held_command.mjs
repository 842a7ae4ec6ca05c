// The command `keras-wasm` of a test: on one worker it stops in the middle of a task, so that the worker can be killed there.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { runIn, writeCommand } from './programs.mjs';

/**
 * Replaces the command in a folder by one whose given run on the worker `by` writes some results and waits.
 * `isHeld()` is whether it waits, `release()` lets it end.
 */
export function heldCommand(folder, { by, run }) {
  const path = (name) => join(folder, name);
  const [runs, held, released] = ['runs', 'held', 'released'].map(path);
  writeCommand(
    path('bin'),
    (command) => `case "$PWD" in */workers/${by}/*)
  echo run >> '${runs}'
  if [ "$(grep -c run '${runs}')" = ${run} ]; then
    ${command} "$@" | head -n 5
    touch '${held}'
    while [ -d '${folder}' ] && [ ! -e '${released}' ]; do sleep 0.1; done
    exit 1
  fi
esac`,
  );
  return {
    isHeld: () => existsSync(held),
    release: () => writeFileSync(released, ''),
  };
}

/** What one process writes for all samples of a folder. */
export async function scoreInOneProcess(folder) {
  const script = 'keras-wasm score model.keras < samples.ndjson > alone.ndjson';
  const { status, stderr } = await runIn(folder, ['sh', '-c', script]);
  assert.equal(status, 0, stderr);
  const text = readFileSync(join(folder, 'alone.ndjson'), 'utf8');
  rmSync(join(folder, 'alone.ndjson'));
  return text;
}
