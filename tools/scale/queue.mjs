// The example of BullMQ: two workers, of which the first one is killed while it has jobs.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { StepError } from '../lib/process.mjs';
import { until } from './processes.mjs';
import { runIn } from './programs.mjs';
import { ensureRedis, linkPackages, startRedis } from './redis.mjs';

/** Runs the client and the workers in a folder. Returns what the client prints, and how many jobs the second worker took over. */
export async function scoreByQueue(folder) {
  await ensureRedis();
  await linkPackages(folder);
  const redis = await startRedis(folder);
  const { Queue } = createRequire(join(folder, 'package.json'))('bullmq');
  const queue = new Queue('score', { connection: { url: redis.url } });
  const children = [];
  const start = (program) => {
    const command = [process.execPath, program];
    return runIn(folder, command, {
      env: { REDIS_URL: redis.url },
      onStart: (child) => children.push(child),
    });
  };
  try {
    const first = start('score_worker.mjs');
    const client = start('score_client.mjs');
    const stopped = await stopInMidJob(queue, children[0]);
    children[0].kill('SIGKILL');
    await first;
    const second = start('score_worker.mjs');
    const { status, stdout, stderr } = await client;
    assert.equal(status, 0, stderr);
    children.at(-1).kill('SIGTERM');
    const end = await second;
    assert.equal(end.status, 0, end.stderr);
    return { stdout, taken: stopped };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await queue.close();
    redis.kill();
  }
}

/** Stops a process at a moment at which it has finished jobs and holds some. Returns how many it holds. */
async function stopInMidJob(queue, child) {
  let active = 0;
  await until(async () => {
    if ((await queue.getCompletedCount()) === 0) return false;
    child.kill('SIGSTOP');
    active = await queue.getActiveCount();
    if (active === 0) child.kill('SIGCONT');
    return active > 0;
  }, 'a job of the first worker');
  if ((await queue.getWaitingCount()) === 0) throw new StepError('Too few jobs for two workers.');
  return active;
}
