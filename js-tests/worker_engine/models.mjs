// Models and data for the tests of engines in workers.
import { fileURLToPath } from 'node:url';
import * as keras from '../support/keras.mjs';
import { WorkerTensor } from '../../dist/worker.js';

export const digits = fileURLToPath(new URL('../../demo/models/digits.keras', import.meta.url));

/** Images that differ, in the shape of the input of `model`. */
export function images(model, count, first = 0) {
  const shape = [count, ...model.inputs[0].shape.slice(1)];
  const size = shape.reduce((a, b) => a * b);
  const data = Float32Array.from({ length: size }, (_, i) => ((i * 7 + first * 13) % 101) / 101);
  return new WorkerTensor(data, shape, 'float32');
}

/** The JSON of a model that computes for seconds when a batch has thousands of samples. */
export function slowModel() {
  const dense = () => new keras.layers.Dense({ units: 2048, kernelInitializer: 'zeros' });
  const model = new keras.Sequential([
    keras.Input({ shape: [2048] }),
    ...Array.from({ length: 8 }, dense),
  ]);
  try {
    return model.toJson();
  } finally {
    model.dispose();
  }
}

export const slowData = (count) => new WorkerTensor(new Float32Array(count * 2048), [count, 2048]);

/** A promise of the time in ms after which `call` rejects once it is aborted, and of what it rejects with. */
export async function abortAfter(delay, call) {
  const controller = new AbortController();
  const reason = new Error('no longer wanted');
  const promise = call(controller.signal);
  promise.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, delay));
  const start = performance.now();
  controller.abort(reason);
  const error = await promise.then(
    () => undefined,
    (thrown) => thrown,
  );
  return { error, reason, time: performance.now() - start };
}
