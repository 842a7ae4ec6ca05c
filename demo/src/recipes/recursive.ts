import { cloneModel, type Model } from 'keras-wasm';

// The hook receives the layers of nested models too. Here it freezes every layer.
export const clone = (model: Model): Model =>
  cloneModel(model, {
    recursive: true,
    cloneFunction(layer) {
      const config = layer.getConfig();
      if ('trainable' in config) config.trainable = false;
      return layer.constructor.fromConfig(config);
    },
  });
