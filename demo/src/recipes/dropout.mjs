// Dropout after each Dense
//
// `callFunction` makes the calls of the clone, so it can add
// calls. The layers are the model's own, and its outputs stay
// as they are.
import { cloneModel, layers } from 'keras-wasm';

export const slider = { label: 'Dropout rate (%)', min: 0, max: 95, value: 50 };

export function edit(model, percent) {
  const isOutput = (layer) => model.outputs.includes(layer.output);
  let count = 0;
  return cloneModel(model, {
    asFunctional: true, // `callFunction` works on Functional models only
    cloneFunction: (layer) => layer,
    callFunction(layer, ...args) {
      const output = layer.apply(...args);
      if (!(layer instanceof layers.Dense) || isOutput(layer)) return output;
      const name = `new_dropout_${++count}`;
      return new layers.Dropout({ rate: percent / 100, name }).apply(output);
    },
  });
}
