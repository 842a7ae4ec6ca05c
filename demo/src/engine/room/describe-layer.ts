// Describes one layer: its config, and its weights as histograms.
import type { Layer, Model } from 'keras-wasm';
import type { LayerInfo, WeightView } from '../../types.js';
import { lookUp } from './describe-model.js';
import { entryOf } from './models.js';

const binCount = 40;

/** The config and the weights of the layer with this path. */
export function layerOf(id: number, path: string): LayerInfo {
  const { model, described } = entryOf(id);
  const config = described.configs.get(path) ?? {};
  return { config, weights: describeWeights(model, path) };
}

function describeWeights(model: Model, path: string): WeightView[] {
  const layer = path.split('/').reduce<Layer | undefined>(lookUp(), model);
  if (!layer?.built) return [];
  return layer.weights.map(({ name, shape, dtype }, i) => {
    using value = layer.weights[i]!.value();
    const values = Float64Array.from(value.data() as ArrayLike<number>, Number);
    return { name, shape, dtype, ...histogram(values) };
  });
}

function histogram(values: Float64Array) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const bins = new Array<number>(binCount).fill(0);
  const width = (high - low) / binCount || 1;
  for (const value of values) {
    const bin = Math.min(binCount - 1, Math.floor((value - low) / width));
    if (bin >= 0) bins[bin]! += 1; // NaN is not counted
  }
  return { bins, low, high };
}
