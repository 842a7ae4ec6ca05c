// The programs of docs/scale.md for one machine and for job arrays. `npm run test:scale` runs those for clusters and queues.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fillFolder, scalePrograms, runIn } from '../../tools/scale/programs.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-scale-'));
const read = (name) => readFileSync(join(folder, name), 'utf8');

async function succeed(command, options) {
  const { status, stdout, stderr } = await runIn(folder, command, options);
  assert.equal(status, 0, stderr);
  return stdout;
}

let alone;

before(async () => {
  fillFolder(folder, 300);
  alone = await succeed(['sh', '-c', 'keras-wasm score model.keras < samples.ndjson']);
});

after(() => rmSync(folder, { recursive: true, force: true }));

test('parts that are scored by a process for each core have the bytes of one process', async () => {
  await succeed(['sh', 'score_parts.sh']);
  assert.equal(read('results.ndjson'), alone);
  assert.equal(alone.split('\n').length, 301);
});

test('a task of a job array that is killed leaves no result, and may run again', async () => {
  rmSync(join(folder, 'parts'), { recursive: true });
  mkdirSync(join(folder, 'parts'));
  const split = 'split --number=l/3 --numeric-suffixes --suffix-length=4 samples.ndjson parts/';
  await succeed(['sh', '-c', split]);
  const { status } = await runIn(folder, ['sh', 'score_part.sh', '1'], {
    onStart: (child) => child.kill('SIGKILL'),
  });
  assert.equal(status, 'SIGKILL');
  assert.throws(() => read('parts/0001.out'));
  await succeed(['sh', 'score_part.sh', '0']);
  for (const task of ['1', '2'])
    await succeed(['sh', 'score_part.sh'], { env: { SLURM_ARRAY_TASK_ID: task } });
  assert.equal(['0000', '0001', '0002'].map((part) => read(`parts/${part}.out`)).join(''), alone);
});

test('every program of the page is run by a test', () => {
  const runners = [
    'js-tests/project/scale.test.mjs',
    'tools/scale/run.mjs',
    'tools/scale/queue.mjs',
  ];
  const texts = runners.map((path) => readFileSync(join(root, path), 'utf8')).join('');
  const names = [...scalePrograms().keys()];
  assert.ok(names.length >= 6);
  for (const name of names) assert.ok(texts.includes(`'${name}'`), name);
});
