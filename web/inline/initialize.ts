// Starts the engine that this file holds.
import { initialize as start, ValueError } from '../index.js';
import type { InitializeOptions, Running } from '../index.js';
import { engineBytes } from './engine_bytes.js';

/**
 * Starts the core, as `initialize` of `keras-wasm`: the variant `simd`, which this file holds, with one thread; or another
 * module when `wasmBinary` or `wasmUrl` are given. Nothing is fetched or imported.
 *
 * Rejects with a ValueError for other variants and for threads, which need files of their own: use `keras-wasm`.
 */
export async function initialize(options: InitializeOptions = {}): Promise<Running> {
  const { variant = 'auto', threads = 1, wasmBinary, wasmUrl } = options;
  if (variant === 'threads' || threads > 1)
    throw new ValueError(
      `keras-wasm/inline has one thread: use keras-wasm. Received: variant=${variant}, threads=${threads}`,
    );
  if (wasmBinary !== undefined || wasmUrl !== undefined) return await start(options);
  if (variant !== 'auto' && variant !== 'simd')
    throw new ValueError(`keras-wasm/inline holds the variant 'simd'. Received: ${variant}`);
  return await start({ ...options, variant: 'simd', wasmBinary: engineBytes() });
}
