// The package in workerd (Cloudflare Workers), where WebAssembly comes from imports only. Chosen by the condition `workerd`.
import type { InitializeOptions, Running } from '../index.js';
import first from '../keras.wasm';
import rest from '../keras-rest.wasm';
import { startHeld } from './held_engine.js';

export * from '../index.js';

/**
 * Starts the core, as `initialize` elsewhere: the variant `simd` with one thread, whose modules this file imports; or
 * another module when `wasmBinary` is given.
 */
export const initialize = (options: InitializeOptions = {}): Promise<Running> =>
  startHeld('keras-wasm in workerd', options, () => ({ wasmBinary: first, restBinary: rest }));
