// Monte-Carlo dropout
//
// Dropout stays active, so each call of the model is another
// draw: set the number of runs above the outputs and watch the
// spread. `predict` turns training off, but this argument is
// part of the graph. It also keeps the seeds, as in Keras on
// JAX: single predictions are equal.
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
