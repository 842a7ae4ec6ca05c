// A page that uses an engine in a worker through a bundler, as an application does. A test calls these functions.
import { createWorkerEngine, createWorkerPool, WorkerTensor } from 'keras-wasm/worker';

const variant = 'simd';

function images(count) {
  const data = Float32Array.from({ length: count * 64 }, (_, i) => ((i * 7) % 101) / 101);
  return new WorkerTensor(data, [count, 8, 8, 1]);
}

const failure = ({ name, message }) => ({ name, message });

/** What a model in a worker predicts, and how often a timer of this page fires meanwhile. */
async function predict(count, batchSize) {
  const engine = await createWorkerEngine({ variant });
  const model = await engine.loadModel('digits.keras');
  let ticks = 0;
  const timer = setInterval(() => ++ticks, 5);
  const start = performance.now();
  const { data } = await model.predict(images(count), { batchSize });
  const time = performance.now() - start;
  clearInterval(timer);
  engine.close();
  return { output: [...data], ticks, time };
}

async function pooled(count, batchSize) {
  const pool = await createWorkerPool('digits.keras', { variant, size: 2 });
  const { data } = await pool.predict(images(count), { batchSize });
  pool.close();
  return [...data];
}

/** Names after a clone with hooks of a module, and with a function. */
async function clone() {
  const engine = await createWorkerEngine({ variant });
  const model = await engine.loadModel(await fetch('digits.keras'));
  const namesOf = async (options) => {
    const { layers } = await (await engine.cloneModel(model, options)).getConfig();
    return layers.map(({ config }) => config.name);
  };
  const module = await namesOf({ hooks: 'hooks.mjs', hookData: { suffix: '_n' } });
  const hooks = () => ({ rename: (name) => 'f_' + name });
  const text = await namesOf({ hooks }).catch(failure);
  const diff = await engine.diffModels(model, await engine.cloneModel(model));
  const saved = await model.save();
  engine.close();
  return { module, text, equal: diff.model.config.length === 0, size: saved.length };
}

/** Cancels a prediction of a model with 2048 inputs: in small batches, or in one batch that takes seconds. */
async function cancel(json, count, batchSize, patience) {
  const engine = await createWorkerEngine({ variant, patience });
  const model = await engine.modelFromJson(json);
  const row = new WorkerTensor(new Float32Array(2048), [1, 2048]);
  await model.predict(row); // makes the weights
  const controller = new AbortController();
  const call = model.predict(new WorkerTensor(new Float32Array(count * 2048), [count, 2048]), {
    batchSize,
    signal: controller.signal,
  });
  call.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const start = performance.now();
  controller.abort();
  const { name } = await call.catch((error) => error);
  const time = performance.now() - start;
  const stops = batchSize < count;
  if (!stops) await new Promise((resolve) => setTimeout(resolve, 1000));
  globalThis.engine = engine;
  const shape = stops ? (await model.predict(row)).shape : null;
  return { name, time, shape, disposed: model.disposed };
}

/** Whether the engine of `cancel` opens a model and predicts. */
async function goOn() {
  const { engine } = globalThis;
  const model = await engine.loadModel('digits.keras');
  const { shape } = await model.predict(images(2));
  engine.close();
  return shape;
}

const wrongWorker = () => createWorkerEngine({ workerUrl: 'nowhere.mjs' }).catch(failure);

globalThis.tests = { predict, pooled, clone, cancel, goOn, wrongWorker };
