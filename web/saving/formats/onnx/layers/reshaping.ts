// keras/src/layers/reshaping, and Permute and RepeatVector.
import {
  expand,
  moveAxis,
  pad,
  repeat,
  reshape,
  sizesOf,
  slice,
  transpose,
  unsqueeze,
  type Size,
} from '../graph/shaping.js';
import type { Value } from '../graph/value.js';
import { numberOf, numbersIn, type Call, type LayerForm } from '../model/call.js';
import { flattened } from './core.js';
import { fromChannelsFirst, isChannelsFirst, spatialAxes, toChannelsFirst } from './data_format.js';
import { resize } from './resampling.js';

function flatten({ g, input, config }: Call): Value {
  const isMoved = isChannelsFirst(config) && input.shape.length > 1;
  return flattened(g, isMoved ? moveAxis(g, input, 1, -1) : input);
}

function reshapeLayer({ g, input, config }: Call): Value {
  const target = numbersIn({ target_shape: config['target_shape'] }, 'target_shape');
  return reshape(g, input, [...sizesOf(input, 0, 1), ...target]);
}

function repeatVector({ g, input, config }: Call): Value {
  const times = numberOf(config, 'n');
  const sizes: Size[] = [...sizesOf(input, 0, 1), times, ...sizesOf(input, 1)];
  return expand(g, unsqueeze(g, input, 1), sizes);
}

// Pairs for each spatial axis: one number, a number for each axis, or pairs.
function pairsIn(call: Call, key: string): [number, number][] {
  const rank = call.input.shape.length - 2;
  const value = call.config[key];
  if (typeof value === 'number') return Array.from({ length: rank }, () => [value, value]);
  const list = value as (number | [number, number])[];
  if (rank === 1 && list.length === 2 && list.every((each) => typeof each === 'number'))
    return [list as [number, number]];
  return list.map((each) => (typeof each === 'number' ? [each, each] : each));
}

function cropping(call: Call): Value {
  const { g, input } = call;
  const axes = spatialAxes(input.shape.length, isChannelsFirst(call.config));
  return pairsIn(call, 'cropping').reduce(
    (x, [before, after], i) => slice(g, x, axes[i]!, before, after === 0 ? null : -after),
    input,
  );
}

function zeroPadding(call: Call): Value {
  const { g, input } = call;
  const axes = spatialAxes(input.shape.length, isChannelsFirst(call.config));
  const pairs = pairsIn(call, 'padding');
  return pad(
    g,
    input,
    input.shape.map((_, axis) => pairs[axes.indexOf(axis)] ?? [0, 0]),
  );
}

function upSampling(call: Call): Value {
  const { g, input, config } = call;
  const isFirst = isChannelsFirst(config);
  const rank = input.shape.length - 2;
  const axes = spatialAxes(input.shape.length, isFirst);
  const factors = numbersIn(config, 'size', rank);
  const interpolation = String(config['interpolation'] ?? 'nearest').toLowerCase();
  if (interpolation === 'nearest')
    return axes.reduce((x, axis, i) => repeat(g, x, axis, factors[i]!), input);
  const first = toChannelsFirst(g, input, isFirst);
  const sizes = first.shape.slice(2).map((dim, i) => (dim === null ? null : dim * factors[i]!));
  return fromChannelsFirst(g, resize(g, first, sizes, { interpolation, factors }), isFirst);
}

const dimensions = (name: string, form: LayerForm['form']): Record<string, LayerForm> =>
  Object.fromEntries([1, 2, 3].map((rank) => [`${name}${rank}D`, { form }]));

export const reshapingLayers: Readonly<Record<string, LayerForm>> = {
  Flatten: { form: flatten },
  Reshape: { form: reshapeLayer },
  Permute: {
    form: ({ g, input, config }) => transpose(g, input, [0, ...numbersIn(config, 'dims')]),
  },
  RepeatVector: { form: repeatVector },
  ...dimensions('Cropping', cropping),
  ...dimensions('ZeroPadding', zeroPadding),
  ...dimensions('UpSampling', upSampling),
};
