// Another input size
//
// The same layers are connected again on larger images, and
// all shapes follow. Layers that need the old size, such as a
// Dense after Flatten, get fresh weights.
import { cloneModel, Input } from 'keras-wasm';

export const slider = { label: 'Times as large', min: 1, max: 4, value: 2 };

export function edit(model, times) {
  const inputs = model.inputs.map(({ name, shape: [, ...sizes], dtype }) => {
    const isImage = sizes.length === 3;
    const shape = sizes.map((size, axis) => (isImage && axis < 2 && size ? times * size : size));
    return Input({ shape, dtype, name });
  });
  const isDict = !Array.isArray(model.inputShape);
  const byName = Object.fromEntries(inputs.map((input) => [input.name, input]));
  return cloneModel(model, {
    inputTensors: isDict ? byName : inputs.length === 1 ? inputs[0] : inputs,
    copyWeights: { mismatch: 'skip' },
  });
}
