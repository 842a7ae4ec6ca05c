// One instance of the WebAssembly module: how much stack a call needs, and whether it can still be used.

import { EngineStoppedError } from '../errors/errors.js';
import type { WasmInstance } from '../runtime/platform/platform_types.js';

/** The secondary module of an engine: its name among the imports, and how it is loaded when a call needs it. */
export interface SecondaryModule {
  readonly name: string;
  first: WasmInstance | undefined;
  loadNow(): void;
}

/** The export of src/bindings/stack_probe.cpp. */
interface Probe {
  readonly _keras_stack_probe: (levels: number) => number;
}

/** The most stack that a call needs, in the probe's units of 16 KiB. */
const mostLevels = 16;

/** An instance of the module. Stops for good when a call leaves it inconsistent. */
export class Engine {
  #stopped: EngineStoppedError | undefined;
  #probe: ((levels: number) => number) | undefined;
  #levels = 0;

  /** Why it stopped; undefined while it runs. */
  get stopped(): EngineStoppedError | undefined {
    return this.#stopped;
  }

  /** Stops the engine. Returns the error for the user: the error of the first stop. */
  stop(cause: unknown): EngineStoppedError {
    return (this.#stopped ??= new EngineStoppedError(cause));
  }

  /** Measures the free stack. At most half of it is reserved for one call: some threads have little. */
  measureStack(module: object): void {
    const probe = (module as Probe)._keras_stack_probe;
    this.#probe = probe;
    for (this.#levels = 2 * mostLevels; this.#levels > 0 && !this.hasRoom(); this.#levels >>= 1);
    this.#levels >>= 1;
  }

  /** Whether the stack has room for a call. */
  hasRoom(): boolean {
    try {
      this.#probe?.(this.#levels);
      return true;
    } catch {
      return false;
    }
  }

  /** Runs the destructor of a handle. Called by the generated code (src/bindings/finalizers.js), also in finalizers. */
  readonly destroy = (destructor: () => void): void => {
    if (this.#stopped) return;
    if (!this.hasRoom()) return queueMicrotask(() => this.destroy(destructor));
    try {
      destructor();
    } catch (error) {
      this.stop(error);
    }
  };
}

// Errors of loading the secondary module. They pass through the core, which cleans up after them.
const loadErrors = new WeakSet<object>();

/** Runs `load`, which may be called inside any call of the core. Its errors leave the engine consistent. */
export function loading(load: () => void): void {
  try {
    load();
  } catch (error) {
    loadErrors.add(error as Error);
    throw error;
  }
}

export function isLoadError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && loadErrors.has(error);
}

let current: Engine | undefined;

/** The engine in use, which may have stopped; undefined before the first start. */
export function currentEngine(): Engine | undefined {
  return current;
}

export function useEngine(engine: Engine): void {
  current = engine;
}

/** State that belongs to one engine: made again when another engine runs. */
export function perEngine<T>(make: () => T): () => T {
  let owner: Engine | undefined;
  let value: T | undefined;
  return () => {
    if (value === undefined || owner !== current) {
      value = make();
      owner = current;
    }
    return value;
  };
}
