// Throughput of `keras-wasm score` on shards of samples: one process, a process for each core, and a Spark cluster of two
// workers, beside the predict of Keras in Python on the same files.
//
// `node bench/scale.mjs [--quick]` prints the table; other programs call measureScale().
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureKeras } from '../tools/fixtures/venv.mjs';
import { StepError } from '../tools/lib/process.mjs';
import { runIn, writeCommand } from '../tools/scale/programs.mjs';
import { ensureSpark, startCluster } from '../tools/scale/spark.mjs';
import { table } from './measure.mjs';

const script = fileURLToPath(new URL('scale_keras.py', import.meta.url));

/** What is scored, with the number of shards and of samples in each. */
const models = {
  cnn: { title: 'MNIST CNN', count: 16, size: 4096 },
  mobilenetv2: { title: 'MobileNetV2 224', count: 8, size: 32 },
};

const score = 'keras-wasm score model.keras --format files --quiet --suffix .out.npy';

/** The program of the cluster: paths of shards go through RDD.pipe, as the lines of docs/scale.md do. */
const program = `import os
import sys

from pyspark.sql import SparkSession

context = SparkSession.builder.getOrCreate().sparkContext
paths = sys.argv[1:]
pipe = context.parallelize(paths, len(paths)).pipe("${score}", env={"PATH": os.environ["PATH"]}, checkCode=True)
assert len(pipe.collect()) == len(paths)
`;

async function succeed(folder, command, options) {
  const { status, stdout, stderr } = await runIn(folder, command, options);
  if (status !== 0) throw new StepError(`${command.join(' ')}\n${stderr.slice(-2000)}`);
  return stdout;
}

/** Seconds that a command takes. */
async function secondsOf(work) {
  const before = performance.now();
  await work();
  return (performance.now() - before) / 1000;
}

/** The largest difference of the outputs from Keras's, relative to the largest output. */
function differenceOf(shards) {
  const floats = (path) => {
    const file = readFileSync(path);
    const start = 10 + file.readUInt16LE(8); // a header of version 1.0
    return new Float32Array(Uint8Array.from(file.subarray(start)).buffer);
  };
  let [most, largest] = [0, 0];
  for (const path of shards) {
    const theirs = floats(path.replace(/\.npy$/, '.keras.npy'));
    floats(path.replace(/\.npy$/, '.out.npy')).forEach((value, i) => {
      most = Math.max(most, Math.abs(value - theirs[i]));
      largest = Math.max(largest, Math.abs(theirs[i]));
    });
  }
  return most / largest;
}

/**
 * Measures every way on every model: rows of `{ workload, way, seconds, rate, ratio, difference }`; `rate` is in samples for each
 * second from the start of the first process to the last result, `ratio` how many times the rate of Keras on JAX. The time
 * that Python and Keras take to start is not counted; the start of Node and Spark is.
 *
 * @param options.quick takes few shards of the first model.
 */
export async function measureScale({ quick = false } = {}) {
  const rows = [];
  let version;
  const chosen = Object.entries(models).slice(0, quick ? 1 : undefined);
  for (const [name, { title, count, size }] of chosen) {
    const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-bench-'));
    try {
      const measured = await measureModel(folder, name, quick ? [4, 32] : [count, size]);
      version = measured.version;
      for (const [way, seconds] of Object.entries(measured.seconds)) {
        const rate = measured.samples / seconds;
        const ratio = measured.seconds['Keras, jax'] / seconds;
        const difference = way.startsWith('Keras') ? undefined : measured.difference;
        rows.push({ workload: title, way, seconds, rate, ratio, difference });
      }
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }
  return { rows, keras: version };
}

async function measureModel(folder, name, [count, size]) {
  const keras = async (backend, ...args) => {
    const { python, env } = await ensureKeras(backend);
    return await succeed(folder, [python, script, ...args], { env });
  };
  await keras('jax', 'make', name, folder, String(count), String(size));
  const files = readdirSync(folder).filter((file) => /^\d+\.npy$/.test(file));
  const shards = files.sort().map((file) => join(folder, file));
  writeFileSync(join(folder, 'shards.txt'), shards.map((path) => `${path}\n`).join(''));
  writeFileSync(join(folder, 'score_shards.py'), program);
  mkdirSync(join(folder, 'bin'));
  writeCommand(join(folder, 'bin'));
  const seconds = {};
  const add = (way, value) => {
    seconds[way] = value;
    console.log(`  ${name}, ${way}: ${value.toFixed(1)} s`);
  };
  let version;
  for (const backend of ['jax', 'tensorflow']) {
    const output = await keras(backend, 'predict', folder);
    const answer = JSON.parse(output.trim().split('\n').at(-1));
    add(`Keras, ${backend}`, answer.seconds);
    version = answer.keras;
  }
  const shell = (text) => () => succeed(folder, ['sh', '-c', text]);
  add('one process', await secondsOf(shell(`${score} < shards.txt`)));
  const cores = availableParallelism();
  const parallel = `split --number=r/${cores} shards.txt part. && ls part.* | xargs -P ${cores} -I{} sh -c '${score} < {}'`;
  add(`${cores} processes`, await secondsOf(shell(parallel)));
  const difference = differenceOf(shards);
  const cluster = await startCluster(await ensureSpark(), folder);
  try {
    await cluster.startWorker('first');
    await cluster.startWorker('second');
    const args = ['--files', 'model.keras', 'score_shards.py', ...shards];
    const submit = async () => {
      const { status, stderr } = await cluster.submit(args, { executors: 2 });
      if (status !== 0) throw new StepError(stderr.slice(-2000));
    };
    add('Spark, two workers', await secondsOf(submit));
  } finally {
    cluster.close();
  }
  return { seconds, difference, version, samples: count * size };
}

/** The rows as a text table. */
export function scaleTable(rows) {
  return table(
    rows.map(({ workload, way, seconds, rate, ratio, difference }) => ({
      workload,
      way,
      seconds: seconds.toFixed(1),
      'samples/s': rate.toFixed(0),
      'times Keras on JAX': ratio.toFixed(2),
      'off Keras': difference === undefined ? '-' : difference.toExponential(0),
    })),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flags = process.argv.slice(2);
  if (flags.some((flag) => flag !== '--quick'))
    throw new Error('Usage: node bench/scale.mjs [--quick]');
  const { rows, keras } = await measureScale({ quick: flags.includes('--quick') });
  console.log(`Node ${process.version}, ${process.arch}; Keras ${keras}\n`);
  console.log(scaleTable(rows));
}
