// Starting the core: which build, from where, and only once.

import { defineBuiltinClasses } from './builtin_classes.js';
import { isRunning, run } from './core.js';
import { NotImplementedError, ValueError } from './errors.js';
import { hasRelaxedSimd, hasSimd } from './features.js';
import { host } from './host.js';
import { instantiate, wasmFiles } from './raw.js';
import { registerWaiting } from './registration.js';
import { compile, type WasmBinary } from './wasm_source.js';

/** The builds of the core. */
export type Variant = 'auto' | 'simd' | 'relaxed' | 'threads';

export interface InitializeOptions {
  /**
   * Which build to run. `auto` (the default) takes `relaxed` where the engine has relaxed SIMD, which is faster and may
   * differ from `simd` in the last bits; `simd` runs everywhere. `threads` is not built yet.
   */
  variant?: Variant;
  /** Where the .wasm file is, when it is not beside the code. */
  wasmUrl?: string | URL;
  /** The .wasm itself: bytes, a compiled module, a response, or a promise of one. */
  wasmBinary?: WasmBinary | Promise<WasmBinary>;
  /** Number of threads, for the `threads` build. */
  threads?: number;
}

/** What runs. */
export interface Running {
  variant: 'simd' | 'relaxed';
}

let starting: Promise<Running> | undefined;

/**
 * Loads and starts the core. Call it once and wait for it before anything else; classes that extend `Layer` may be
 * declared earlier. Later calls return the same promise, whatever their options; after a failure a call tries again.
 */
export function initialize(options: InitializeOptions = {}): Promise<Running> {
  starting ??= start(options).catch((error: unknown) => {
    starting = undefined;
    throw error;
  });
  return starting;
}

async function start(options: InitializeOptions): Promise<Running> {
  const variant = choose(options.variant ?? 'auto');
  const help =
    "Serve the package's keras.wasm there, or pass `wasmUrl` or `wasmBinary` to initialize().";
  const given = await options.wasmBinary;
  const module = await compile(given ?? options.wasmUrl ?? wasmFiles[variant](), help);
  const raw = await instantiate(module);
  if (!isRunning()) {
    defineBuiltinClasses();
    run(raw, host);
    registerWaiting();
  }
  return { variant };
}

function choose(variant: Variant): 'simd' | 'relaxed' {
  if (!hasSimd())
    throw new Error('keras-wasm needs WebAssembly with SIMD, which this engine does not have.');
  switch (variant) {
    case 'auto':
      return hasRelaxedSimd() ? 'relaxed' : 'simd';
    case 'simd':
      return 'simd';
    case 'relaxed':
      if (hasRelaxedSimd()) return 'relaxed';
      throw new Error("This engine has no relaxed SIMD: use the variant 'simd' or 'auto'.");
    case 'threads':
      throw new NotImplementedError("The variant 'threads' does not exist yet.");
    default:
      throw new ValueError(
        `variant must be 'auto', 'simd', 'relaxed' or 'threads'. Received: ${String(variant)}`,
      );
  }
}
