// keras/src/layers/convolutional.
import type { GraphBuilder } from '../graph/builder.js';
import { add } from '../graph/elementwise.js';
import { pad, reshape, transpose } from '../graph/shaping.js';
import { staticDim, type Dim, type Value } from '../graph/value.js';
import { numbersIn, type Call, type LayerForm } from '../model/call.js';
import type { Json } from '../../../model_description.js';
import { activate } from './activations.js';
import { kernelOf } from './core.js';
import { fromChannelsFirst, isChannelsFirst, toChannelsFirst } from './data_format.js';
import { slide } from './windows.js';

/** What convolutions share, by the names in configs. */
export interface ConvOptions {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: string;
  readonly isFirst: boolean;
}

export function convOptions(config: Json, rank: number): ConvOptions {
  return {
    strides: numbersIn({ strides: 1, ...config }, 'strides', rank),
    dilations: numbersIn({ dilation_rate: 1, ...config }, 'dilation_rate', rank),
    padding: String(config['padding'] ?? 'valid').toLowerCase(),
    isFirst: isChannelsFirst(config),
  };
}

/** A kernel in the order of ONNX: output channels, input channels, window. */
const kernelOfOnnx = (g: GraphBuilder, kernel: Value): Value => {
  const rank = kernel.shape.length;
  return transpose(g, kernel, [
    rank - 1,
    rank - 2,
    ...Array.from({ length: rank - 2 }, (_, i) => i),
  ]);
};

// Inputs and result have channels first; the kernel is in the order of ONNX.
function convolve(
  g: GraphBuilder,
  x: Value,
  kernel: Value,
  bias: Value | undefined,
  { strides, dilations, padding }: ConvOptions,
): Value {
  const sizes = kernel.shape.slice(2) as number[];
  const sliding = slide(x.shape.slice(2), { sizes, strides, dilations }, padding);
  const group = staticDim(x.shape, 1) / staticDim(kernel.shape, 1);
  const shape: Dim[] = [x.shape[0]!, kernel.shape[0]!, ...sliding.sizes];
  const attributes = { kernel_shape: sizes, strides, dilations, group, ...sliding.attributes };
  return g.op('Conv', [x, kernel, bias], attributes, [shape, x.dtype]);
}

/** keras.ops.conv, with a bias. */
export function conv(
  g: GraphBuilder,
  x: Value,
  kernel: Value,
  bias: Value | undefined,
  options: ConvOptions,
): Value {
  const first = toChannelsFirst(g, x, options.isFirst);
  const result = convolve(g, first, kernelOfOnnx(g, kernel), bias, options);
  return fromChannelsFirst(g, result, options.isFirst);
}

/** keras.ops.depthwise_conv: the kernel has input channels and channels per input channel last. */
export function depthwiseConv(
  g: GraphBuilder,
  x: Value,
  kernel: Value,
  bias: Value | undefined,
  options: ConvOptions,
): Value {
  const rank = kernel.shape.length;
  const window = kernel.shape.slice(0, -2) as number[];
  const order = [rank - 2, rank - 1, ...window.map((_, i) => i)];
  const channels = staticDim(kernel.shape, -2) * staticDim(kernel.shape, -1);
  const grouped = reshape(g, transpose(g, kernel, order), [channels, 1, ...window]);
  const first = toChannelsFirst(g, x, options.isFirst);
  return fromChannelsFirst(g, convolve(g, first, grouped, bias, options), options.isFirst);
}

/** keras.ops.separable_conv, with a bias. */
export function separableConv(
  g: GraphBuilder,
  x: Value,
  depthwise: Value,
  pointwise: Value,
  bias: Value | undefined,
  options: ConvOptions,
): Value {
  const ones = options.strides.map(() => 1);
  const spread = depthwiseConv(g, x, depthwise, undefined, options);
  return conv(g, spread, pointwise, bias, {
    ...options,
    strides: ones,
    dilations: ones,
    padding: 'valid',
  });
}

