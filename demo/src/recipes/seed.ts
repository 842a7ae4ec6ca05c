import { cloneModel, type Model } from 'keras-wasm';

// The hook receives each layer, edits its config, and returns a layer made from it.
export const clone = (model: Model): Model =>
  cloneModel(model, {
    cloneFunction(layer) {
      const config = layer.getConfig();
      if ('seed' in config) config.seed = 1337;
      return layer.constructor.fromConfig(config);
    },
  });
