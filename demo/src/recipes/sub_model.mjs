// Cut off the last layers
//
// A sub-model ends at an earlier layer and shares its
// weights: a feature extractor.
export const slider = { label: 'Layers to cut off', min: 1, max: 20, value: 1 };

export function edit(model, count) {
  const end = Math.max(1, model.layers.length - 1 - count);
  return model.subModel({ outputs: model.layers[end].name });
}
