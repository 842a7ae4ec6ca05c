// Workers of the browser and of Node, in one form.

import { hasNode, importNode } from './node.js';

/** Sent to a worker once. */
export interface WorkerStart {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  /** End of the memory for its stack. */
  stack: number;
  /** Number of the thread, from 1 on. */
  thread: number;
}

/** Sent back by the worker: that it is ready, or why it is not. */
export interface WorkerAnswer {
  error?: string;
}

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
  const worker = await answered(
    // Flags of this process, such as `-e`, are not for scripts.
    () => new NodeWorker(new URL(script, import.meta.url), { execArgv: [] }),
    (made, receive, fail) => {
      made.once('message', receive);
      made.on('error', fail);
      made.once('exit', fail);
      made.postMessage(start);
    },
  );
  worker.unref();
  return worker;
}

async function startWebWorker(start: WorkerStart): Promise<StartedWorker> {
  return await answered(
    // Written so that bundlers see it.
    () => new Worker(new URL('./keras-worker.mjs', import.meta.url), { type: 'module' }),
    (made, receive, fail) => {
      made.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => receive(data);
      made.onerror = fail; // without a message when the script cannot be loaded
      made.onmessageerror = fail;
      made.postMessage(start);
    },
  );
}

async function answered<W extends { terminate(): unknown }>(
  make: () => W,
  listen: (
    worker: W,
    receive: (answer: WorkerAnswer) => void,
    fail: (cause: unknown) => void,
  ) => void,
): Promise<W> {
  let worker: W | undefined;
  try {
    worker = make();
    const { error } = await new Promise<WorkerAnswer>(listen.bind(undefined, worker));
    if (error !== undefined) throw new Error(error);
    return worker;
  } catch (cause) {
    worker?.terminate();
    const { message } = cause as { message?: string };
    throw new Error(`Could not start a worker${message ? `: ${message}` : ''}. ${help}`, { cause });
  }
}
