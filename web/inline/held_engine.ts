// `initialize` for entries that hold their engine.
import { initialize as start, ValueError } from '../index.js';
import type { InitializeOptions, Running } from '../index.js';

/** What an entry holds: the variant `simd`. */
type HeldEngine = Pick<InitializeOptions, 'wasmBinary' | 'restBinary'>;

/** Starts the held engine with one thread, or the one that the options name. `entry` is the entry's name in errors. */
export async function startHeld(
  entry: string,
  options: InitializeOptions,
  hold: () => HeldEngine,
): Promise<Running> {
  const { variant = 'auto', threads = 1, wasmBinary, wasmUrl } = options;
  if (variant === 'threads' || threads > 1)
    throw new ValueError(
      `${entry} has one thread: use keras-wasm in Node or a page. Received: variant=${variant}, threads=${threads}`,
    );
  if (wasmBinary !== undefined || wasmUrl !== undefined) return await start(options);
  if (variant !== 'auto' && variant !== 'simd')
    throw new ValueError(`${entry} holds the variant 'simd'. Received: variant=${variant}`);
  return await start({ ...options, variant: 'simd', ...hold() });
}
