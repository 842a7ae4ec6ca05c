// How users follow and stop loading and saving.
import type { Signal } from '../runtime/platform/platform_types.js';

/** The phase of loading and its progress; `total` is undefined while unknown. */
export interface LoadProgress {
  readonly phase: 'download' | 'config' | 'weights';
  readonly loaded: number;
  readonly total: number | undefined;
}

/**
 * The phase of saving and its progress: `weights` counts objects of the model, `write` bytes of files. Formats that are not
 * made object by object count all weights as one.
 */
export interface SaveProgress {
  readonly phase: 'weights' | 'write';
  readonly loaded: number;
  readonly total: number;
}

/** How users follow and stop saving. */
export interface SavingOptions {
  /** Called after each object whose weights were taken, and while files are written. */
  onProgress?: (progress: SaveProgress) => void;
  /** Stops saving; the reason of the signal is thrown, and files stay as they were. */
  signal?: Signal;
}

/** How a source is read. */
export interface ReadingOptions {
  /** Whether files on servers are read in ranges, for readers that need small parts of them. */
  readonly inRanges?: boolean | undefined;
  /** The name of the cache that keeps downloads. */
  readonly cache?: string | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Ends downloads; the reason of the signal is thrown. */
  readonly signal?: Signal | undefined;
}

/** The steps of one call that saves: reports them, and stops when the signal says so. */
export class SavingSteps {
  readonly #options: SavingOptions;
  #hasObjects = false;

  constructor(options: SavingOptions) {
    this.#options = options;
  }

  /** Throws the reason of a signal that is aborted already. */
  begin(): this {
    this.#options.signal?.throwIfAborted();
    return this;
  }

  /** Called after each object of the model. */
  readonly onObject = (loaded: number, total: number): void => {
    this.#hasObjects = true;
    this.#report({ phase: 'weights', loaded, total });
  };

  /** The files, once they are made. */
  async made<T>(files: Promise<T>): Promise<T> {
    const made = await files;
    if (!this.#hasObjects) this.#report({ phase: 'weights', loaded: 1, total: 1 });
    this.#options.signal?.throwIfAborted();
    return made;
  }

  /** Options of `writeFiles`. */
  get writing(): {
    signal: Signal | undefined;
    onProgress: (loaded: number, total: number) => void;
  } {
    return {
      signal: this.#options.signal,
      onProgress: (loaded, total) => this.#report({ phase: 'write', loaded, total }),
    };
  }

  #report(progress: SaveProgress): void {
    this.#options.onProgress?.(progress);
    this.#options.signal?.throwIfAborted();
  }
}
