/// <reference lib="esnext.disposable" preserve="true" />
// The base of objects that own a share of something in the core's memory.

import { currentEngine } from './engine.js';
import { DisposedError } from '../errors/errors.js';
import type { RawHandle } from './raw.js';

/** Why a handle can no longer be used. */
export const ofStoppedEngine = 'belongs to an engine that has stopped';

const inspectInNode: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;
const inspectInDeno: unique symbol = Symbol.for('Deno.customInspect') as never;

/**
 * Owns a share of something in the core. `dispose()` or `using` frees it at once, the garbage collector at some time.
 */
export abstract class Handle<Raw extends RawHandle = RawHandle> implements Disposable {
  #raw: Raw | null;
  readonly #engine = currentEngine();

  /** @internal */
  constructor(raw: Raw | null) {
    this.#raw = raw;
  }

  /** @internal The core's handle. */
  get raw(): Raw {
    if (this.#raw === null) throw new DisposedError(this.describeKind());
    if (this.#engine !== currentEngine())
      throw new DisposedError(this.describeKind(), ofStoppedEngine);
    return this.#raw;
  }

  /** Whether `dispose()` was called, or the engine that this belongs to no longer runs. */
  get disposed(): boolean {
    return this.#raw === null || this.#engine !== currentEngine();
  }

  /** Gives up this share; this object can no longer be used. Other shares stay valid. May be called twice. */
  dispose(): void {
    const raw = this.#raw;
    this.#raw = null;
    raw?.delete();
  }

  /** As `dispose()`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** A short description. */
  toString(): string {
    return `<${this.describeKind()}>`;
  }

  /** Plain data for JSON. */
  toJSON(): unknown {
    return this.toString();
  }

  /** What consoles print. @internal */
  [inspectInNode](): string {
    return this.inspected();
  }

  /** @internal */
  [inspectInDeno](): string {
    return this.inspected();
  }

  /** @internal What consoles print: never an error. */
  protected inspected(): string {
    if (this.disposed) return `<disposed ${this.describeKind()}>`;
    try {
      return this.toString();
    } catch {
      return Handle.prototype.toString.call(this);
    }
  }

  /** @internal Its name in errors. */
  protected describeKind(): string {
    return this.constructor.name;
  }
}
