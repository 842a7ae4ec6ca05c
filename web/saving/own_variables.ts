// What a layer stores of itself: its weights, or what its class says instead.
import type { TensorData } from '../tensors/data.js';
import { pack, unpack } from '../boundary/codec.js';
import type { RawObject } from '../boundary/raw.js';
import { Tensor, tensor } from '../tensors/tensor.js';
import { saving } from './raw_saving.js';

/** The values that a layer stores in a file, by name. Those of its weights are `0`, `1`, ... */
export type VariableStore = Record<string, Tensor | TensorData>;

/** Puts the weights of the layer alone into the store, by the names that Keras gives them. */
export function saveOwnWeights(layer: RawObject, store: VariableStore): void {
  Object.assign(store, unpack(saving().savingOwnWeights(layer)));
}

/** Gives the layer alone the weights in the store. ValueError when number or shapes do not fit. */
export function loadOwnWeights(layer: RawObject, store: VariableStore): void {
  saving().savingLoadOwnWeights(layer, pack(tensorsOf(store), 'The store'));
}

/** The store with everything in it as a tensor. */
export function tensorsOf(store: VariableStore): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(store).map(([name, value]) => [
      name,
      value instanceof Tensor ? value : tensor(value),
    ]),
  );
}
