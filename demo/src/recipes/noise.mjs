// Noise on the weights
//
// Adds normal noise to each kernel, in percent of the
// kernel's own standard deviation. The seed makes it
// repeatable.
import { cloneModel, random } from 'keras-wasm';

export const slider = { label: 'Noise (%)', min: 0, max: 200, value: 50 };

export function edit(model, percent) {
  const clone = cloneModel(model, { copyWeights: true });
  return clone.mapWeights(({ name, shape, index }, values) => {
    if (!name.endsWith('kernel')) return undefined;
    const deviation = Math.sqrt(values.reduce((sum, w) => sum + w * w, 0) / values.length);
    const noise = random.normal(shape, { seed: index }).data();
    return values.map((w, i) => w + (percent / 100) * deviation * noise[i]);
  });
}
