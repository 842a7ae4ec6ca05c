// Predictions that let the worker receive messages between batches, so that they can be cancelled.
import * as keras from '../index.js';
import { hasNode } from '../runtime/platform/node.js';
import { joinRows, rowsOf, toWorkerTensors } from './rows.js';
import { WorkerTensor } from './worker_tensor.js';

/** How long the worker computes before it looks for messages. */
const sliceTime = 10; // ms

/** As `model.predict`, with the same batches. Throws the reason of the signal after the batch during which it is aborted. */
export async function predictInSlices(
  model: keras.Model,
  data: unknown,
  options: keras.PredictOptions | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  const { onProgress } = options ?? {};
  const batchSize = batchSizeOf(options);
  const isValid = Number.isSafeInteger(batchSize) && batchSize > 0; // else `predict` says what is wrong
  const rows = isValid ? rowsOf(data, inputsOf(model)) : undefined;
  if (rows === undefined || rows.total <= batchSize) return predictNow(model, data, options);
  const parts: unknown[] = [];
  let batches = 1;
  for (let begin = 0; begin < rows.total;) {
    const end = Math.min(rows.total, begin + batches * batchSize);
    const start = performance.now();
    parts.push(
      predictNow(model, rows.slice(begin, end), {
        ...options,
        ...(onProgress && { onProgress: progressAfter(begin, rows.total, onProgress) }),
      }),
    );
    const time = performance.now() - start;
    batches = Math.max(1, Math.min(2 * batches, Math.floor((batches * sliceTime) / time)));
    begin = end;
    await nextTask();
    signal.throwIfAborted();
  }
  return joinRows(parts);
}

/** The batch size of options, which may have Keras's name; `predict` checks it. */
export function batchSizeOf(options: keras.PredictOptions | undefined): number {
  const { batchSize, batch_size: name } = (options ?? {}) as { [key: string]: number | null };
  return batchSize ?? name ?? 32;
}

const progressAfter =
  (begin: number, total: number, onProgress: (done: number, total: number) => void) =>
  (done: number) =>
    onProgress(begin + done, total);

function inputsOf(model: keras.Model) {
  try {
    return model.inputs;
  } catch {
    return []; // not built
  }
}

function predictNow(
  model: keras.Model,
  data: unknown,
  options: keras.PredictOptions | undefined,
): unknown {
  const made: keras.Tensor[] = [];
  try {
    const outputs: unknown = model.predict(toTensors(data, made) as keras.ModelData, options);
    return toWorkerTensors(outputs, { dispose: true });
  } finally {
    for (const tensor of made) tensor.dispose();
  }
}

/** A tree with tensors of the engine, which `made` receives, in place of `WorkerTensor`s. */
export function toTensors(tree: unknown, made: keras.Tensor[]): unknown {
  if (tree instanceof WorkerTensor) {
    const tensor = keras.tensor(tree.data, tree.shape, tree.dtype);
    made.push(tensor);
    return tensor;
  }
  if (Array.isArray(tree)) return tree.map((item) => toTensors(item, made));
  if (Object.prototype.toString.call(tree) !== '[object Object]') return tree;
  const prototype: unknown = Object.getPrototypeOf(tree);
  if (prototype !== Object.prototype && prototype !== null) return tree;
  const entries = Object.entries(tree as object);
  return Object.fromEntries(entries.map(([name, item]) => [name, toTensors(item, made)]));
}

// Messages are tasks: the worker receives those that arrived meanwhile before the promise resolves.
const nextTask = (): Promise<unknown> =>
  new Promise((resolve) => {
    if (hasNode()) return void setImmediate(resolve, undefined);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(undefined);
  });
