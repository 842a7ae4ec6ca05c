// createWorkerPool: one model in several workers, which share the batches of a prediction.
import { ValueError } from '../index.js';
import type * as keras from '../index.js';
import {
  createWorkerEngine,
  type HookOptions,
  type WorkerEngine,
  type WorkerEngineOptions,
} from './engine.js';
import { joinRows, rowsOf, toWorkerTensors, type Rows } from './rows.js';
import { sendableOptions, sendableSource } from './sources.js';
import type { CallOptions, WorkerData, WorkerModel, WorkerTensorTree } from './worker_model.js';
import type { WorkerTensor } from './worker_tensor.js';

export interface WorkerPoolOptions extends WorkerEngineOptions {
  /** Number of workers, 2 by default. Each has the weights in its own memory. */
  size?: number;
}

type PoolPredictOptions = keras.PredictOptions & Pick<CallOptions, 'signal'>;

/** How many slices of a prediction each worker gets, so that a slower worker gets fewer. */
const slicesPerWorker = 4;

/** Engines with the same model. Made by `createWorkerPool`. */
export class WorkerPool {
  readonly #engines: readonly WorkerEngine[];
  readonly #load: (engine: WorkerEngine) => Promise<WorkerModel>;
  #models: WorkerModel[] = [];
  #opening: Promise<void> | undefined;

  /** @internal Use `createWorkerPool`. */
  constructor(
    engines: readonly WorkerEngine[],
    load: (engine: WorkerEngine) => Promise<WorkerModel>,
  ) {
    this.#engines = engines;
    this.#load = load;
  }

  /** Number of workers. */
  get size(): number {
    return this.#engines.length;
  }

  /** Opens the model again in the workers that a cancelled call has ended. @internal */
  async open(): Promise<void> {
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    await this.#opening;
  }

