// How users follow and stop loading and saving.
import type { Signal } from '../runtime/platform/platform_types.js';

/** The phase of loading and its progress; `total` is undefined while unknown. */
export interface LoadProgress {
  readonly phase: 'download' | 'config' | 'weights';
  readonly loaded: number;
  readonly total: number | undefined;
}

/** How a source is read. */
export interface ReadingOptions {
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Ends downloads; the reason of the signal is thrown. */
  readonly signal?: Signal | undefined;
}
