// The worker of an engine, in browsers and in Node's worker_threads, in one form.
import { hasNode, importNode } from '../runtime/platform/node.js';
import type { Answer, Request } from './protocol.js';

export interface Port {
  post(request: Request, transferred?: readonly ArrayBuffer[]): void;
  /** Whether the worker keeps a process of Node alive. */
  hold(held: boolean): void;
  terminate(): void;
}

export interface Listener {
  readonly answer: (answer: Answer) => void;
  /** The worker cannot be loaded, or has ended. */
  readonly fail: (cause: unknown) => void;
}

/** Starts the package's script for workers, or the one at `url`. */
export async function openPort(url: string | undefined, listener: Listener): Promise<Port> {
  return hasNode() ? await openNodePort(url, listener) : openWebPort(url, listener);
}

async function openNodePort(url: string | undefined, { answer, fail }: Listener): Promise<Port> {
  const { Worker: NodeWorker } = await importNode('worker_threads');
  // Not in the form that bundlers look for: they would pack the script for pages, too.
  const script = ['./keras-engine-worker-node', 'mjs'].join('.');
  const isPath = url !== undefined && !/^[a-z][a-z\d+.-]+:/i.test(url);
  const file = isPath ? url : new URL(url ?? script, import.meta.url);
  const worker = new NodeWorker(file, { execArgv: [] }); // flags such as `-e` are not for scripts
  worker.on('message', answer);
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`it ended with code ${code}`)));
  worker.unref();
  return {
    post: (request, transferred) => worker.postMessage(request, transferred as ArrayBuffer[]),
    hold: (held) => (held ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}

function openWebPort(url: string | undefined, { answer, fail }: Listener): Port {
  const worker =
    url === undefined
      ? // Written so that bundlers see it.
        new Worker(new URL('./keras-engine-worker.mjs', import.meta.url), { type: 'module' })
      : new Worker(sameOrigin(url), { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<Answer>) => answer(data);
  worker.onerror = fail; // without a message when the script cannot be loaded
  worker.onmessageerror = fail;
  return {
    post: (request, transferred = []) =>
      worker.postMessage(request, { transfer: transferred as ArrayBuffer[] }),
    hold: () => undefined,
    terminate: () => worker.terminate(),
  };
}

// The script of a worker must have the page's origin, but it may import modules of other origins.
function sameOrigin(url: string): string {
  if (new URL(url).origin === location.origin || /^(blob|data):/.test(url)) return url;
  const code = `import ${JSON.stringify(url)};`;
  return URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
}