  async #open(): Promise<void> {
    this.#models = await Promise.all(
      this.#engines.map(async (engine, i) => {
        await engine.settled();
        const model = this.#models[i];
        return model && !model.disposed ? model : await this.#load(engine);
      }),
    );
  }

  /**
   * As `model.predict`, with the same bits: the workers share the batches. `onProgress` is called with the number of samples
   * computed so far. An error, or the signal, ends the call.
   */
  async predict<R extends WorkerTensorTree = WorkerTensor>(
    data: WorkerData,
    options: PoolPredictOptions | number | null = {},
  ): Promise<R> {
    const given: PoolPredictOptions =
      typeof options === 'number' ? { batchSize: options } : (options ?? {});
    await this.open();
    const { batchSize: size, onProgress, ...rest } = given;
    const batchSize = size ?? 32;
    const rows =
      Number.isSafeInteger(batchSize) && batchSize > 0
        ? rowsOf(toWorkerTensors(data), this.#models[0]!.inputs)
        : undefined;
    if (rows === undefined || rows.total <= batchSize)
      return await this.#models[0]!.predict<R>(data, given);
    const parts: unknown[] = [];
    let done = 0;
    const slices = slicesOf(rows, batchSize, this.size);
    for await (const [i, part] of this.#inOrder(slices, { ...rest, batchSize })) {
      parts.push(part);
      done += slices[i]!.count;
      onProgress?.(done, rows.total);
    }
    return joinRows(parts) as R;
  }

  /**
   * Predicts batches as they come, each as `model.predict`, and yields the outputs in the same order. Takes at most twice as
   * many batches in advance as there are workers. An error, the signal, or leaving the loop ends the work.
   *
   * ```js
   * for await (const output of pool.predictBatches(batches)) write(output);
   * ```
   */
  async *predictBatches<R extends WorkerTensorTree = WorkerTensor>(
    batches: Iterable<WorkerData> | AsyncIterable<WorkerData>,
    options: PoolPredictOptions = {},
  ): AsyncGenerator<R, void, undefined> {
    await this.open();
    for await (const [, output] of this.#inOrder(batches, options)) yield output as R;
  }

  async *#inOrder(
    batches: Iterable<WorkerData | Slice> | AsyncIterable<WorkerData | Slice>,
    { signal, ...options }: PoolPredictOptions,
  ): AsyncGenerator<[number, unknown], void, undefined> {
    const stop = new AbortController();
    const abort = () => stop.abort(signal!.reason);
    signal?.throwIfAborted();
    signal?.addEventListener('abort', abort, { once: true });
    const free = [...this.#models];
    const waiting: ((model: WorkerModel) => void)[] = [];
    const predict = async (batch: WorkerData | Slice): Promise<unknown> => {
      const model = free.pop() ?? (await new Promise<WorkerModel>((take) => waiting.push(take)));
      try {
        stop.signal.throwIfAborted();
        const data = batch instanceof Slice ? batch.data : batch;
        return await model.predict(data, { ...options, signal: stop.signal });
      } finally {
        const next = waiting.shift();
        if (next) next(model);
        else free.push(model);
      }
    };
    const running: Promise<unknown>[] = [];
    let yielded = 0;
    try {
      for await (const batch of batches) {
        const output = predict(batch);
        output.catch(() => undefined); // reported when its turn comes
        running.push(output);
        if (running.length >= 2 * this.size) yield [yielded++, await running.shift()];
      }
      while (running.length > 0) yield [yielded++, await running.shift()];
    } finally {
      signal?.removeEventListener('abort', abort);
      if (running.length > 0) stop.abort();
    }
  }

  /** Ends the workers. Pending calls reject, and so do later ones. */
  close(): void {
    for (const engine of this.#engines) engine.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Some samples of the data of a prediction. */
class Slice {
  readonly #rows: Rows;
  readonly #begin: number;
  readonly count: number;

  constructor(rows: Rows, begin: number, end: number) {
    this.#rows = rows;
    this.#begin = begin;
    this.count = end - begin;
  }

  get data(): WorkerData {
    return this.#rows.slice(this.#begin, this.#begin + this.count) as WorkerData;
  }
}

// Whole batches, so that the bits equal a single prediction's.
function slicesOf(rows: Rows, batchSize: number, workers: number): Slice[] {
  const batches = Math.ceil(rows.total / batchSize);
  const rowsOfSlice = batchSize * Math.ceil(batches / (slicesPerWorker * workers));
  const count = Math.ceil(rows.total / rowsOfSlice);
  return Array.from({ length: count }, (_, i) => {
    const begin = i * rowsOfSlice;
    return new Slice(rows, begin, Math.min(rows.total, begin + rowsOfSlice));
  });
}

/**
 * Opens a model in several workers, which share the batches of `pool.predict`.
 *
 * ```js
 * const pool = await createWorkerPool('model.keras', { size: 4 });
 * const outputs = await pool.predict(x, { batchSize: 64 });
 * ```
 */
export async function createWorkerPool(
  source: keras.FileSource,
  { size = 2, ...options }: WorkerPoolOptions = {},
  loading: keras.LoadOptions & HookOptions<keras.LoadOptions> = {},
): Promise<WorkerPool> {
  if (!Number.isSafeInteger(size) || size < 1 || size > 64)
    throw new ValueError(`size must be an integer from 1 to 64. Received: size=${String(size)}`);
  // Once: streams and responses can be read only once.
  const given = (await sendableSource(source)) as keras.FileSource;
  const starting = await sendableOptions(options);
  const engines: WorkerEngine[] = [];
  try {
    const started = Array.from({ length: size }, async () => {
      engines.push(await createWorkerEngine(starting));
    });
    const failed = (await Promise.allSettled(started)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    const pool = new WorkerPool(engines, (engine) => engine.loadModel(given, loading));
    await pool.open();
    return pool;
  } catch (error) {
    for (const engine of engines) engine.close();
    throw error;
  }
}
