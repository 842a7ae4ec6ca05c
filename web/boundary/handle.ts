/// <reference lib="esnext.disposable" preserve="true" />
// What owns a share of something in the core's memory.

import { currentEngine } from './engine.js';
import { DisposedError } from '../errors/errors.js';
import type { RawHandle } from './raw.js';

/** Why a handle can no longer be used. */
export const ofStoppedEngine = 'belongs to an engine that has stopped';

const inspectInNode: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;
const inspectInDeno: unique symbol = Symbol.for('Deno.customInspect') as never;

/**
 * Owns a share of something in the core. Forgotten ones are freed by the garbage collector some time; `dispose()` or
 * `using` frees at once.
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

  /** Whether `dispose()` was called, or another engine runs than the one that holds this. */
  get disposed(): boolean {
    return this.#raw === null || this.#engine !== currentEngine();
  }

  /** Gives up this share. What others still hold lives on; this object can no longer be used. May be called twice. */
  dispose(): void {
    const raw = this.#raw;
    this.#raw = null;
    raw?.delete();
  }

  /** As `dispose()`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The object in a few words. */
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

  /** @internal What errors call it. */
  protected describeKind(): string {
    return this.constructor.name;
  }
}
