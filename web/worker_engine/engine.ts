// createWorkerEngine: the package in a worker, so that a page never blocks.
import { DisposedError, KerasTypeError, Tensor } from '../index.js';
import type * as keras from '../index.js';
import type { Signal, Url } from '../runtime/platform/platform_types.js';
import { Connection, type Call } from './connection.js';
import { decode, encode, type Encoded } from './protocol.js';
import { toWorkerTensors } from './rows.js';
import { absolute, sendableOptions, sendableSource } from './sources.js';
import { WorkerModel, type CallOptions } from './worker_model.js';

/** The exports of this package. */
export type Keras = typeof keras;

/**
 * A function that runs in the worker, or the address of a module whose default export is such a function. The function is
 * sent as its source text: it sees its parameters and the globals of the worker, and nothing else of the code around it.
 * A page whose content security policy forbids 'unsafe-eval' passes the address of a module, which may import others.
 */
export type WorkerCode<F> = F | string | Url;

/** Options with functions that run in the worker. */
export interface HookOptions<Options extends object = object> extends CallOptions {
  /** Returns more options, such as hooks, when it is called in the worker with the package and with `hookData`. */
  hooks?: WorkerCode<(keras: Keras, data: never) => Options | Promise<Options>>;
  /** Plain data, or tensors, for `hooks`. */
  hookData?: unknown;
}

export interface WorkerEngineOptions extends keras.InitializeOptions {
  /** Address of keras-engine-worker.mjs, when it is not beside the code. */
  workerUrl?: string | Url;
  /**
   * Milliseconds for which the worker may go on with a cancelled call, 75 by default. A worker that has not stopped by then
   * is ended, and its models with it.
   */
  patience?: number;
}

// A worker, and whether it has started.
interface Session {
  readonly connection: Connection;
  readonly started: Promise<unknown>;
  isReady: boolean;
}

// Called in the page; all other functions run in the worker.
const callbackNames = ['onProgress', 'onReport'];

