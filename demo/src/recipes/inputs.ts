import { cloneModel, Input, type KerasTensor, type Model } from 'keras-wasm';

// The clone is built on new inputs: other names, and a batch size of one.
export function clone(model: Model): Model {
  const renew = ({ name, shape, dtype }: KerasTensor) =>
    Input({ shape: shape.slice(1), batchSize: 1, dtype, name: `new_${name}` });
  const inputs = model.inputs.map(renew);
  return cloneModel(model, { inputTensors: inputs.length === 1 ? inputs[0] : inputs });
}
