// Drop BatchNormalization
//
// A `callFunction` that returns its input leaves the layer
// out of the graph.
import { cloneModel, layers } from 'keras-wasm';

export function edit(model) {
  return cloneModel(model, {
    asFunctional: true,
    recursive: true,
    copyWeights: true,
    callFunction: (layer, x, ...rest) =>
      layer instanceof layers.BatchNormalization ? x : layer.apply(x, ...rest),
  });
}