/** An engine in a worker. Each has its own models; several run side by side. Made by `createWorkerEngine`. */
export class WorkerEngine {
  readonly #options: WorkerEngineOptions;
  #given: Promise<object> | undefined;
  #session: Session | undefined;
  #running: keras.Running | undefined;
  #isClosed = false;
  // Frees the models that the garbage collector has reclaimed here.
  readonly #collected = new FinalizationRegistry<{ connection: Connection; id: number }>(
    ({ connection, id }) => void this.#free(connection, id),
  );

  /** @internal Use `createWorkerEngine`. */
  constructor(options: WorkerEngineOptions) {
    this.#options = options;
  }

  /** Starts the worker. Rejects as `initialize`, and with an Error when the worker cannot be started. @internal */
  async start(): Promise<void> {
    const session = this.#connect();
    await session.started;
    session.isReady = true;
  }

  /** What runs in the worker, as `initialize` returns it. */
  get running(): keras.Running {
    return this.#running!;
  }

  /** As `loadModel`. Paths (Node) and addresses are read in the worker, relative to the page. */
  async loadModel(
    source: keras.FileSource,
    options: keras.LoadOptions & HookOptions<keras.LoadOptions> = {},
  ): Promise<WorkerModel> {
    return (await this.#callWith('loadModel', [source], options)) as WorkerModel;
  }

  /** As `modelFromJson`. */
  async modelFromJson(
    json: string,
    options: keras.DeserializeOptions & HookOptions<keras.DeserializeOptions> = {},
  ): Promise<WorkerModel> {
    return (await this.#callWith('modelFromJson', [json], options)) as WorkerModel;
  }

  /**
   * As `cloneModel`. Functions among the options are sent as their source text, in which `keras` is this package: use
   * `hooks` for code that a bundler processes, and for more than one function. `onReport` is called here.
   *
   * ```js
   * await engine.cloneModel(model, {
   *   hookData: { rate: 0.5 },
   *   hooks: ({ layers }, { rate }) => ({
   *     callFunction(layer, ...args) {
   *       if (!(layer instanceof layers.Dense)) return undefined; // as without a hook
   *       const name = `${layer.name}_dropout`;
   *       return new layers.Dropout({ rate, name }).apply(layer.apply(...args));
   *     },
   *   }),
   * });
   * ```
   */
  async cloneModel(
    model: WorkerModel,
    options: keras.CloneOptions & HookOptions<keras.CloneOptions> = {},
  ): Promise<WorkerModel> {
    return (await this.#callWith('cloneModel', [model], options)) as WorkerModel;
  }

  /** As `diffModels`: plain data, with `text` as `String(diff)` prints it. */
  async diffModels(
    a: WorkerModel,
    b: WorkerModel,
    options: keras.DiffOptions & CallOptions = {},
  ): Promise<keras.ModelDiff & { readonly text: string }> {
    const diff = await this.#callWith('diffModels', [a, b], options);
    return diff as keras.ModelDiff & { text: string };
  }

  /**
   * Runs a function in the worker, for what no other method does: `await engine.run((keras, model) =>
   * model.subModel({ outputs: 'conv2' }), model)`. The arguments are plain data, tensors and models of this engine, which
   * are `Model`s there; of the result, tensors arrive as `WorkerTensor`s and models as `WorkerModel`s.
   *
   * An AbortSignal among the arguments, or in an object of options, cancels the call as `signal` does for other methods. The
   * function gets a signal that is aborted at the same time, to pass on: `(keras, model, { signal }) => model.save(undefined,
   * { signal })`.
   */
  async run<R = unknown>(
    code: WorkerCode<(keras: Keras, ...args: never[]) => unknown>,
    ...args: unknown[]
  ): Promise<R> {
    const signal = signalIn(args);
    const options = signal ? { signal } : {};
    return (await this.call('run', [moduleOrFunction(code), ...args], options)) as R;
  }

  /** As `memory()`, of the worker. */
  async memory(): Promise<keras.MemoryInfo> {
    return (await this.call('memory', [])) as keras.MemoryInfo;
  }

  /** Ends the worker. Pending calls reject, and so do later ones. */
  close(): void {
    this.#isClosed = true;
    this.#session?.connection.end(closed());
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Resolves when it is known whether the worker survives the calls that were cancelled. @internal */
  async settled(): Promise<void> {
    while (this.#session?.connection.isCancelling) await this.#session.connection.settled;
  }

  /** Runs a method in the worker. @internal */
  async call(
    method: string,
    args: readonly unknown[],
    options: CallOptions = {},
  ): Promise<unknown> {
    const { signal, transfer = false } = options;
    signal?.throwIfAborted();
    if (this.#session?.connection.isCancelling) await orAborted(this.settled(), signal);
    const session = this.#connect();
    const { connection } = session;
    if (!session.isReady) {
      await orAborted(session.started, signal);
      session.isReady = true;
    }
    const call = this.#encoded(method, args, connection, transfer);
    return this.#decoded(await connection.send(call, signal), connection);
  }

  async #callWith(
    method: string,
    args: readonly unknown[],
    { signal, transfer, hooks, ...options }: HookOptions,
  ): Promise<unknown> {
    const code = hooks === undefined ? undefined : { hooks: moduleOrFunction(hooks) };
    const sent = method === 'loadModel' ? [await sendableSource(args[0])] : args;
    const own = { ...(signal && { signal }), ...(transfer !== undefined && { transfer }) };
    return await this.call(method, [...sent, { ...options, ...code }], own);
  }

  #connect(): Session {
    if (this.#isClosed) throw closed();
    if (this.#session && !this.#session.connection.ended) return this.#session;
    const { workerUrl, patience, ...options } = this.#options;
    const url = workerUrl === undefined ? undefined : absolute(String(workerUrl));
    const connection = new Connection(url, patience);
    this.#given ??= sendableOptions(options); // once: a response can be read only once
    const started = this.#given.then(async (given) => {
      const call = this.#encoded('initialize', [given], connection, false);
      this.#running = this.#decoded(await connection.send(call), connection) as keras.Running;
    });
    started.catch((error: unknown) => connection.end(error as Error));
    return (this.#session = { connection, started, isReady: false });
  }

  #encoded(
    method: string,
    args: readonly unknown[],
    connection: Connection,
    transfer: boolean,
  ): Call {
    const callbacks = new Map<number, (...args: unknown[]) => void>();
    const transferred = new Set<ArrayBuffer>();
    const special = (value: unknown, key: string): Encoded | undefined => {
      if (value instanceof WorkerModel) return ['model', value.idIn(this, connection)];
      if (value instanceof Tensor) return encode(toWorkerTensors(value), () => undefined);
      if (value instanceof URL) return ['plain', absolute(value.href)];
      if (isSignal(value)) return ['signal'];
      if (value instanceof Module) return ['plain', { module: value.address }];
      if (typeof value !== 'function') return undefined;
      if (!callbackNames.includes(key)) return ['function', sourceOf(value)];
      callbacks.set(callbacks.size, value as () => void);
      return ['callback', callbacks.size - 1];
    };
    const encoded = args.map((value) => encode(value, special));
    if (transfer) for (const value of encoded) collectBuffers(value, transferred);
    return { method, args: encoded, callbacks, transferred: [...transferred] };
  }

  #decoded(encoded: Encoded, connection: Connection): unknown {
    return decode(encoded, (item) => {
      if (item[0] !== 'model') return undefined;
      const [, id, info] = item;
      const model = new WorkerModel(this, connection, id, info!);
      this.#collected.register(model, { connection, id });
      return model;
    });
  }

  async #free(connection: Connection, id: number): Promise<void> {
    if (connection.ended) return;
    const call = { args: [['model', id] as Encoded], callbacks: new Map<never, never>() };
    await connection.send({ method: 'release', transferred: [], ...call }).catch(() => undefined);
  }
}

/**
 * Starts an engine in a worker of its own. Takes the options of `initialize`.
 *
 * ```js
 * const engine = await createWorkerEngine();
 * const model = await engine.loadModel('model.keras');
 * const { data, shape } = await model.predict(x, { signal });
 * ```
 */
export async function createWorkerEngine(options: WorkerEngineOptions = {}): Promise<WorkerEngine> {
  const engine = new WorkerEngine(options);
  await engine.start();
  return engine;
}

const closed = () => new DisposedError('engine', 'was closed');

/** The address of a module, which the worker imports. */
class Module {
  readonly address: string;

  constructor(address: string) {
    this.address = address;
  }
}

const moduleOrFunction = (code: unknown): unknown =>
  typeof code === 'string' || code instanceof URL ? new Module(absolute(String(code))) : code;

const isSignal = (value: unknown): value is Signal =>
  typeof AbortSignal === 'function' && value instanceof AbortSignal;

/** The first signal among values or in plain objects of them. */
function signalIn(values: readonly unknown[]): Signal | undefined {
  for (const value of values) {
    if (isSignal(value)) return value;
    if (typeof value !== 'object' || value === null) continue;
    if (Object.getPrototypeOf(value) !== Object.prototype) continue;
    const found = signalIn(Object.values(value));
    if (found) return found;
  }
  return undefined;
}

function sourceOf(value: object): string {
  const source = Function.prototype.toString.call(value);
  if (!/\{\s*\[native code\]\s*\}\s*$/.test(source)) return source;
  throw new KerasTypeError(
    'A function is sent to the worker as its source text, which bound and built-in functions lack: pass the address of a module as `hooks`.',
  );
}

function collectBuffers(encoded: Encoded, buffers: Set<ArrayBuffer>): void {
  const [kind, value] = encoded;
  if (kind === 'list') for (const item of value) collectBuffers(item, buffers);
  if (kind === 'dict') for (const [, item] of value) collectBuffers(item, buffers);
  if (kind !== 'tensor' && kind !== 'plain') return;
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (buffer instanceof ArrayBuffer) buffers.add(buffer);
}

async function orAborted<T>(promise: Promise<T>, signal: Signal | undefined): Promise<T> {
  if (!signal) return await promise;
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort!);
  }
}
