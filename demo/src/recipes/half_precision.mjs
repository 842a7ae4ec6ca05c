// Half precision
//
// The dtype is part of each layer's config; `copyWeights`
// rounds the weights. Try 'float16' or 'mixed_bfloat16'.
import { cloneModel } from 'keras-wasm';

const dtype = 'bfloat16';

export function edit(model) {
  return cloneModel(model, {
    copyWeights: true,
    recursive: true,
    cloneFunction(layer) {
      const config = layer.getConfig();
      if (!('dtype' in config)) return undefined; // an operation, which computes in the dtype of its inputs
      return layer.constructor.fromConfig({ ...config, dtype });
    },
  });
}
