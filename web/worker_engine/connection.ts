// One worker of an engine: the calls that it has not answered yet, and how they are cancelled.
import { DisposedError } from '../index.js';
import type { Signal } from '../runtime/platform/platform_types.js';
import { openPort, type Port } from './port.js';
import { decodeError, type Answer, type Encoded } from './protocol.js';

/** Milliseconds for which a worker may go on with a cancelled call before it is ended. */
const usualPatience = 75;

export interface Call {
  readonly method: string;
  readonly args: Encoded[];
  readonly transferred: readonly ArrayBuffer[];
  /** Functions that the worker calls, by number. */
  readonly callbacks: ReadonlyMap<number, (...args: unknown[]) => void>;
}

interface Pending {
  readonly call: Call;
  readonly resolve: (value: Encoded) => void;
  readonly reject: (error: unknown) => void;
}

const workerHelp =
  "Serve the package's keras-engine-worker.mjs beside its code, or pass its address as `workerUrl`.";

export class Connection {
  readonly #port: Promise<Port>;
  readonly #pending = new Map<number, Pending>();
  #open: Port | undefined;
  #last = 0;
  #cancelling: Promise<void> = Promise.resolve();
  #ended: Error | undefined;

  readonly #patience: number;

  constructor(workerUrl: string | undefined, patience = usualPatience) {
    this.#patience = patience;
    const answer = (message: Answer) => this.#answer(message);
    this.#port = openPort(workerUrl, { answer, fail: (cause) => this.end(failure(cause)) });
    this.#port.then(
      (port) => {
        if (this.#ended) return port.terminate();
        this.#open = port;
        this.#hold();
      },
      (cause: unknown) => this.end(failure(cause)),
    );
  }

  /** Whether calls were cancelled of which it is not known yet whether the worker survives them. */
  isCancelling = false;

  /** Why the worker has ended; undefined while it runs. */
  get ended(): Error | undefined {
    return this.#ended;
  }

  /** Resolves when it is known whether the worker survives the calls that were cancelled. */
  get settled(): Promise<void> {
    return this.#cancelling;
  }

  /** The answer of the worker. Rejects as the call in the worker, with the signal's reason, and when the worker ends. */
  async send(call: Call, signal?: Signal): Promise<Encoded> {
    signal?.throwIfAborted();
    // Posted at once when the worker runs, so that the caller may reuse the memory of its data.
    const port = this.#open ?? (await this.#port);
    signal?.throwIfAborted();
    if (this.#ended) throw this.#ended;
    const id = ++this.#last;
    const { method, args, transferred } = call;
    port.post({ id, method, args }, transferred); // throws for what cannot be sent
    const cancel = () => this.#cancel(id, signal!.reason);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await new Promise<Encoded>((resolve, reject) => {
        this.#pending.set(id, { call, resolve, reject });
        this.#hold();
      });
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** Ends the worker, whatever it computes. Pending calls reject. */
  end(reason: Error): void {
    if (this.#ended) return;
    this.#ended = reason;
    this.#open?.terminate();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(reason);
  }

  #answer(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    if ('callback' in answer) {
      try {
        pending?.call.callbacks.get(answer.callback)?.(...answer.args);
      } catch (error) {
        this.#cancel(answer.id, error); // as in `model.predict`, an error of a callback ends the call
      }
      return;
    }
    this.#pending.delete(answer.id);
    this.#hold();
    if ('cancelled' in answer) return pending?.reject(undefined);
    if ('value' in answer) return pending?.resolve(answer.value);
    const error = decodeError(answer.error);
    pending?.reject(error);
    if (answer.error.kind === 'EngineStoppedError') this.end(error);
  }

  // The call rejects at once. The worker is asked to stop, and ended when it does not.
  #cancel(id: number, reason: unknown): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    pending.reject(reason);
    const ignored = { call: { ...pending.call, callbacks: new Map<number, never>() } };
    this.#open?.post({ cancel: id });
    const stopped = new Promise<void>((resolve) => {
      this.#pending.set(id, { ...ignored, resolve: () => resolve(), reject: () => resolve() });
      setTimeout(() => {
        if (this.#pending.has(id)) this.end(endedByCancelling());
      }, this.#patience);
    });
    this.isCancelling = true;
    const all = (this.#cancelling = Promise.all([this.#cancelling, stopped]).then(() => {
      if (this.#cancelling === all) this.isCancelling = false;
    }));
  }

  #hold(): void {
    this.#open?.hold(this.#pending.size > 0);
  }
}

const endedByCancelling = () =>
  new DisposedError('model', 'was in a worker that a cancelled call has ended');

function failure(cause: unknown): Error {
  const { message } = (cause ?? {}) as { message?: string };
  const reason = message ? `: ${message.replace(/\.$/, '')}` : '';
  return new Error(`The worker of the engine failed${reason}. ${workerHelp}`, { cause });
}
