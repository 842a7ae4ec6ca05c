// npm run fuzz: gives thousands of broken files and configs to the package in child processes. None may trap, hang, leak,
// change Object.prototype, or change what another model computes; each must open or be refused with a KerasError.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readArguments } from '../lib/arguments.mjs';
import { checkout } from '../lib/paths.mjs';
import { main, StepError } from '../lib/process.mjs';
import { formats } from './inputs.mjs';
import { fuzzNatively } from './native.mjs';

const worker = fileURLToPath(new URL('worker.mjs', import.meta.url));
const findings = join(checkout, 'build/fuzz');
// The limit is processor time (worker.mjs); this ends processes that never answer.
const mostSilence = 60_000; // ms

/**
 * Gives inputs `first` to `first + count` to the package, or as many as fit into `seconds`.
 *
 * @returns how many inputs opened and were refused, and the findings by input.
 */
export async function fuzz({
  first = 0,
  count = Infinity,
  seconds,
  workers = 2,
  chosen = formats,
}) {
  const until = seconds === undefined ? Infinity : Date.now() + seconds * 1000;
  const total = { opened: 0, refused: 0, found: [] };
  const run = {
    first,
    last: first + Math.min(count, 2 ** 31),
    step: workers,
    chosen,
    until,
    total,
  };
  await Promise.all(Array.from({ length: workers }, (_, i) => lane(first + i, run)));
  return total;
}

/** Runs every `step`th input in a series of processes: a finding ends a process. */
async function lane(from, { last, step, chosen, until, total }) {
  let next = from;
  while (next < last && Date.now() < until) {
    const settings = { first: next, last, step, formats: chosen };
    const end = await supervise(settings, until, (message) => {
      if (message.outcome === 'found')
        total.found.push({ number: message.done, ...message.finding });
      else total[message.outcome]++;
    });
    if (end.lost !== undefined)
      total.found.push({ number: end.lost, what: end.what, detail: end.detail });
    next = (end.lost ?? end.reached) + step;
  }
}

/** Resolves with the last input reached, and the input that crashed the process, if any. */
function supervise(settings, until, onDone) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--expose-gc', worker, JSON.stringify(settings)], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (errors = (errors + text).slice(-2000)));
    let isReady = false;
    let begun;
    let reached = settings.first - settings.step;
    let hung = false;
    const hang = () => {
      hung = true;
      child.kill('SIGKILL');
    };
    let timer = setTimeout(hang, mostSilence);
    createInterface({ input: child.stdio[3] }).on('line', (line) => {
      const message = JSON.parse(line);
      clearTimeout(timer);
      timer = setTimeout(hang, mostSilence);
      isReady ||= 'ready' in message;
      if ('begun' in message) begun = message.begun;
      if (!('done' in message)) return;
      reached = message.done;
      begun = undefined;
      onDone(message);
      if (Date.now() >= until) child.kill('SIGTERM');
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (!isReady) return reject(new StepError(`The process did not start: ${errors}`));
      if (hung) return resolve({ reached, lost: begun ?? reached, what: 'hang', detail: '' });
      const isExpected = code === 0 || signal === 'SIGTERM';
      if (isExpected) return resolve({ reached });
      const detail = `${signal ?? `exit code ${code}`}\n${errors}`;
      resolve({ reached, lost: begun ?? reached, what: 'died', detail });
    });
  });
}

const ENDINGS = {
  ...{ config: 'json', keras: 'keras', zip: 'keras' },
  ...{ safetensors: 'safetensors', npz: 'npz', tfjs: 'json' },
};

/** Writes the input of a finding for inspection; returns a line that describes it. */
function keep({ number, what, detail, format, name, bytes }) {
  const line = `input ${number} (${format ?? '?'} of ${name ?? '?'}): ${what}: ${detail}`;
  if (bytes === undefined) return line;
  mkdirSync(findings, { recursive: true });
  const ending = ENDINGS[format] ?? 'h5';
  const path = join(findings, `${number}.${ending}`);
  writeFileSync(path, Buffer.from(bytes, 'base64'));
  return `${line}\n  kept in ${path.slice(checkout.length + 1)}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(async () => {
    const usage =
      'Usage: npm run fuzz [-- --seconds 60 --count N --first N --workers 2 --formats ' +
      `${formats.join(',')}]\n  --first N --count 1 gives input N again. --native: the core, under libFuzzer.`;
    const string = { type: 'string' };
    const { values } = readArguments(usage, {
      seconds: string,
      count: string,
      first: string,
      workers: string,
      formats: string,
      native: { type: 'boolean' },
    });
    const number = (name, otherwise) =>
      values[name] === undefined ? otherwise : Number(values[name]);
    const chosen = values.formats?.split(',') ?? formats;
    if (!chosen.every((name) => formats.includes(name))) throw new StepError(usage);
    const count = number('count', Infinity);
    const seconds = number('seconds', count === Infinity ? 60 : undefined);
    if (values.native) return await fuzzNatively(seconds, number('workers', 2));
    const first = number('first', Date.now() % 2 ** 31);
    console.log(`Inputs from ${first} on`);
    const started = Date.now();
    const { opened, refused, found } = await fuzz({
      ...{ first, count, seconds, chosen },
      workers: Math.min(number('workers', 2), count),
    });
    for (const each of found) console.log(keep(each));
    const inputs = opened + refused + found.length;
    console.log(
      `${inputs} inputs in ${Math.round((Date.now() - started) / 1000)} s: ${opened} opened, ${refused} refused, ` +
        `${found.length} at fault`,
    );
    if (inputs === 0) throw new StepError('No input was tried.');
    if (found.length > 0) throw new StepError('There are findings.');
  });
}
