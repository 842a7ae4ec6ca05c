// Freeze every layer
//
// The hook receives the layers of nested models, too.
import { cloneModel } from 'keras-wasm';

export function edit(model) {
  return cloneModel(model, {
    copyWeights: true,
    recursive: true,
    cloneFunction(layer) {
      const config = layer.getConfig();
      if (!('trainable' in config)) return undefined;
      return layer.constructor.fromConfig({ ...config, trainable: false });
    },
  });
}
