// A process that gives inputs to the package one after another and reports the results. run.mjs starts it.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkout } from '../lib/paths.mjs';
import { Inputs } from './inputs.mjs';
import { Random } from './random.mjs';
import { use } from './use.mjs';

const checkEvery = 50;
const collectEvery = 250;
const mostSeconds = 5;

const [settings] = process.argv.slice(2).map((text) => JSON.parse(text));
const K = await import(pathToFileURL(join(checkout, 'dist/index.js')));
await K.initialize();
K.setWarningHandler(() => {});

const isClass = (value) => typeof value === 'function' && /^[A-Z]/.test(value.name);
const inputs = new Inputs(
  Object.values(K.layers)
    .filter(isClass)
    .map((Class) => Class.name),
);
const good = goodModel();
const expected = goodOutput();
const prototypes = [Object.prototype, Array.prototype, Function.prototype];
const members = () =>
  prototypes
    .flatMap((each) => Reflect.ownKeys(each))
    .map(String)
    .join();
const cleanMembers = members();
let baseline;
tell({ ready: true });

for (let number = settings.first; number < settings.last; number += settings.step) {
  tell({ begun: number });
  const { outcome, finding } = await judge(number);
  tell({ done: number, outcome, finding });
  if (finding) process.exit(0); // the state may be broken: the next input gets a new process
}
process.exit(0);

// Reported immediately: buffered reports would be lost with a process that hangs or dies.
function tell(message) {
  const line = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let at = 0; at < line.length;) at += writeSync(3, line, at);
}

async function judge(number) {
  const started = process.cpuUsage().user;
  const { format, name, bytes, open } = inputs.make(number, settings.formats);
  const found = (what, detail) => ({
    outcome: 'found',
    finding: { what, detail, format, name, bytes: Buffer.from(bytes).toString('base64') },
  });
  let outcome;
  let oddity;
  try {
    outcome = await live(open, new Random(number));
  } catch (error) {
    outcome = 'refused';
    oddity = oddityOf(error);
  }
  if (oddity) return found(...oddity);
  const seconds = (process.cpuUsage().user - started) / 1e6;
  if (seconds > mostSeconds) return found('slow', `${seconds.toFixed(1)} s of processor time`);
  if (members() !== cleanMembers) return found('pollution', members().slice(-200));
  const count = (number - settings.first) / settings.step + 1;
  if (count % checkEvery === 0 && goodOutput() !== expected)
    return found('good model', 'computes something else now');
  if (count % collectEvery === 0) {
    const grown = await growth();
    if (grown) return found('growth', grown);
  }
  return { outcome };
}

async function live(open, random) {
  const model = await open(K);
  if (!(model instanceof K.Model)) return 'opened'; // a config may describe any object
  try {
    await use(K, model, random);
    return 'opened';
  } finally {
    model.dispose();
  }
}

/** What is wrong with an error; undefined for errors that properly report a fault of the input. */
function oddityOf(error) {
  const cause = error instanceof K.EngineStoppedError ? error.cause : error;
  const text = `${cause?.constructor?.name}: ${cause?.stack ?? cause}`.slice(0, 1500);
  if (error !== cause || cause instanceof WebAssembly.RuntimeError) return ['trap', text];
  if (!(error instanceof K.KerasError)) return ['odd error', text];
  return error.kind === 'InternalError' ? ['internal error', text] : undefined;
}

function goodModel() {
  const x = K.Input({ shape: [3], name: 'x' });
  const hidden = new K.layers.Dense({ units: 4, activation: 'tanh', name: 'hidden' }).apply(x);
  const outputs = new K.layers.Dense({ units: 2, name: 'answer' }).apply(hidden);
  return new K.Model({ inputs: x, outputs, name: 'good' });
}

function goodOutput() {
  const output = good.predict(K.tensor([[1, -2, 3]]));
  const bits = [...new Uint32Array(output.data().buffer)].join();
  output.dispose();
  return bits;
}

// Live objects after garbage collection, compared with the count after the first inputs.
async function growth() {
  for (let i = 0; i < 4; i++) {
    globalThis.gc();
    await sleep(5);
  }
  const { buffers, bytes, handles } = K.memory();
  baseline ??= { buffers, bytes, handles };
  const slack = 20;
  if (buffers <= baseline.buffers + slack && handles <= baseline.handles + slack) return undefined;
  return `${JSON.stringify(baseline)} became ${JSON.stringify({ buffers, bytes, handles })}`;
}
