// keras/src/layers/preprocessing: what computes with numbers. Augmentation does nothing outside of training.
import type { GraphBuilder } from '../graph/builder.js';
import { add, cast, divide, maximum, multiply, sqrt, subtract } from '../graph/elementwise.js';
import { reshape, slice } from '../graph/shaping.js';
import { axisOf, NoOnnxForm, staticDim, type Value } from '../graph/value.js';
import { numberOf, type Call, type LayerForm } from '../model/call.js';
import { isJson } from '../../../model_description.js';
import { categoryEncoding, discretization } from './categories.js';
import { isChannelsFirst, fromChannelsFirst, spatialAxes, toChannelsFirst } from './data_format.js';
import { resize } from './resampling.js';

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
  const x = cast(g, call.input, call.dtype);
  const isFirst = isChannelsFirst(config);
  const rank = x.shape.length;
  const [vertical, horizontal] = spatialAxes(4, isFirst).map((axis) => axis + rank - 4);
  const target = [numberOf(config, 'height'), numberOf(config, 'width')];
  return [vertical!, horizontal!].reduce((value, axis, i) => {
    const size = staticDim(value.shape, axis);
    if (size < target[i]!) throw new NoOnnxForm('its images are smaller than what it crops');
    const begin = Math.floor((size - target[i]!) / 2);
    return slice(g, value, axis, begin, begin + target[i]!);
  }, x);
}

function resizing({ g, input, config }: Call): Value {
  if (config['crop_to_aspect_ratio'] || config['pad_to_aspect_ratio'])
    throw new NoOnnxForm('it keeps the aspect ratio');
  if (input.shape.length !== 4) throw new NoOnnxForm('its input is not a batch of images');
  const isFirst = isChannelsFirst(config);
  const sizes = [numberOf(config, 'height'), numberOf(config, 'width')];
  const first = toChannelsFirst(g, input, isFirst);
  const result = resize(g, first, sizes, {
    interpolation: String(config['interpolation']),
    antialias: config['antialias'] === true,
  });
  return fromChannelsFirst(g, result, isFirst);
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
];

export const preprocessingLayers: Readonly<Record<string, LayerForm>> = {
  Rescaling: { form: rescaling },
  Normalization: { form: normalization },
  CenterCrop: { form: centerCrop },
  Resizing: { form: resizing },
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
