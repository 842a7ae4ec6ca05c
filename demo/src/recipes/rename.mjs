// Rename layers
//
// A prefix keeps two copies of a network distinct in one
// model.
import { cloneModel } from 'keras-wasm';

export function edit(model) {
  return cloneModel(model, { copyWeights: true, rename: (name) => `left_${name}` });
}
