// The worker of an engine, in browsers and in Node's worker_threads, in one form.
import { hasNode, importNode } from '../runtime/platform/node.js';
import type { Answer, Call } from './protocol.js';

export interface Port {
  post(call: Call): void;
  /** Whether the worker keeps a process of Node alive. */
  hold(held: boolean): void;
  terminate(): void;
}

export interface Listener {
  answer(answer: Answer): void;
  /** The worker cannot be loaded, or has ended. */
  fail(cause: unknown): void;
}

/** Starts keras-engine-worker.mjs, or the script at `url`. */
export async function openPort(url: string | undefined, listener: Listener): Promise<Port> {
  return hasNode() ? await openNodePort(url, listener) : openWebPort(url, listener);
}

async function openNodePort(url: string | undefined, { answer, fail }: Listener): Promise<Port> {
  const { Worker: NodeWorker } = await importNode('worker_threads');
  // Not as bundlers look for it: they would pack the script a second time.
  const script = ['./keras-engine-worker', 'mjs'].join('.');
  const worker = new NodeWorker(new URL(url ?? script, import.meta.url), { execArgv: [] });
  worker.on('message', answer);
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`it ended with code ${code}`)));
  worker.unref();
  return {
    post: (call) => worker.postMessage(call),
    hold: (held) => (held ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}

function openWebPort(url: string | undefined, { answer, fail }: Listener): Port {
  const worker =
    url === undefined
      ? // Written so that bundlers see it.
        new Worker(new URL('./keras-engine-worker.mjs', import.meta.url), { type: 'module' })
      : new Worker(url, { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<Answer>) => answer(data);
  worker.onerror = fail; // without a message when the script cannot be loaded
  worker.onmessageerror = fail;
  return {
    post: (call) => worker.postMessage(call),
    hold: () => undefined,
    terminate: () => worker.terminate(),
  };
}
