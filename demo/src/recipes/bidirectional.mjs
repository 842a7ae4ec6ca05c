// Every LSTM becomes bidirectional
//
// The hook wraps a copy of each LSTM. Layers after it are
// built for twice the features, so weights that no longer fit
// start afresh.
import { cloneModel, layers } from 'keras-wasm';

export function edit(model) {
  return cloneModel(model, {
    copyWeights: { mismatch: 'skip' },
    cloneFunction(layer) {
      if (!(layer instanceof layers.LSTM)) return undefined;
      const copy = layers.LSTM.fromConfig(layer.getConfig());
      return new layers.Bidirectional({ layer: copy, name: layer.name });
    },
  });
}
