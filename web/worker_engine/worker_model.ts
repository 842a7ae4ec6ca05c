// A model that lives in the worker of an engine.
import * as keras from '../index.js';
import type { WorkerTensor } from './protocol.js';

/** Options of every call. */
export interface CallOptions {
  /**
   * Cancels the call: it rejects with the signal's reason, and the worker is ended whatever it computes. The next call
   * starts another worker. All models of the engine are gone then: their calls raise DisposedError.
   */
  signal?: AbortSignal;
}

/** What a model needs of its engine. @internal */
export interface ModelOwner {
  readonly generation: number;
  call(method: string, args: readonly unknown[], signal?: AbortSignal): Promise<unknown>;
}

/** Inputs of `predict`: as `model.predict` takes them, with `WorkerTensor`s among them. */
export type WorkerData =
  keras.ModelData | WorkerTensor | readonly WorkerData[] | { readonly [name: string]: WorkerData };

/** A model in a worker. Its methods are those of `Model`, but asynchronous. */
export class WorkerModel {
  readonly name: string;
  readonly className: string;
  readonly #engine: ModelOwner;
  readonly #id: number;
  readonly #generation: number;
  #disposed = false;

  /** @internal Use `engine.loadModel` or `engine.cloneModel`. */
  constructor(engine: ModelOwner, id: number, name: string, className: string) {
    this.name = name;
    this.className = className;
    this.#engine = engine;
    this.#id = id;
    this.#generation = engine.generation;
  }

  /** Whether the model was disposed, or was in a worker that has ended. */
  get disposed(): boolean {
    return this.#disposed || this.#generation !== this.#engine.generation;
  }

  /** The number of the model in the worker of `engine`. @internal */
  idIn(engine: ModelOwner): number {
    if (engine !== this.#engine)
      throw new keras.ValueError(`The model ${this.name} is in the worker of another engine.`);
    if (this.#disposed) throw new keras.DisposedError('model');
    if (this.disposed) throw new keras.DisposedError('model', 'was in a worker that has ended');
    return this.#id;
  }

  /** The outputs, as `WorkerTensor`s in the structure of the model's outputs. `onProgress` is called while it computes. */
  async predict(
    data: WorkerData,
    { signal, ...options }: keras.PredictOptions & CallOptions = {},
  ): Promise<unknown> {
    return await this.#call('predict', [data, options], signal);
  }

  /** As `model.save`: the bytes, which are written to `path` if one is given (Node). */
  async save(
    path?: string | URL,
    { signal, ...options }: keras.SaveOptions & CallOptions = {},
  ): Promise<Uint8Array> {
    return (await this.#call('save', [path, options], signal)) as Uint8Array;
  }

  /** The text of `model.summary()`; nothing is printed. */
  async summary(options: Omit<keras.SummaryOptions, 'printFn'> = {}): Promise<string> {
    return (await this.#call('summary', [options])) as string;
  }

  /** As `model.toJson`: class and config as text. */
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
  async setWeights(values: readonly (WorkerTensor | keras.TensorData)[]): Promise<void> {
    await this.#call('setWeights', [values]);
  }

  /** Frees the model in the worker. */
  async dispose(): Promise<void> {
    if (this.disposed) return;
    const freed = this.#call('dispose', []);
    this.#disposed = true;
    await freed;
  }

  async #call(method: string, args: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    return await this.#engine.call(method, [this, ...args], signal);
  }
}
