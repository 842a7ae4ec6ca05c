// Set every seed
//
// The hook edits the config of each layer and makes a new
// layer from it.
import { cloneModel } from 'keras-wasm';

export const slider = { label: 'Seed', min: 0, max: 9999, value: 1337 };

export function edit(model, seed) {
  return cloneModel(model, {
    copyWeights: true,
    recursive: true,
    cloneFunction(layer) {
      const config = layer.getConfig();
      return 'seed' in config ? layer.constructor.fromConfig({ ...config, seed }) : undefined;
    },
  });
}
