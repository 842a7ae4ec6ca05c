// Plain clone
//
// Makes every layer again from its config. Weights are shared
// until one side changes them; without `copyWeights`, they
// are fresh, as in Keras.
import { cloneModel } from 'keras-wasm';

export function edit(model) {
  return cloneModel(model, { copyWeights: true });
}
