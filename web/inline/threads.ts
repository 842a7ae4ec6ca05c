// Takes the place of the glue for threads and of their workers, which this file does not have.
import type { startWorker as StartWorker } from '../runtime/platform/workers.js';

const missing = () => new Error('keras-wasm/inline has one thread: use keras-wasm.');

export default function createModule(): never {
  throw missing();
}

export const startWorker: typeof StartWorker = () => Promise.reject(missing());
