// createWorkerEngine: the package in a worker, so that a page never blocks.
import * as keras from '../index.js';
import { hasNode } from '../runtime/platform/node.js';
import { openPort, type Port } from './port.js';
import {
  decode,
  decodeError,
  encode,
  WorkerTensor,
  type Answer,
  type Encoded,
} from './protocol.js';
import { WorkerModel, type CallOptions } from './worker_model.js';

/** Options whose functions run in the worker, and a module of such options. */
export interface HookOptions extends CallOptions {
  /** Address of a module whose default export is a function `(keras) => options`, which may use closures and imports. */
  hooks?: string | URL;
}

export interface WorkerEngineOptions extends keras.InitializeOptions {
  /** Address of keras-engine-worker.mjs, when it is not beside the code. */
  workerUrl?: string | URL;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly callbacks: readonly number[];
}

// Called in the page; all other functions run in the worker.
const callbackNames = ['onProgress', 'onReport'];

/** An engine in a worker. Each has its own models; several run side by side. Made by `createWorkerEngine`. */
export class WorkerEngine {
  readonly #options: WorkerEngineOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #callbacks = new Map<number, (...args: unknown[]) => void>();
  #port: Promise<Port> | undefined;
  #opened: Port | undefined;
  #closed = false;
  #generation = 0;
  #last = 0;

  /** @internal Use `createWorkerEngine`. */
  constructor(options: WorkerEngineOptions) {
    this.#options = options;
  }

  /** Counts the workers of this engine: models of earlier ones are gone. @internal */
  get generation(): number {
    return this.#generation;
  }

  /** Starts the worker. Rejects as `initialize`, and with an Error when the worker cannot be started. @internal */
  async start(): Promise<void> {
    await this.#connect();
  }

  /** As `loadModel`. Paths (Node) and addresses are read in the worker, relative to the page. */
  async loadModel(
    source: keras.ModelSource,
    { signal, ...options }: keras.LoadOptions & HookOptions = {},
  ): Promise<WorkerModel> {
    const given = await sendable(source);
    return (await this.call('loadModel', [given, options], signal)) as WorkerModel;
  }

  /** As `modelFromJson`. */
  async modelFromJson(
    json: string,
    { signal, ...options }: HookOptions = {},
  ): Promise<WorkerModel> {
    return (await this.call('modelFromJson', [json, options], signal)) as WorkerModel;
  }

  /**
   * As `cloneModel`. Functions are sent as their source text: they see their parameters and `keras`, the exports of this
   * package, and nothing else of the code around them. A page whose content security policy forbids 'unsafe-eval' passes
   * `hooks`, the address of a module, as must code whose bundler renames `keras`. `onReport` is called here.
   */
  async cloneModel(
    model: WorkerModel,
    { signal, ...options }: keras.CloneOptions & HookOptions = {},
  ): Promise<WorkerModel> {
    return (await this.call('cloneModel', [model, options], signal)) as WorkerModel;
  }

  /** As `diffModels`: plain data, with `text` as `String(diff)` prints it. */
  async diffModels(
    a: WorkerModel,
    b: WorkerModel,
    { signal, ...options }: keras.DiffOptions & CallOptions = {},
  ): Promise<keras.ModelDiff & { readonly text: string }> {
    const diff = await this.call('diffModels', [a, b, options], signal);
    return diff as keras.ModelDiff & { text: string };
  }

  /** Ends the worker. Pending calls reject, and so do later ones. */
  close(): void {
    this.#closed = true;
    this.#stop(new keras.DisposedError('engine', 'was closed'));
  }