/** keras.ops.conv_transpose, with a bias. The kernel has output channels before input channels. */
export function convTranspose(
  g: GraphBuilder,
  x: Value,
  kernel: Value,
  bias: Value | undefined,
  options: ConvOptions,
  outputPadding: readonly number[] | undefined,
): Value {
  const { strides, dilations, padding, isFirst } = options;
  const sizes = kernel.shape.slice(0, -2) as number[];
  const first = toChannelsFirst(g, x, isFirst);
  const cuts = sizes.map((size, i) =>
    cutsOf((size - 1) * dilations[i]! + 1, strides[i]!, padding, outputPadding?.[i]),
  );
  const pads = [...cuts.map(([begin]) => begin), ...cuts.map(([, end]) => Math.max(0, end))];
  // Where Keras's result is larger than what the inputs reach, it is zero before the bias.
  const extra = cuts.map(([, end]) => Math.max(0, -end));
  const spatial = first.shape.slice(2).map((dim, i) => {
    const size = (sizes[i]! - 1) * dilations[i]! + 1;
    return dim === null
      ? null
      : (dim - 1) * strides[i]! + size - pads[i]! - pads[i + sizes.length]!;
  });
  const isLarger = extra.some((width) => width > 0);
  const shape: Dim[] = [first.shape[0]!, kernel.shape.at(-2)!, ...spatial];
  const attributes = { kernel_shape: sizes, strides, dilations, pads, group: 1 };
  const inputs = [first, kernelOfOnnx(g, kernel), isLarger ? undefined : bias];
  let result = g.op('ConvTranspose', inputs, attributes, [shape, x.dtype]);
  if (isLarger) {
    result = pad(g, result, [[0, 0], [0, 0], ...extra.map((width) => [0, width] as const)]);
    if (bias) {
      const channels = staticDim(bias.shape, 0);
      result = add(g, result, reshape(g, bias, [channels, ...sizes.map(() => 1)]));
    }
  }
  return fromChannelsFirst(g, result, isFirst);
}

// How much of the whole result is cut at the start and at the end of an axis; negative where it is enlarged.
function cutsOf(
  size: number,
  stride: number,
  padding: string,
  outputPadding: number | undefined,
): [begin: number, end: number] {
  if (padding !== 'same') {
    const right = size - 1 + (outputPadding ?? Math.max(size, stride) - size);
    return [0, size - 1 - right];
  }
  const total =
    outputPadding === undefined ? size + stride - 2 : size + (size % 2) - 2 + outputPadding;
  const left = Math.min(Math.floor(total / 2) + (total % 2), size - 1);
  return [size - 1 - left, size - 1 - (total - left)];
}

const biasOf = (call: Call): Value | undefined =>
  call.hasWeight('bias') ? call.weight('bias') : undefined;

const rankOf = (kernel: Value): number => kernel.shape.length - 2;

function convLayer(call: Call): Value {
  const kernel = kernelOf(call);
  const options = convOptions(call.config, rankOf(kernel));
  return activate(call, conv(call.g, call.input, kernel, biasOf(call), options));
}

function depthwiseLayer(call: Call): Value {
  const kernel = call.weight('kernel');
  const options = convOptions(call.config, rankOf(kernel));
  return activate(call, depthwiseConv(call.g, call.input, kernel, biasOf(call), options));
}

function separableLayer(call: Call): Value {
  const kernel = call.weight('depthwise_kernel');
  const pointwise = call.weight('pointwise_kernel');
  const options = convOptions(call.config, rankOf(kernel));
  const result = separableConv(call.g, call.input, kernel, pointwise, biasOf(call), options);
  return activate(call, result);
}

function transposeLayer(call: Call): Value {
  const kernel = call.weight('kernel');
  const rank = rankOf(kernel);
  const options = convOptions(call.config, rank);
  const padding =
    call.config['output_padding'] == null
      ? undefined
      : numbersIn(call.config, 'output_padding', rank);
  const result = convTranspose(call.g, call.input, kernel, biasOf(call), options, padding);
  return activate(call, result);
}

const each = (names: readonly string[], form: LayerForm['form']): Record<string, LayerForm> =>
  Object.fromEntries(names.map((name) => [name, { form }]));

export const convolutionalLayers: Readonly<Record<string, LayerForm>> = {
  ...each(['Conv1D', 'Conv2D', 'Conv3D'], convLayer),
  ...each(['Conv1DTranspose', 'Conv2DTranspose', 'Conv3DTranspose'], transposeLayer),
  ...each(['DepthwiseConv1D', 'DepthwiseConv2D'], depthwiseLayer),
  ...each(['SeparableConv1D', 'SeparableConv2D'], separableLayer),
};
