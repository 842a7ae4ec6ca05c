// Starts the core once: chooses the variant and loads its files.

import { defineBuiltinClasses } from './builtin_classes.js';
import { run, setStarting } from '../boundary/core.js';
import { Engine } from '../boundary/engine.js';
import { ValueError } from '../errors/errors.js';
import { hasRelaxedSimd, hasSimd } from './features.js';
import { makeCallbacks } from '../boundary/callbacks.js';
import { isLambda, takesKeyword } from '../custom_classes/signatures.js';
import { modelFromGraph } from '../models/model.js';
import { unpatched } from './patched_module.js';
import { readOptions, type OptionNames } from '../boundary/option_reader.js';
import type { StartedWorker } from './platform/workers.js';
import { addressOf, instantiate } from '../boundary/raw.js';
import { registerAll } from '../serialization/registration.js';
import { checkRest, secondaryModuleOf, type RestOptions } from './secondary_module.js';
import {
  canShareMemory,
  checkThreads,
  needsSharedMemory,
  startThreads,
  threadsByDefault,
  type ThreadsCore,
} from './threads.js';
import { warn } from '../errors/warnings.js';
import { compile, type WasmBinary } from './wasm_source.js';
import type { Url } from './platform/platform_types.js';

/** The variants of the core. */
export type Variant = 'auto' | 'simd' | 'relaxed' | 'threads';

export interface InitializeOptions extends RestOptions {
  /**
   * Which variant to run. `auto` (the default) takes `relaxed` where the engine has relaxed SIMD, which is faster and may
   * differ from `simd` in the last bits; `simd` runs everywhere.
   *
   * `threads` (with relaxed SIMD where the engine has it) shares large computations among workers. Results are the same
   * as with one thread, bit by bit. Workers need shared memory, which pages have only when they are cross-origin isolated;
   * elsewhere one thread runs, as with `auto`, and a warning says so.
   */
  variant?: Variant;
  /** Where the .wasm file is, when it is not beside the code. */
  wasmUrl?: string | Url;
  /** The .wasm itself: bytes, a compiled module, a response, or a promise of one. */
  wasmBinary?: WasmBinary | Promise<WasmBinary>;
  /**
   * Number of threads, from 1 to 64, including the calling thread. With `auto`, more than one means `threads`. The default
   * is one, and for `threads` the number of processors, at most 8. ValueError for other numbers, and for more than one
   * with `simd` or `relaxed`.
   */
  threads?: number;
}

/** What runs. Without shared memory, that is one thread even when more were asked for. */
export interface Running {
  variant: 'simd' | 'relaxed' | 'threads';
  /** Number of threads, including the calling thread. */
  threads: number;
}

interface Start {
  readonly options: InitializeOptions;
  variant?: Running['variant'];
  threads?: number;
  engine?: Engine;
  running: Promise<Running>;
}

let latest: Start | undefined;
// The workers of the running engine.
let workers: readonly StartedWorker[] = [];

/**
 * Loads and starts the core. Call it once and await it before anything else; classes that extend `Layer` may be declared
 * earlier, and `loadModel` waits itself, so that the engine and a model can load at the same time. Later calls return the
 * same promise. After a failure, or when the engine has stopped (see `EngineStoppedError`), a call starts again.
 *
 * Rejects with a ValueError for options that are wrong or that differ from what runs already, a KerasTypeError for
 * unknown ones, and with an Error that says what to do when a file or a worker cannot be loaded or started.
 */
export function initialize(options: InitializeOptions = {}): Promise<Running> {
  let read: InitializeOptions;
  try {
    read = readOptions('initialize()', options, optionNames);
  } catch (error) {
    return Promise.reject(error);
  }
  if (latest && !latest.engine?.stopped) return join(latest, read);
  const own = { options: read } as Start;
  latest = own;
  own.running = start(own).catch((error: unknown) => {
    if (latest === own) latest = undefined;
    throw error;
  });
  setStarting(own.running);
  return own.running;
}

const optionNames: OptionNames<InitializeOptions> = {
  variant: true,
  threads: true,
  wasmUrl: true,
  wasmBinary: true,
  rest: true,
  restUrl: true,
  restBinary: true,
};

