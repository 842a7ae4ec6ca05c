// The entry keras-wasm/worker: engines in workers.
export {
  createWorkerEngine,
  type HookOptions,
  type WorkerEngine,
  type WorkerEngineOptions,
} from './engine.js';
export { createWorkerPool, type WorkerPool, type WorkerPoolOptions } from './pool.js';
export { WorkerTensor } from './protocol.js';
export type { CallOptions, WorkerData, WorkerModel } from './worker_model.js';
