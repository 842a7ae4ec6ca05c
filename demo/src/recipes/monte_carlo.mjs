// Monte-Carlo dropout
//
// Dropout stays active, so each prediction is another draw:
// run it several times and watch the spread. `predict` turns
// training off, but this argument is part of the graph.
import { cloneModel, kwargs, layers } from 'keras-wasm';

export function edit(model) {
  return cloneModel(model, {
    asFunctional: true,
    copyWeights: true,
    callFunction(layer, x, ...rest) {
      if (!(layer instanceof layers.Dropout)) return layer.apply(x, ...rest);
      return layer.apply(x, kwargs({ training: true }));
    },
  });
}
