// Remove layers that only training needs
//
// Dropout and noise do nothing when a model predicts.
import { cloneModel, layers } from 'keras-wasm';

const onlyForTraining = [layers.Dropout, layers.SpatialDropout2D, layers.GaussianNoise];

export function edit(model) {
  return cloneModel(model, {
    asFunctional: true,
    copyWeights: true,
    callFunction: (layer, x, ...rest) =>
      onlyForTraining.some((Class) => layer instanceof Class) ? x : layer.apply(x, ...rest),
  });
}
