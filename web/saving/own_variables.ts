// The values that a layer stores of itself: its weights, unless its class overrides `saveOwnVariables()`.
import type { TensorData } from '../tensors/data.js';
import { pack, unpack } from '../boundary/codec.js';
import type { RawObject } from '../boundary/raw.js';
import { tensor } from '../tensors/create.js';
import { Tensor } from '../tensors/tensor.js';
import { saving } from './raw_saving.js';

/** The values that a layer stores in a file, by name. Weights have the names `0`, `1`, ... */
export type VariableStore = Record<string, Tensor | TensorData>;

/** Adds the weights of the layer, without its sublayers, to the store. */
export function saveOwnWeights(layer: RawObject, store: VariableStore): void {
  Object.assign(store, unpack(saving().savingOwnWeights(layer)));
}

/** Assigns the weights of the layer, without its sublayers. ValueError when their number or shapes do not fit. */
export function loadOwnWeights(layer: RawObject, store: VariableStore): void {
  saving().savingLoadOwnWeights(layer, pack(tensorsOf(store), 'The store'));
}

/** The store with all values as tensors. */
export function tensorsOf(store: VariableStore): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(store).map(([name, value]) => [
      name,
      value instanceof Tensor ? value : tensor(value),
    ]),
  );
}