  /** Runs a method in the worker. @internal */
  async call(method: string, args: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    signal?.throwIfAborted();
    const generation = this.#generation;
    const callbacks: number[] = [];
    const encoded = args.map((value) =>
      encode(value, (item, key) => this.#send(item, key, callbacks)),
    );
    const abort = () => this.#stop(gone(), signal!.reason);
    const cancelled = new Promise<never>((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const answer = this.#connect().then((port) => {
        signal?.throwIfAborted();
        if (usesModels(args) && generation !== this.#generation && generation > 0) throw gone();
        return this.#post(port, method, encoded, callbacks);
      });
      return this.#receive((await Promise.race([answer, cancelled])) as Encoded);
    } finally {
      signal?.removeEventListener('abort', abort);
      for (const id of callbacks) this.#callbacks.delete(id);
    }
  }

  async #connect(): Promise<Port> {
    if (this.#closed) throw new keras.DisposedError('engine', 'was closed');
    this.#port ??= this.#open();
    return await this.#port;
  }

  async #open(): Promise<Port> {
    const generation = ++this.#generation;
    const { workerUrl, ...options } = this.#options;
    const url = workerUrl === undefined ? undefined : absolute(String(workerUrl));
    const port = await openPort(url, {
      answer: (answer) => this.#answer(answer),
      fail: (cause) => {
        const message = (cause as { message?: string }).message;
        const reason = `The worker of the engine failed${message ? `: ${message}` : ''}. Serve the package's keras-engine-worker.mjs beside its code, or pass \`workerUrl\`.`;
        if (generation === this.#generation) this.#stop(new Error(reason, { cause }));
      },
    });
    if (generation !== this.#generation || this.#port === undefined) {
      port.terminate();
      throw gone();
    }
    this.#opened = port;
    try {
      const encoded = encode(await sendableOptions(options), () => undefined);
      await this.#post(port, 'initialize', [encoded], []);
    } catch (error) {
      if (generation === this.#generation) this.#stop(error);
      throw error;
    }
    return port;
  }

  #post(port: Port, method: string, args: Encoded[], callbacks: number[]): Promise<unknown> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      port.post({ id, method, args }); // throws for what cannot be sent
      this.#pending.set(id, { resolve, reject, callbacks });
      port.hold(true);
    });
  }

  #answer(answer: Answer): void {
    if ('callback' in answer) return this.#callbacks.get(answer.callback)?.(...answer.args);
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) this.#opened?.hold(false);
    if ('error' in answer) pending?.reject(decodeError(answer.error));
    else pending?.resolve(answer.value);
  }

  // Ends the worker. `reason` is for the call that was cancelled, which rejects by itself.
  #stop(error: unknown, reason?: unknown): void {
    this.#opened?.terminate();
    this.#opened = this.#port = undefined;
    this.#generation += reason === undefined ? 0 : 1;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(error);
  }

  #send(value: unknown, key: string, callbacks: number[]): Encoded | undefined {
    if (value instanceof WorkerModel) return ['model', value.idIn(this)];
    if (value instanceof keras.Tensor)
      return ['tensor', value.data(), value.shape as number[], value.dtype];
    if (value instanceof URL) return ['plain', absolute(value.href)];
    if (key === 'hooks' && typeof value === 'string') return ['plain', absolute(value)];
    if (typeof value !== 'function') return undefined;
    if (!callbackNames.includes(key)) return ['function', sourceOf(value)];
    const id = ++this.#last;
    this.#callbacks.set(id, value as () => void);
    callbacks.push(id);
    return ['callback', id];
  }

  #receive(encoded: Encoded): unknown {
    if (encoded[0] === 'list' && encoded[1][0]?.[0] === 'model') {
      const [id, name, className] = encoded[1].map(([, value]) => value);
      return new WorkerModel(this, id as number, name as string, className as string);
    }
    return decode(encoded, (item) =>
      item[0] === 'tensor' ? new WorkerTensor(item[1], item[2], item[3]) : undefined,
    );
  }
}

/**
 * Starts an engine in a worker of its own: `const engine = await createWorkerEngine()`, then
 * `const model = await engine.loadModel('model.keras')` and `await model.predict(x)`. Takes the options of `initialize`.
 */
export async function createWorkerEngine(options: WorkerEngineOptions = {}): Promise<WorkerEngine> {
  const engine = new WorkerEngine(options);
  await engine.start();
  return engine;
}

const usesModels = (args: readonly unknown[]) => args.some((item) => item instanceof WorkerModel);

const gone = () =>
  new keras.DisposedError('model', 'was in a worker that a cancelled call has ended');

function sourceOf(value: object): string {
  const source = Function.prototype.toString.call(value);
  if (!/\{\s*\[native code\]\s*\}\s*$/.test(source)) return source;
  throw new keras.KerasTypeError(
    'A function is sent to the worker as its source text, which bound and built-in functions lack: pass `hooks`, the address of a module.',
  );
}

// Addresses in pages are relative to the page, not to the worker's script.
function absolute(address: string): string {
  if (hasNode()) return address;
  return new URL(address, typeof document === 'object' ? document.baseURI : location.href).href;
}

async function sendable(source: keras.ModelSource): Promise<unknown> {
  if (typeof source === 'string' || source instanceof URL) return absolute(String(source));
  if (typeof Response === 'function' && source instanceof Response)
    return new Uint8Array(await source.arrayBuffer());
  return source;
}

// The options of `initialize` in a form that can be sent: neither promises, responses nor URLs.
async function sendableOptions(options: keras.InitializeOptions): Promise<object> {
  const entries = Object.entries(options).map(async ([name, given]) => {
    const value: unknown = await given;
    const isAddress = name.endsWith('Url') && value !== undefined;
    return [name, isAddress ? absolute(String(value)) : await sendable(value as never)] as const;
  });
  const known = await Promise.all(entries);
  return Object.fromEntries(
    known.map(([name, value]) => [
      name,
      typeof value === 'string' && !name.endsWith('Url') ? options[name as 'variant'] : value,
    ]),
  );
}