async function start(own: Start): Promise<Running> {
  const { options } = own;
  checkThreads(options.threads);
  checkRest(options.rest);
  const variant = (own.variant = choose(options.variant ?? 'auto', options.threads));
  const threads = variant === 'threads' ? (options.threads ?? (await threadsByDefault())) : 1;
  own.threads = threads;
  const file = fileOf(variant);
  const advice = 'pass `wasmUrl` or `wasmBinary` to initialize().';
  const help = `Serve the package's ${file} there, or ${advice}`;
  const [given, restBinary] = await Promise.all([options.wasmBinary, options.restBinary]);
  const source = given ?? options.wasmUrl ?? addressOf(file);
  if (source === undefined)
    throw new Error(`This script does not know where ${file} is: ${advice}`);
  const module = await unpatched(await compile(source, help), options.wasmUrl);
  const isShared = variant === 'threads';
  if (needsSharedMemory(module) !== isShared) throw new Error(wrongBuild(isShared));
  const secondary = secondaryModuleOf(module, options);
  const engine = (own.engine = new Engine());
  const instance = await instantiate<ThreadsCore>(module, isShared, engine.destroy, secondary);
  await secondary?.arrange(restBinary, options.rest);
  for (const worker of workers) worker.terminate();
  workers = threads > 1 ? await startThreads(instance, threads) : [];
  defineBuiltinClasses();
  run(engine, instance.core, makeCallbacks({ modelFromGraph, takesKeyword, isLambda }));
  registerAll();
  return { variant, threads };
}

// The promise of an earlier call, unless this one has other options.
function join(first: Start, wanted: InitializeOptions): Promise<Running> {
  const { variant, threads } = first;
  const runs: Record<string, unknown> = { ...first.options, variant, threads };
  const other = Object.entries(wanted).find(
    ([name, value]) =>
      value !== undefined &&
      !(name === 'variant' && value === 'auto') &&
      !isSame(value, runs[name]),
  );
  if (other === undefined) return first.running;
  const [name, value] = other as [string, unknown];
  const received = typeof value === 'string' || typeof value === 'number' ? String(value) : '...';
  return Promise.reject(
    new ValueError(
      `keras-wasm runs already, with variant=${variant} and threads=${threads}: initialize() cannot change that. Received: ${name}=${received}`,
    ),
  );
}

function isSame(a: unknown, b: unknown): boolean {
  const isAddress = (value: unknown) => typeof value === 'string' || value instanceof URL;
  return a === b || (isAddress(a) && isAddress(b) && String(a) === String(b));
}

function choose(variant: Variant, threads = 1): Running['variant'] {
  if (!hasSimd())
    throw new Error('keras-wasm needs WebAssembly with SIMD, which this engine does not have.');
  const fastest = hasRelaxedSimd() ? 'relaxed' : 'simd';
  switch (variant) {
    case 'auto':
      return threads > 1 ? withThreads(fastest) : fastest;
    case 'simd':
    case 'relaxed':
      if (threads > 1)
        throw new ValueError(
          `The variant '${variant}' has one thread: use 'threads' or 'auto'. Received: threads=${threads}`,
        );
      if (variant === 'simd' || hasRelaxedSimd()) return variant;
      throw new Error("This engine has no relaxed SIMD: use the variant 'simd' or 'auto'.");
    case 'threads':
      return withThreads(fastest);
    default:
      throw new ValueError(
        `variant must be 'auto', 'simd', 'relaxed' or 'threads'. Received: ${String(variant)}`,
      );
  }
}

function withThreads(fallback: Running['variant']): Running['variant'] {
  if (canShareMemory()) return 'threads';
  warn(
    'There is no memory here that workers can share: one thread does everything. A page has it when it is served with ' +
      'the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.',
  );
  return fallback;
}

function fileOf(variant: Running['variant']): string {
  if (variant === 'simd') return 'keras.wasm';
  if (variant === 'relaxed') return 'keras-relaxed.wasm';
  return hasRelaxedSimd() ? 'keras-threads.wasm' : 'keras-threads-simd.wasm';
}

// For a file that the caller passed.
function wrongBuild(isShared: boolean): string {
  if (isShared) return 'The given WebAssembly has no threads: pass that of keras-threads.wasm.';
  if (canShareMemory())
    return "The given WebAssembly is a build with threads: pass variant: 'threads'.";
  return 'The given WebAssembly has threads, and there is no memory here that workers can share.';
}
