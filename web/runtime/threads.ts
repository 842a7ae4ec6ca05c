// Threads of the core: how many, whether they can be, and starting them.

import { ValueError } from '../errors/errors.js';
import { hasNode, importNode } from './platform/node.js';
import { startWorker, type StartedWorker } from './platform/workers.js';
import type { Instance } from '../boundary/raw.js';

/** More rarely help one prediction. */
const mostByDefault = 8;

// Each takes a worker, and some memory for good.
const most = 64;

/** What src/bindings/worker_bindings.cpp binds. */
export interface ThreadsCore {
  workerMemory(): number;
  setThreads(threads: number, maySleep: boolean): void;
}

/** Whether memory can be shared with workers: not in pages that are not cross-origin isolated. */
export function canShareMemory(): boolean {
  return typeof SharedArrayBuffer === 'function' && globalThis.crossOriginIsolated !== false;
}

/** Whether a module needs memory that is shared with workers. */
export function needsSharedMemory(module: WebAssembly.Module): boolean {
  return WebAssembly.Module.imports(module).some(({ kind }) => kind === 'memory');
}

/** Throws a ValueError for what can be no number of threads. */
export function checkThreads(wanted: number | undefined): void {
  if (wanted === undefined || (Number.isInteger(wanted) && wanted >= 1 && wanted <= most)) return;
  const received = typeof wanted === 'string' ? JSON.stringify(wanted) : String(wanted);
  throw new ValueError(`threads must be an integer from 1 to ${most}. Received: ${received}`);
}

/** The number of threads that suits the machine. */
export async function threadsByDefault(): Promise<number> {
  return Math.min(await processors(), mostByDefault);
}

async function processors(): Promise<number> {
  if (hasNode()) return (await importNode('os')).availableParallelism();
  return navigator.hardwareConcurrency || 1;
}

/** Lets a core work on `threads` threads, and returns the workers. Rejects with an Error when a worker does not start; there are none then. */
export async function startThreads(
  { core, module, memory }: Instance<ThreadsCore>,
  threads: number,
): Promise<readonly StartedWorker[]> {
  const workers: StartedWorker[] = [];
  const start = async (thread: number): Promise<void> => {
    workers.push(await startWorker({ module, memory, stack: core.workerMemory(), thread }));
  };
  const numbers = Array.from({ length: threads - 1 }, (_, i) => i + 1);
  const results = await Promise.allSettled(numbers.map(start));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) {
    for (const worker of workers) worker.terminate();
    throw failed.reason;
  }
  core.setThreads(threads, maySleep());
  return workers;
}

// The main thread of a page must not wait.
function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1); // waits while there is a 1
    return true;
  } catch {
    return false;
  }
}
