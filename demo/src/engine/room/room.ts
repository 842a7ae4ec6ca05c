// What the page asks of its engine. This module runs in the engine's worker (`engine.run`), and so does users' code.
import type * as Package from 'keras-wasm';
import { failureOf, type Answer } from '../answer.js';
import { activations, forgetActivations } from './activations.js';
import { edit, sliderOf } from './edit.js';
import { layerOf } from './describe-layer.js';
import { open, openWeights, close } from './models.js';
import { usePackage } from './package.js';
import { predict, sample } from './predict.js';
import { previewGraph } from './preview.js';
import { save, toJson } from './save.js';
import { stubsFor } from './stubs.js';
import { measureTimes } from './times.js';

const worker = crypto.randomUUID();

const methods = {
  ...{ preview: previewGraph, open, openWeights, sliderOf, edit },
  ...{ predict, sample, activations, measureTimes, layerOf, save, toJson },
  close(id: number): void {
    forgetActivations(id);
    close(id);
  },
  /** Names this worker. */
  worker: () => worker,
};

/** The methods, as the page calls them: with the package left out, and promises of results. */
export type Methods = typeof methods;

/** Runs a method; `signal` cancels it. Maps cross to the page as they are, where other objects are encoded key by key. */
export default async function run(
  keras: typeof Package,
  signal: AbortSignal,
  method: keyof Methods,
  ...args: never[]
): Promise<Answer> {
  usePackage(keras, signal);
  try {
    const call = methods[method] as (...given: never[]) => unknown;
    return new Map([['value', await call(...args)]]);
  } catch (error) {
    // The worker ends, or the page does not wait any more.
    if (error instanceof keras.EngineStoppedError || signal.aborted) throw error;
    return new Map([['failure', failureOf(error, stubsFor(error))]]);
  }
}
