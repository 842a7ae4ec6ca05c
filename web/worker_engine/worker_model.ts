// A model that lives in the worker of an engine.
import { DisposedError, ValueError } from '../index.js';
import type * as keras from '../index.js';
import type { Signal, Url } from '../runtime/platform/platform_types.js';
import type { Connection } from './connection.js';
import type { ModelInfo, TensorSpec } from './protocol.js';
import type { WorkerTensor } from './worker_tensor.js';

/** Options of every call. */
export interface CallOptions {
  /**
   * Cancels the call, which rejects with the signal's reason at once. Loading stops, and a prediction stops after the
   * batch that it computes; a worker that has not stopped after 75 ms is ended. All models of the engine are gone then:
   * `model.disposed` is true, their calls reject with a DisposedError, and the next call starts another worker. (Chromium
   * lets a worker that it ends in mid-computation go on for up to two seconds, beside the next one.)
   */
  signal?: Signal;
  /** Whether buffers of the data are moved to the worker, which leaves them empty here, instead of being copied. */
  transfer?: boolean;
}

/** What a model needs of its engine. @internal */
export interface ModelOwner {
  call(method: string, args: readonly unknown[], options?: CallOptions): Promise<unknown>;
}

/** Inputs of `predict`: as `model.predict` takes them, with `WorkerTensor`s among them. */
export type WorkerData =
  keras.ModelData | WorkerTensor | readonly WorkerData[] | { readonly [name: string]: WorkerData };

/** Tensors nested as the outputs of a model. */
export type WorkerTensorTree =
  WorkerTensor | null | readonly WorkerTensorTree[] | { readonly [name: string]: WorkerTensorTree };

/** A model in a worker. Its methods are `Model`'s, but asynchronous. */
export class WorkerModel {
  readonly name: string;
  readonly className: string;
  /** The inputs, as a flat list; empty for a model that has none yet. */
  readonly inputs: readonly TensorSpec[];
  /** The outputs, as a flat list. */
  readonly outputs: readonly TensorSpec[];
  readonly #engine: ModelOwner;
  readonly #connection: Connection;
  readonly #id: number;
  #disposed = false;

  /** @internal Use `engine.loadModel` or `engine.cloneModel`. */
  constructor(engine: ModelOwner, connection: Connection, id: number, info: ModelInfo) {
    this.name = info.name;
    this.className = info.className;
    this.inputs = info.inputs;
    this.outputs = info.outputs;
    this.#engine = engine;
    this.#connection = connection;
    this.#id = id;
  }

  /** Whether the model was disposed, or was in a worker that has ended. */
  get disposed(): boolean {
    return this.#disposed || this.#connection.ended !== undefined;
  }

  /** The number of the model in the worker behind `connection`. @internal */
  idIn(engine: ModelOwner, connection: Connection): number {
    if (engine !== this.#engine)
      throw new ValueError(`The model ${this.name} is in the worker of another engine.`);
    if (this.#disposed) throw new DisposedError('model');
    if (connection !== this.#connection || connection.ended)
      throw new DisposedError('model', 'was in a worker that has ended');
    return this.#id;
  }

  /** As `model.predict`: `WorkerTensor`s nested as the model's outputs. `onProgress` is called while it computes. */
  async predict<R extends WorkerTensorTree = WorkerTensor>(
    data: WorkerData,
    options: (keras.PredictOptions & CallOptions) | number | null = {},
  ): Promise<R> {
    const given = typeof options === 'number' ? { batchSize: options } : options;
    return (await this.#call('predict', [data], given)) as R;
  }

  /** As `model.save`: the bytes, which the worker also writes to `path` if one is given (Node). */
  async save(
    path?: string | Url,
    options?: keras.SaveOptions & CallOptions,
  ): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.#call('save', [path], options)) as Uint8Array<ArrayBuffer>;
  }

  /** As `model.saveWeights`; layers to skip and functions are not among its options. */
  async saveWeights(
    path?: string | Url,
    options?: Omit<keras.SaveWeightsOptions, 'objectsToSkip'> & CallOptions,
  ): Promise<Uint8Array<ArrayBuffer> | Record<string, Uint8Array<ArrayBuffer>>> {
    return (await this.#call('saveWeights', [path], options)) as Uint8Array<ArrayBuffer>;
  }

  /** As `model.loadWeights`. */
  async loadWeights(
    source: keras.FileSource,
    options?: Omit<keras.LoadWeightsOptions, 'objectsToSkip'> & CallOptions,
  ): Promise<string[]> {
    return (await this.#call('loadWeights', [source], options)) as string[];
  }

  /** The text of `model.summary()`; nothing is printed. */
  async summary(options?: Omit<keras.SummaryOptions, 'printFn'> & CallOptions): Promise<string> {
    return (await this.#call('summary', [], options)) as string;
  }

  /** As `model.toJson`: class and config as JSON. */
  async toJson(): Promise<string> {
    return (await this.#call('toJson', [])) as string;
  }

  /** As `model.getConfig`. */
  async getConfig(): Promise<keras.Config> {
    return (JSON.parse(await this.toJson()) as { config: keras.Config }).config;
  }

  /** The values of all weights, in the order of `model.weights`. */
  async getWeights(): Promise<WorkerTensor[]> {
    return (await this.#call('getWeights', [])) as WorkerTensor[];
  }

  /** Sets the values of all weights. */
  async setWeights(
    values: readonly (WorkerTensor | keras.Tensor | keras.TensorData)[],
    options?: CallOptions,
  ): Promise<void> {
    await this.#call('setWeights', [values], options);
  }

  /** Frees the model in the worker. */
  async dispose(): Promise<void> {
    if (this.disposed) return;
    const freed = this.#call('dispose', []);
    this.#disposed = true;
    await freed;
  }

  async #call(
    method: string,
    args: readonly unknown[],
    given?: CallOptions | null,
  ): Promise<unknown> {
    const { signal, transfer, ...options } = given ?? {};
    const own = { ...(signal && { signal }), ...(transfer !== undefined && { transfer }) };
    return await this.#engine.call(method, [this, ...args, options], own);
  }
}
