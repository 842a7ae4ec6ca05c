// Fewer bits per weight
//
// Rounds each kernel to 2 ** bits levels. Biases and
// statistics keep their precision.
import { cloneModel } from 'keras-wasm';

export const slider = { label: 'Bits per weight', min: 2, max: 32, value: 4 };

export function edit(model, bits) {
  const levels = 2 ** (bits - 1) - 1;
  const clone = cloneModel(model, { copyWeights: true });
  return clone.mapWeights(({ name }, values) => {
    if (!name.endsWith('kernel')) return undefined;
    const step = values.reduce((most, w) => Math.max(most, Math.abs(w)), 0) / levels || 1;
    return values.map((w) => Math.round(w / step) * step);
  });
}
