// The script of an engine's worker (keras-engine-worker.mjs of the package): runs the calls that its page sends, in order.
import { hasNode, importNode } from '../runtime/platform/node.js';
import { methods } from './methods.js';
import { encodeError, type Answer, type Request } from './protocol.js';
import { decodeArguments, encodeResult } from './server_values.js';

type Send = (answer: Answer, transferred?: ArrayBuffer[]) => void;

// Calls that have not been answered.
const controllers = new Map<number, AbortController>();

// One call after the other: a hook's module that loads slowly does not let later calls overtake.
let turn: Promise<void> = Promise.resolve();

function receive(request: Request, send: Send): void {
  if ('cancel' in request) return controllers.get(request.cancel)?.abort();
  controllers.set(request.id, new AbortController());
  turn = turn.then(() => answerCall(request, send));
}

async function answerCall(request: Exclude<Request, { cancel: number }>, send: Send) {
  const { id, method, args } = request;
  const { signal } = controllers.get(id)!;
  try {
    signal.throwIfAborted();
    const call = (callback: number, sent: unknown[]) => send({ id, callback, args: sent });
    const values = decodeArguments(args, call, signal);
    const result: unknown = await methods[method]!(signal, ...(values as never[]));
    const transferred = new Set<ArrayBuffer>();
    const value = encodeResult(result, transferred);
    send({ id, value }, [...transferred]);
  } catch (error) {
    send(signal.aborted ? { id, cancelled: true } : { id, error: encodeError(error) });
  } finally {
    controllers.delete(id);
  }
}

// No `await` at the top level: bundlers make classic scripts of workers.
if (hasNode()) {
  void importNode('worker_threads').then(({ parentPort }) => {
    const send: Send = (answer, transferred) => parentPort!.postMessage(answer, transferred);
    parentPort?.on('message', (request: Request) => receive(request, send));
  });
} else {
  const send: Send = (answer, transferred = []) => postMessage(answer, { transfer: transferred });
  addEventListener('message', ({ data }: MessageEvent<Request>) => receive(data, send));
}
