import { cloneModel, layers, type Model } from 'keras-wasm';

// The layers are the same objects, with their weights; only the calls between them are new.
export function clone(model: Model): Model {
  const last = model.layers.at(-1); // its output is the answer, which must not be dropped
  let count = 0;
  return cloneModel(model, {
    asFunctional: true, // `callFunction` works on Functional models only
    cloneFunction: (layer) => layer,
    callFunction(layer, ...args) {
      const output = layer.apply(...args);
      if (!(layer instanceof layers.Dense) || layer === last) return output;
      return new layers.Dropout({ rate: 0.5, name: `new_dropout_${++count}` }).apply(output);
    },
  });
}
