// The package that runs in the worker of the engine. The room is a module of its own, which the worker imports: importing
// 'keras-wasm' here would load a second instance.
import type * as Package from 'keras-wasm';

export let keras: typeof Package;

/** Cancels the method that runs; the next one begins when it has ended. */
export let signal: AbortSignal;

export function usePackage(given: typeof Package, cancelled: AbortSignal): void {
  keras = given;
  signal = cancelled;
}
