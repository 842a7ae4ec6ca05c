// Share all layers
//
// A second graph over the same layers: it has no weights of
// its own, and what changes one model changes both.
import { cloneModel } from 'keras-wasm';

export function edit(model) {
  return cloneModel(model, { cloneFunction: (layer) => layer });
}
