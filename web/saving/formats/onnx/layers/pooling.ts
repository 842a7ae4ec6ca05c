// keras/src/layers/pooling.
import type { GraphBuilder } from '../graph/builder.js';
import { cast, divide, where } from '../graph/elementwise.js';
import { mean, reduce, sum } from '../graph/reducing.js';
import { concat, slice, unsqueeze } from '../graph/shaping.js';
import { staticDim, type Dim, type Value } from '../graph/value.js';
import { numbersIn, type Call, type LayerForm } from '../model/call.js';
import { fromChannelsFirst, isChannelsFirst, spatialAxes, toChannelsFirst } from './data_format.js';
import { slide } from './windows.js';

export type PoolKind = 'MaxPool' | 'AveragePool';

/** keras.ops.max_pool and average_pool. */
export function pool(
  g: GraphBuilder,
  kind: PoolKind,
  x: Value,
  sizes: readonly number[],
  strides: readonly number[],
  padding: string,
  isFirst: boolean,
): Value {
  const first = toChannelsFirst(g, x, isFirst);
  const window = { sizes, strides, dilations: sizes.map(() => 1) };
  const sliding = slide(first.shape.slice(2), window, padding.toLowerCase());
  const shape: Dim[] = [...first.shape.slice(0, 2), ...sliding.sizes];
  const attributes = { kernel_shape: sizes, strides, ...sliding.attributes };
  const result = g.op(kind, [first], attributes, [shape, x.dtype]);
  return fromChannelsFirst(g, result, isFirst);
}

const poolLayer =
  (kind: PoolKind): LayerForm['form'] =>
  ({ g, input, config }) => {
    const rank = input.shape.length - 2;
    const sizes = numbersIn(config, 'pool_size', rank);
    const strides = config['strides'] == null ? sizes : numbersIn(config, 'strides', rank);
    return pool(g, kind, input, sizes, strides, String(config['padding']), isChannelsFirst(config));
  };

/** keras.ops.adaptive_max_pool and adaptive_average_pool: windows of different sizes, axis by axis. */
export function adaptivePool(
  g: GraphBuilder,
  kind: 'Max' | 'Mean',
  x: Value,
  sizes: readonly number[],
  isFirst: boolean,
): Value {
  return spatialAxes(x.shape.length, isFirst).reduce((value, axis, i) => {
    const size = staticDim(value.shape, axis);
    const count = sizes[i]!;
    if (size === count) return value;
    const parts = Array.from({ length: count }, (_, at) => {
      const begin = Math.floor((at * size) / count);
      const end = Math.ceil(((at + 1) * size) / count);
      return reduce(g, kind, slice(g, value, axis, begin, end), axis, true);
    });
    return concat(g, parts, axis);
  }, x);
}

const adaptiveLayer =
  (kind: 'Max' | 'Mean'): LayerForm['form'] =>
  ({ g, input, config }) => {
    const sizes = numbersIn(config, 'output_size', input.shape.length - 2);
    return adaptivePool(g, kind, input, sizes, isChannelsFirst(config));
  };

const globalLayer =
  (kind: 'Max' | 'Mean'): LayerForm['form'] =>
  ({ g, input, config }) => {
    const axes = spatialAxes(input.shape.length, isChannelsFirst(config));
    return reduce(g, kind, input, axes, config['keepdims'] === true);
  };

// The mean of the steps that the mask keeps.
function globalAverage1D(call: Call): Value {
  const { g, input, config, mask } = call;
  const isFirst = isChannelsFirst(config);
  const keepdims = config['keepdims'] === true;
  const axes = spatialAxes(3, isFirst);
  if (!mask) return mean(g, input, axes, keepdims);
  const counts = cast(g, unsqueeze(g, mask, isFirst ? 1 : 2), 'bool');
  const kept = where(g, counts, input, g.scalar(0, input.dtype));
  return divide(
    g,
    sum(g, kept, axes, keepdims),
    sum(g, cast(g, counts, input.dtype), axes, keepdims),
  );
}

const dimensions = (
  name: (rank: number) => string,
  form: LayerForm['form'],
): Record<string, LayerForm> => Object.fromEntries([1, 2, 3].map((rank) => [name(rank), { form }]));

export const poolingLayers: Readonly<Record<string, LayerForm>> = {
  ...dimensions((rank) => `MaxPooling${rank}D`, poolLayer('MaxPool')),
  ...dimensions((rank) => `AveragePooling${rank}D`, poolLayer('AveragePool')),
  ...dimensions((rank) => `GlobalMaxPooling${rank}D`, globalLayer('Max')),
  ...dimensions((rank) => `GlobalAveragePooling${rank}D`, globalLayer('Mean')),
  GlobalAveragePooling1D: { form: globalAverage1D, computeMask: () => undefined },
  ...dimensions((rank) => `AdaptiveMaxPooling${rank}D`, adaptiveLayer('Max')),
  ...dimensions((rank) => `AdaptiveAveragePooling${rank}D`, adaptiveLayer('Mean')),
};
