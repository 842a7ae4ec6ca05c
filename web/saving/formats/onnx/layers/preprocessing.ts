// keras/src/layers/preprocessing: what computes with numbers. Augmentation does nothing outside of training.
import type { GraphBuilder } from '../graph/builder.js';
import {
  add,
  cast,
  clip,
  divide,
  maximum,
  multiply,
  negative,
  sqrt,
  subtract,
  where,
} from '../graph/elementwise.js';
import { reduce } from '../graph/reducing.js';
import { reshape, squeeze, unsqueeze } from '../graph/shaping.js';
import { axisOf, NoOnnxForm, staticDim, type Value } from '../graph/value.js';
import { numberOf, numbersIn, type Call, type LayerForm } from '../model/call.js';
import { isNan } from '../ops/elementwise.js';
import { isJson } from '../../../model_description.js';
import { categoryEncoding, discretization } from './categories.js';
import { fromChannelsFirst, isChannelsFirst, toChannelsFirst } from './data_format.js';
import { centered, fitted, resize, resizeImages } from './resampling.js';

// A number, or a nested list of numbers, as a constant.
function constantIn(g: GraphBuilder, given: unknown, dtype: Value['dtype']): Value {
  const value = isJson(given) && isJson(given['config']) ? given['config']['value'] : given;
  const shape: number[] = [];
  for (let each = value; Array.isArray(each); each = each[0]) shape.push(each.length);
  const numbers = (Array.isArray(value) ? value.flat(shape.length) : [value]) as unknown[];
  if (!numbers.every((each) => typeof each === 'number'))
    throw new NoOnnxForm('its config has values that are not numbers');
  return g.numbers(numbers, dtype, shape);
}

function rescaling(call: Call): Value {
  const { g, input, config, dtype } = call;
  const scaled = multiply(g, cast(g, input, dtype), constantIn(g, config['scale'], dtype));
  return add(g, scaled, constantIn(g, config['offset'] ?? 0, dtype));
}

function normalization(call: Call): Value {
  const { g, config, dtype } = call;
  const x = cast(g, call.input, dtype);
  const rank = x.shape.length;
  const given = config['axis'];
  const axes = (given == null ? [] : [given].flat()) as number[];
  const kept = axes.map((axis) => axisOf(axis, rank)).sort((a, b) => a - b);
  const statistic = (name: string): Value => {
    if (call.hasWeight(name)) {
      const sizes = x.shape.map((_, i) => (kept.includes(i) ? staticDim(x.shape, i) : 1));
      return reshape(g, call.weight(name, dtype), sizes);
    }
    const value = constantIn(g, config[name], dtype);
    const own = value.shape as number[];
    const sizes = x.shape.map(() => 1);
    own.forEach((dim, i) => (sizes[kept[kept.length - own.length + i]!] = dim));
    return reshape(g, value, sizes);
  };
  const mean = statistic('mean');
  const deviation = maximum(g, sqrt(g, statistic('variance')), 1e-7);
  return config['invert'] === true
    ? add(g, mean, multiply(g, x, deviation))
    : divide(g, subtract(g, x, mean), deviation);
}

function centerCrop(call: Call): Value {
  const { g, config } = call;
  const isFirst = isChannelsFirst(config);
  const isBatch = call.input.shape.length === 4;
  const given = cast(g, call.input, call.dtype);
  const x = toChannelsFirst(g, isBatch ? given : unsqueeze(g, given, 0), isFirst);
  const sizes = [numberOf(config, 'height'), numberOf(config, 'width')];
  const isLarge = sizes.every((size, i) => staticDim(x.shape, i + 2) >= size);
  const result = isLarge
    ? sizes.reduce((value, size, i) => centered(g, value, i + 2, size), x)
    : resize(g, fitted(g, x, sizes, { crop: true, pad: false, fill: 0 }), sizes, {
        interpolation: 'bilinear',
      });
  const images = fromChannelsFirst(g, result, isFirst);
  return isBatch ? images : squeeze(g, images, 0);
}

function resizing({ g, input, config }: Call): Value {
  const sizes = [numberOf(config, 'height'), numberOf(config, 'width')];
  return resizeImages(g, input, sizes, config, isChannelsFirst(config));
}

// Stretches the values of each channel over the value range, at inference, too.
function autoContrast(call: Call): Value {
  const { g, config, dtype, input } = call;
  const bounds = numbersIn({ value_range: [0, 255], ...config }, 'value_range');
  const lowest = Math.min(...bounds);
  const range = Math.max(...bounds) - lowest;
  const x = multiply(g, divide(g, subtract(g, cast(g, input, dtype), lowest), range), 255);
  // The second and the third of four axes, whatever the data format is.
  const area = [1, 2];
  const low = reduce(g, 'Min', x, area, true);
  const scale = divide(g, 255, subtract(g, reduce(g, 'Max', x, area, true), low));
  const stretched = add(g, multiply(g, x, scale), multiply(g, negative(g, low), scale));
  const bounded = clip(g, stretched, 0, 255);
  const y = add(g, multiply(g, divide(g, bounded, 255), range), lowest);
  // Channels of a single value stay as they are.
  return where(g, isNan(g, y), cast(g, input, dtype), y);
}

// Layers that draw images anew in training and return them as they are, in the compute dtype, otherwise.
const AUGMENTATION: readonly string[] = [
  'AugMix',
  'CutMix',
  'MixUp',
  'RandAugment',
  'RandomBrightness',
  'RandomColorDegeneration',
  'RandomColorJitter',
  'RandomContrast',
  'RandomElasticTransform',
  'RandomErasing',
  'RandomFlip',
  'RandomGaussianBlur',
  'RandomGrayscale',
  'RandomHue',
  'RandomInvert',
  'RandomPerspective',
  'RandomPosterization',
  'RandomRotation',
  'RandomSaturation',
  'RandomSharpness',
  'RandomShear',
  'RandomTranslation',
  'RandomZoom',
  'Solarization',
];

export const preprocessingLayers: Readonly<Record<string, LayerForm>> = {
  Rescaling: { form: rescaling },
  Normalization: { form: normalization },
  CenterCrop: { form: centerCrop },
  Resizing: { form: resizing },
  AutoContrast: { form: autoContrast },
  RandomCrop: { form: ({ input }) => input, autocast: false },
  CategoryEncoding: { form: categoryEncoding },
  Discretization: { form: discretization, autocast: false },
  Pipeline: {
    form: (call) => {
      const parts = [...call.layer.children.values()];
      return parts.reduce((x, part) => call.callOne(part, [x]), call.input);
    },
  },
  ...Object.fromEntries(
    AUGMENTATION.map((name) => [
      name,
      { form: (call: Call) => cast(call.g, call.input, call.dtype) },
    ]),
  ),
};
