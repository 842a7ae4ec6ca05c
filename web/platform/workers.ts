// Workers of the browser and of Node, in one form.

import { hasNode, importNode } from './node.js';
import type { WorkerAnswer, WorkerStart } from '../worker.js';

/** A worker that runs worker.ts. */
export interface StartedWorker {
  terminate(): void;
}

const help = "Serve the package's keras-worker.mjs beside its code.";

/**
 * Starts a worker, and is done when it is ready. Rejects with an Error when it cannot be loaded or started; it is gone then.
 * In Node it does not keep the process alive.
 */
export async function startWorker(start: WorkerStart): Promise<StartedWorker> {
  return hasNode() ? await startNodeWorker(start) : await startWebWorker(start);
}

async function startNodeWorker(start: WorkerStart): Promise<StartedWorker> {
  const { Worker: NodeWorker } = await importNode('worker_threads');
  // Not as bundlers look for it: they would pack the script a second time.
  const script = ['./keras-worker', 'mjs'].join('.');
  // Flags of this process, such as those of `node -e`, are not for scripts.
  const worker = new NodeWorker(new URL(script, import.meta.url), { execArgv: [] });
  await answered((receive, fail) => {
    worker.once('message', receive);
    worker.on('error', fail);
    worker.postMessage(start);
  }, worker);
  worker.unref();
  return worker;
}

async function startWebWorker(start: WorkerStart): Promise<StartedWorker> {
  // Written so that bundlers see it.
  const worker = new Worker(new URL('./keras-worker.mjs', import.meta.url), { type: 'module' });
  await answered((receive, fail) => {
    worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => receive(data);
    worker.onerror = fail; // without a message when the script cannot be loaded
    worker.onmessageerror = fail;
    worker.postMessage(start);
  }, worker);
  return worker;
}

async function answered(
  listen: (receive: (answer: WorkerAnswer) => void, fail: (error: unknown) => void) => void,
  worker: { terminate(): unknown },
): Promise<void> {
  try {
    const { error } = await new Promise<WorkerAnswer>(listen);
    if (error !== undefined) throw new Error(error);
  } catch (cause) {
    worker.terminate();
    const { message } = cause as { message?: string };
    throw new Error(`Could not start a worker${message ? `: ${message}` : ''}. ${help}`, { cause });
  }
}
