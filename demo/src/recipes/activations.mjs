// Swap activations
//
// Every ReLU becomes a GELU, whether it is a layer or an
// argument of one. Try 'linear', 'tanh' or 'swish'.
import { cloneModel, layers } from 'keras-wasm';

const [before, after] = ['relu', 'gelu'];

export function edit(model) {
  return cloneModel(model, {
    copyWeights: true,
    recursive: true,
    cloneFunction(layer) {
      if (layer instanceof layers.ReLU)
        return new layers.Activation({ activation: after, name: layer.name });
      const config = layer.getConfig();
      if (config.activation !== before) return undefined; // an ordinary copy
      return layer.constructor.fromConfig({ ...config, activation: after });
    },
  });
}
