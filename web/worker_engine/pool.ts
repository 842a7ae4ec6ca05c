// createWorkerPool: one model in several workers, which share the batches of a prediction.
import * as keras from '../index.js';
import {
  createWorkerEngine,
  type HookOptions,
  type WorkerEngine,
  type WorkerEngineOptions,
} from './engine.js';
import type { CallOptions, WorkerData, WorkerModel } from './worker_model.js';

export interface WorkerPoolOptions extends WorkerEngineOptions {
  /** Number of workers, 2 by default. */
  size?: number;
}

/** Engines with the same model. Made by `createWorkerPool`. */
export class WorkerPool {
  readonly #engines: readonly WorkerEngine[];
  readonly #load: (engine: WorkerEngine) => Promise<WorkerModel>;
  #models: WorkerModel[] = [];

  /** @internal Use `createWorkerPool`. */
  constructor(
    engines: readonly WorkerEngine[],
    load: (engine: WorkerEngine) => Promise<WorkerModel>,
  ) {
    this.#engines = engines;
    this.#load = load;
  }

  /** Opens the model again in the workers that a cancelled call has ended. @internal */
  async open(): Promise<void> {
    this.#models = await Promise.all(
      this.#engines.map(async (engine, i) => {
        const model = this.#models[i];
        return model && !model.disposed ? model : await this.#load(engine);
      }),
    );
  }

  /**
   * Predicts each of `batches` and returns the outputs in the same order. A worker takes the next batch when it has
   * finished one. An error, or the signal, ends the call; after the signal, the next call opens the model again.
   */
  async predict(
    batches: Iterable<WorkerData>,
    options: keras.PredictOptions & CallOptions = {},
  ): Promise<unknown[]> {
    await this.open();
    const outputs: unknown[] = [];
    const rest = [...batches].entries(); // shared: each worker takes the next one
    let failed = false;
    const work = async (model: WorkerModel) => {
      for (const [i, batch] of rest) {
        if (failed) return;
        outputs[i] = await model.predict(batch, options);
      }
    };
    try {
      await Promise.all(this.#models.map(work));
    } finally {
      failed = true;
    }
    return outputs;
  }

  /** Ends the workers. */
  close(): void {
    for (const engine of this.#engines) engine.close();
  }
}

/** Opens the model in `size` workers. The source must be readable several times: a path, an address, a Blob or bytes. */
export async function createWorkerPool(
  source: keras.ModelSource,
  { size = 2, ...options }: WorkerPoolOptions = {},
  loading: keras.LoadOptions & HookOptions = {},
): Promise<WorkerPool> {
  if (!Number.isSafeInteger(size) || size < 1 || size > 64)
    throw new keras.ValueError(`size must be an integer from 1 to 64. Received: ${String(size)}`);
  const engines: WorkerEngine[] = [];
  try {
    for (let i = 0; i < size; ++i) engines.push(await createWorkerEngine(options));
    const pool = new WorkerPool(engines, (engine) => engine.loadModel(source, loading));
    await pool.open();
    return pool;
  } catch (error) {
    for (const engine of engines) engine.close();
    throw error;
  }
}
