// Starts the engine that this file holds.
import type { InitializeOptions, Running } from '../index.js';
import { engineBytes } from './engine_bytes.js';
import { startHeld } from './held_engine.js';

/**
 * Starts the core, as `initialize` of `keras-wasm`: the variant `simd`, which this file holds, with one thread; or another
 * module when `wasmBinary` or `wasmUrl` are given. Nothing is fetched or imported.
 *
 * Rejects with a ValueError for other variants and for threads, which need files of their own: use `keras-wasm`.
 */
export const initialize = (options: InitializeOptions = {}): Promise<Running> =>
  startHeld('keras-wasm/inline', options, () => ({ wasmBinary: engineBytes() }));
