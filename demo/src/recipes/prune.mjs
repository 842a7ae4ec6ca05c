// Prune the smallest weights
//
// Sets the smallest weights of each kernel to zero.
import { cloneModel } from 'keras-wasm';

export const slider = { label: 'Pruned weights (%)', min: 0, max: 100, value: 50 };

export function edit(model, percent) {
  const clone = cloneModel(model, { copyWeights: true });
  return clone.mapWeights(({ name }, values) => {
    if (!name.endsWith('kernel')) return undefined;
    const sizes = values.map(Math.abs).sort();
    const threshold = sizes[Math.floor((sizes.length * percent) / 100)] ?? Infinity;
    return values.map((w) => (Math.abs(w) < threshold ? 0 : w));
  });
}
