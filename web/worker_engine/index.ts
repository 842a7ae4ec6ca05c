// The entry keras-wasm/worker: engines in workers.
export {
  createWorkerEngine,
  type HookOptions,
  type Keras,
  type WorkerCode,
  type WorkerEngine,
  type WorkerEngineOptions,
} from './engine.js';
export { createWorkerPool, type WorkerPool, type WorkerPoolOptions } from './pool.js';
export type { ModelInfo, TensorSpec } from './protocol.js';
export type { CallOptions, WorkerData, WorkerModel, WorkerTensorTree } from './worker_model.js';
export { WorkerTensor, type TensorElements } from './worker_tensor.js';
