// npm run test:scale: the programs of docs/scale.md on a Spark cluster and a queue of this machine. A worker of each is
// killed in the middle of a task, and the results equal one process's.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../build.mjs';
import { readArguments } from '../lib/arguments.mjs';
import { filesBelow } from '../lib/files.mjs';
import { checkout } from '../lib/paths.mjs';
import { announce, main, run, StepError } from '../lib/process.mjs';
import { heldCommand, scoreInOneProcess } from './held_command.mjs';
import { until } from './processes.mjs';
import { commandsOf, fillFolder, linesOf, runIn } from './programs.mjs';
import { scoreByQueue } from './queue.mjs';
import { ensureSpark, startCluster } from './spark.mjs';

/** The parts; each gets a folder with the programs, samples and what they are alone. */
const parts = {
  lines: scoreLines,
  frame: scoreFrame,
  queue: scoreQueue,
};

await main(async () => {
  const usage = `Usage: npm run test:scale [-- --only ${Object.keys(parts).join(',')}] [--no-build]`;
  const { values } = readArguments(usage, {
    only: { type: 'string' },
    'no-build': { type: 'boolean' },
  });
  const chosen = values.only?.split(',') ?? Object.keys(parts);
  if (!chosen.every((name) => name in parts)) throw new StepError(usage);
  if (!values['no-build']) await build();
  for (const name of chosen) {
    announce(`Scoring on several machines: ${name}`);
    const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-scale-'));
    try {
      console.log(await parts[name](folder));
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }
});

/** The arguments of the `spark-submit` of the page that runs a program, after `--master`. */
function submission(program) {
  const command = commandsOf('spark-submit').find((line) => line.includes(` ${program} `));
  return command.split(' ').slice(3);
}

/** Runs a program on two workers, of which the second one dies in its second task. */
async function submitAndKill(folder, program) {
  const cluster = await startCluster(await ensureSpark(), folder);
  const held = heldCommand(folder, { by: 'second', run: 2 });
  try {
    await cluster.startWorker('first');
    const second = await cluster.startWorker('second');
    const submitted = cluster.submit(submission(program), { executors: 2 });
    const failed = submitted.then(({ status, stderr }) => {
      if (!held.isHeld())
        throw new StepError(`It ended (${status}) too early:\n${stderr.slice(-2000)}`);
    });
    await Promise.race([until(held.isHeld, 'a task of the second worker'), failed]);
    second.kill();
    const { status, stderr } = await submitted;
    assert.equal(status, 0, stderr);
    assert.match(stderr, /Lost (task|executor)/, 'nothing was lost');
  } finally {
    held.release();
    cluster.close();
  }
}

/** Lines of JSON as float32. */
function floatsOf(text) {
  const lines = text.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line).map(Math.fround));
}

async function scoreLines(folder) {
  fillFolder(folder, 2000);
  const expected = await scoreInOneProcess(folder);
  await submitAndKill(folder, 'score_lines.py');
  assert.ok(existsSync(join(folder, 'results/_SUCCESS')));
  const written = filesBelow(join(folder, 'results'), '').filter((path) =>
    /\/part-\d+$/.test(path),
  );
  const texts = written.map((path) => readFileSync(path, 'utf8'));
  assert.equal(texts.join(''), expected);
  return `${expected.length} equal bytes in ${written.length} partitions`;
}

async function scoreFrame(folder) {
  const samples = fillFolder(folder, 2000);
  const expected = await scoreInOneProcess(folder);
  const { python } = await ensureSpark();
  const helper = join(checkout, 'tools/scale/frames.py');
  await run(python, [helper, 'write', folder, '16'], { cwd: folder });
  await submitAndKill(folder, 'score_frame.py');
  const read = await runIn(folder, [python, helper, 'read', folder]);
  assert.equal(read.status, 0, read.stderr);
  const { ids, results, y } = JSON.parse(read.stdout);
  assert.deepEqual(ids, [...samples.keys()]);
  assert.equal(results.map((line) => `${line}\n`).join(''), expected);
  assert.deepEqual(y.map((row) => row.map(Math.fround)), floatsOf(expected)); // prettier-ignore
  return `${expected.length} equal bytes`;
}

async function scoreQueue(folder) {
  const samples = fillFolder(folder, 20_000);
  const expected = await scoreInOneProcess(folder);
  writeFileSync(join(folder, 'samples.ndjson'), linesOf(samples));
  const { stdout, taken } = await scoreByQueue(folder);
  assert.deepEqual(floatsOf(stdout), floatsOf(expected));
  return `${samples.length} equal results; ${taken} jobs were taken over`;
}
