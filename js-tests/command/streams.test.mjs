// `keras-wasm score` between other programs: input that is read as fast as results are taken, bounded memory, early ends.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { command } from '../support/command.mjs';

const model = fileURLToPath(new URL('../fixtures/files/functional.keras', import.meta.url));
const truth = JSON.parse(readFileSync(`${model}.json`, 'utf8'));
const sample = `${JSON.stringify(truth.inputs.tensors[0].data.slice(0, 3))}\n`;

/** The command, with `execArgv` for Node, while it runs. */
function start(args, execArgv = []) {
  const child = spawn(process.execPath, [...execArgv, command, 'score', model, ...args]);
  child.stdin.on('error', () => undefined); // it may end before it has read everything
  let messages = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => (messages += chunk));
  const ended = once(child, 'close').then(([status]) => ({ status, messages }));
  return { child, ended };
}

const linesIn = async (stream) => {
  let count = 0;
  for await (const chunk of stream) for (const byte of chunk) if (byte === 0x0a) ++count;
  return count;
};

const feed = (count) =>
  Readable.from(Array.from({ length: count / 1000 }, () => sample.repeat(1000)));

test('score stops reading while its results are not read, and then goes on', async () => {
  const { child, ended } = start(['--quiet']);
  const count = 200_000;
  feed(count).pipe(child.stdin);
  let taken = -1;
  do {
    taken = child.stdin.bytesWritten;
    await sleep(300);
  } while (taken === 0 || child.stdin.bytesWritten > taken);
  assert.ok(taken < (count * sample.length) / 4, `it read ${taken} bytes`);
  assert.equal(await linesIn(child.stdout), count);
  assert.deepEqual(await ended, { status: 0, messages: '' });
});

test('score takes no more memory for a hundred times as many lines', async () => {
  const print = `process.once('exit', () => console.error(process.resourceUsage().maxRSS))`;
  const watch = ['--import', `data:text/javascript,${encodeURIComponent(print)}`];
  const peak = async (count) => {
    const { child, ended } = start(['--quiet'], watch);
    feed(count).pipe(child.stdin);
    assert.equal(await linesIn(child.stdout), count);
    return Number((await ended).messages); // in kB
  };
  const few = await peak(3000);
  const many = await peak(300_000);
  assert.ok(many < few + 50_000, `${few} kB for few lines, ${many} kB for many`);
});

test('score ends without a message when the reader of its results ends', async () => {
  const { child, ended } = start([]);
  feed(100_000).pipe(child.stdin);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  assert.deepEqual(await ended, { status: 0, messages: '' });
});

test('score ends at a wrong line although its input stays open', async () => {
  const { child, ended } = start(['--batch-size', '1']);
  child.stdin.write(`${sample}[1]\n`);
  assert.equal(await linesIn(child.stdout), 1);
  const { status, messages } = await ended;
  assert.equal(status, 1);
  assert.match(messages, /^keras-wasm: line 2: /);
});

test('score gives the results before a wrong line in order, and names the line', async () => {
  const line = (i) => `[${i / 1000}, 0.5, ${i % 7}]\n`;
  const lines = Array.from({ length: 5000 }, (_, i) => line(i));
  const results = async (...given) => {
    const { child, ended } = start(['--quiet']);
    Readable.from(given).pipe(child.stdin);
    const parts = [];
    for await (const part of child.stdout) parts.push(part);
    return { text: Buffer.concat(parts).toString(), ...(await ended) };
  };
  const whole = await results(...lines, '[1]\n', ...lines);
  assert.equal(whole.status, 1);
  assert.match(whole.messages, /^keras-wasm: line 5001: /);
  const halves = [await results(...lines.slice(0, 2311)), await results(...lines.slice(2311))];
  assert.equal(new Set(whole.text.trimEnd().split('\n')).size, 5000);
  assert.equal(whole.text, halves.map(({ text }) => text).join(''));
});

test('score answers a line before the next one arrives with --batch-size 1', async () => {
  const { child, ended } = start(['--batch-size', '1']);
  for (let i = 0; i < 3; ++i) {
    child.stdin.write(sample);
    const [answer] = await once(child.stdout, 'data');
    assert.equal(JSON.parse(answer).length, truth.outputs.tensors[0].shape[1]);
  }
  child.stdin.end();
  assert.equal((await ended).status, 0);
});
