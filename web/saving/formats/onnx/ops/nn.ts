// keras.ops.nn, keras.ops.image, and products of matrices.
import type { GraphBuilder } from '../graph/builder.js';
import {
  add,
  cast,
  clip,
  divide,
  maximum,
  multiply,
  subtract,
  unary,
} from '../graph/elementwise.js';
import { einsum, matmul } from '../graph/products.js';
import { softmax, sum } from '../graph/reducing.js';
import { reshape, swapAxes, unsqueeze } from '../graph/shaping.js';
import { axisOf, NoOnnxForm, staticDim, type Value } from '../graph/value.js';
import { flatten, isValue, numbersIn, type Call, type Form } from '../model/call.js';
import {
  ACTIVATIONS,
  celu,
  elu,
  gelu,
  glu,
  hardShrink,
  leakyRelu,
  generalRelu,
  softShrink,
  sparsemax,
  squareplus,
  threshold,
} from '../layers/activations.js';
import { attend, causalMask } from '../layers/attention.js';
import {
  conv,
  convOptions,
  convTranspose,
  depthwiseConv,
  separableConv,
} from '../layers/convolutional.js';
import { fromChannelsFirst, toChannelsFirst } from '../layers/data_format.js';
import {
  batchNormalization,
  layerNormalization,
  rmsNormalization,
  unitNormalization,
} from '../layers/normalization.js';
import { adaptivePool, pool, type PoolKind } from '../layers/pooling.js';
import { resizeImages } from '../layers/resampling.js';
import { asFloat, axisOption, floatInput, isFirst, table, valueOf, type Forms } from './support.js';

const activation =
  (name: string): Form =>
  (call) =>
    ACTIVATIONS[name]!(call.g, isRelu(name) ? call.input : floatInput(call));
const isRelu = (name: string): boolean => name.startsWith('relu');

const NAMES: Readonly<Record<string, string>> = {
  HardSigmoid: 'hard_sigmoid',
  HardSilu: 'hard_silu',
  HardTanh: 'hard_tanh',
  LogSigmoid: 'log_sigmoid',
  Mish: 'mish',
  Relu: 'relu',
  Relu6: 'relu6',
  Selu: 'selu',
  Sigmoid: 'sigmoid',
  Silu: 'silu',
  Softplus: 'softplus',
  Softsign: 'softsign',
  SparsePlus: 'sparse_plus',
  SparseSigmoid: 'sparse_sigmoid',
  TanhShrink: 'tanh_shrink',
};

const tuned =
  (
    make: (g: GraphBuilder, x: Value, option: number) => Value,
    name: string,
    fallback: number,
  ): Form =>
  (call) =>
    make(call.g, floatInput(call), call.option(name, fallback));

const convolution =
  (write: (call: Call, kernels: Value[], options: ReturnType<typeof convOptions>) => Value): Form =>
  (call) => {
    const kernels = call.args.slice(1).flatMap(flatten);
    const given = kernels.length > 0 ? kernels : flatten(Object.values(call.kwargs));
    return write(call, given, convOptions(call.config, call.input.shape.length - 2));
  };

const pooling =
  (kind: PoolKind): Form =>
  (call) => {
    const { g, input, config } = call;
    const rank = input.shape.length - 2;
    const sizes = numbersIn(config, 'pool_size', rank);
    const strides = config['strides'] == null ? sizes : numbersIn(config, 'strides', rank);
    return pool(
      g,
      kind,
      input,
      sizes,
      strides,
      String(call.option('padding', 'valid')),
      isFirst(call),
    );
  };

const adaptive =
  (kind: 'Max' | 'Mean'): Form =>
  (call) =>
    adaptivePool(
      call.g,
      kind,
      call.input,
      numbersIn(call.config, 'output_size', call.input.shape.length - 2),
      isFirst(call),
    );

const tensorAt = (call: Call, index: number, name: string): Value | undefined => {
  const value = call.arg(index, name);
  return isValue(value) ? value : undefined;
};

const epsilonOf = (call: Call, fallback = 1e-7): number =>
  call.option<number | null>('epsilon', null) ?? fallback;

function layerNorm(call: Call): Value {
  const { g, input } = call;
  if (call.option('rms_scaling', false)) throw new NoOnnxForm('it scales by the root mean square');
  const x = cast(g, input, 'float32');
  const weight = (index: number, name: string): Value | undefined => {
    const value = tensorAt(call, index, name);
    return value && cast(g, value, 'float32');
  };
  const result = layerNormalization(
    g,
    x,
    weight(1, 'gamma'),
    weight(2, 'beta'),
    axisOption(call, -1),
    epsilonOf(call),
  );
  return cast(g, result, input.dtype);
}

function batchNorm(call: Call): Value {
  const { g, input } = call;
  const named = (name: string, index: number): Value | undefined => tensorAt(call, index, name);
  return batchNormalization(
    g,
    input,
    {
      mean: named('mean', 1)!,
      variance: named('variance', 2)!,
      offset: named('offset', 3),
      scale: named('scale', 4),
    },
    call.option('axis', -1),
    epsilonOf(call, 1e-3),
  );
}

function normalize(call: Call): Value {
  const { g } = call;
  const order = call.option<number>('order', 2);
  const x = floatInput(call);
  const axes = axisOption(call, -1);
  if (order === 2) return unitNormalization(g, x, axes, epsilonOf(call));
  const size = unary(g, 'Abs', x);
  if (order !== 1) throw new NoOnnxForm(`its order is ${order}`);
  return divide(g, x, maximum(g, sum(g, size, axes, true), epsilonOf(call)));
}

function dotProductAttention(call: Call): Value {
  const { g } = call;
  const [query, key, value] = ['query', 'key', 'value'].map((name, i) => call.tensor(i, name)) as [
    Value,
    Value,
    Value,
  ];
  if (tensorAt(call, 3, 'bias') || call.option('attn_logits_soft_cap', null) !== null)
    throw new NoOnnxForm('it has a bias or a cap of its scores');
  const given = tensorAt(call, 4, 'mask');
  const causal = call.option('is_causal', false)
    ? unsqueeze(g, causalMask(g, query, key), 0)
    : undefined;
  const mask =
    given && causal
      ? g.op('And', [cast(g, given, 'bool'), causal], {}, [given.shape, 'bool'])
      : (given ?? causal);
  const scale = call.arg(5, 'scale');
  const factor = typeof scale === 'number' ? scale : 1 / Math.sqrt(staticDim(query.shape, -1));
  return attend(g, { query, key, value }, mask && cast(g, mask, 'bool'), factor, false).output;
}

const shuffle =
  (opType: 'DepthToSpace' | 'SpaceToDepth'): Form =>
  (call) => {
    const { g, input } = call;
    const size = call.option('block_size', 1);
    const x = toChannelsFirst(g, input, isFirst(call));
    const [batch, channels, height, width] = x.shape as [
      number | null,
      number,
      number | null,
      number | null,
    ];
    const isUp = opType === 'DepthToSpace';
    const scale = (dim: number | null): number | null =>
      dim === null ? null : isUp ? dim * size : dim / size;
    const shape = [
      batch,
      isUp ? channels / size ** 2 : channels * size ** 2,
      scale(height),
      scale(width),
    ];
    const result = g.op(opType, [x], { blocksize: size }, [shape, x.dtype]);
    return fromChannelsFirst(g, result, isFirst(call));
  };

function grayscale(call: Call): Value {
  const { g, input } = call;
  const weights = g.numbers([0.2989, 0.587, 0.114], input.dtype);
  const axis = isFirst(call) ? -3 : -1;
  const factor = isFirst(call) ? reshape(g, weights, [3, 1, 1]) : weights;
  return sum(g, multiply(g, input, factor), axis, true);
}

function tensordot(call: Call): Value {
  const { g } = call;
  const [a, b] = [valueOf(g, call.operand(0, 'x1')), valueOf(g, call.operand(1, 'x2'))];
  const axes = call.option<number | readonly (number | readonly number[])[]>('axes', 2);
  const [p, q] = [a.shape.length, b.shape.length];
  const [from, to] =
    typeof axes === 'number'
      ? [range(p - axes, p), range(0, axes)]
      : [[axes[0]!].flat(), [axes[1]!].flat()];
  const left = from.map((axis) => axisOf(axis, p));
  const right = to.map((axis) => axisOf(axis, q));
  const letter = (i: number): string => String.fromCharCode(97 + i);
  const first = range(0, p).map(letter);
  const second = range(0, q).map((i) => {
    const pair = right.indexOf(i);
    return pair < 0 ? letter(p + i) : first[left[pair]!]!;
  });
  const kept = [
    ...first.filter((_, i) => !left.includes(i)),
    ...second.filter((_, i) => !right.includes(i)),
  ];
  return einsum(g, `${first.join('')},${second.join('')}->${kept.join('')}`, [a, b]);
}

const range = (begin: number, end: number): number[] =>
  Array.from({ length: end - begin }, (_, i) => begin + i);

function dot(call: Call): Value {
  const { g } = call;
  const [a, b] = [valueOf(g, call.operand(0, 'x1')), valueOf(g, call.operand(1, 'x2'))];
  if (a.shape.length === 0 || b.shape.length === 0) return multiply(g, a, b);
  if (b.shape.length <= 2) return matmul(g, a, b);
  throw new NoOnnxForm('its operands have more than two axes');
}

function inner(call: Call): Value {
  const { g } = call;
  const [a, b] = [valueOf(g, call.operand(0, 'x1')), valueOf(g, call.operand(1, 'x2'))];
  return b.shape.length < 2 ? matmul(g, a, b) : matmul(g, a, swapAxes(g, b, -1, -2));
}

function categoricalCrossentropy(call: Call): Value {
  const { g } = call;
  const [target, output] = [floatOf(call, 0, 'target'), floatOf(call, 1, 'output')];
  const axis = call.option('axis', -1);
  const logs = call.option('from_logits', false)
    ? softmax(g, output, axis, 'LogSoftmax')
    : unary(g, 'Log', clip(g, divide(g, output, sum(g, output, axis, true)), 1e-7, 1 - 1e-7));
  return unary(g, 'Neg', sum(g, multiply(g, target, logs), axis));
}

function binaryCrossentropy(call: Call): Value {
  const { g } = call;
  const target = floatOf(call, 0, 'target');
  const given = floatOf(call, 1, 'output');
  const output = clip(
    g,
    call.option('from_logits', false) ? unary(g, 'Sigmoid', given) : given,
    1e-7,
    1 - 1e-7,
  );
  const one = g.scalar(1, output.dtype);
  const log = (x: Value): Value => unary(g, 'Log', x);
  const hit = multiply(g, target, log(output));
  const miss = multiply(g, subtract(g, one, target), log(subtract(g, one, output)));
  return unary(g, 'Neg', add(g, hit, miss));
}

const floatOf = (call: Call, index: number, name: string): Value =>
  asFloat(call.g, call.tensor(index, name));

export const nnOperations: Forms = table({
  ...Object.fromEntries(Object.entries(NAMES).map(([name, own]) => [name, activation(own)])),
  ReLU: (call) =>
    generalRelu(
      call.g,
      call.input,
      call.option('negative_slope', 0),
      call.option<number | null>('max_value', null),
      call.option('threshold', 0),
    ),
  LeakyRelu: tuned(leakyRelu, 'negative_slope', 0.2),
  Elu: tuned(elu, 'alpha', 1),
  Celu: tuned(celu, 'alpha', 1),
  Gelu: (call) => gelu(call.g, floatInput(call), call.option('approximate', true)),
  Glu: tuned(glu, 'axis', -1),
  HardShrink: tuned(hardShrink, 'threshold', 0.5),
  SoftShrink: tuned(softShrink, 'threshold', 0.5),
  Squareplus: tuned(squareplus, 'b', 4),
  Sparsemax: tuned(sparsemax, 'axis', -1),
  Threshold: (call) =>
    threshold(call.g, call.input, call.option('threshold', 0), call.option('default_value', 0)),
  Softmax: (call) => softmax(call.g, floatInput(call), axisOption(call, -1)),
  LogSoftmax: (call) => softmax(call.g, floatInput(call), axisOption(call, -1), 'LogSoftmax'),
  Conv: convolution((call, [kernel], options) =>
    conv(call.g, call.input, kernel!, undefined, options),
  ),
  DepthwiseConv: convolution((call, [kernel], options) =>
    depthwiseConv(call.g, call.input, kernel!, undefined, options),
  ),
  SeparableConv: convolution((call, [depthwise, pointwise], options) =>
    separableConv(call.g, call.input, depthwise!, pointwise!, undefined, options),
  ),
  ConvTranspose: convolution((call, [kernel], options) => {
    const rank = call.input.shape.length - 2;
    const padding =
      call.config['output_padding'] == null
        ? undefined
        : numbersIn(call.config, 'output_padding', rank);
    return convTranspose(call.g, call.input, kernel!, undefined, options, padding);
  }),
  MaxPool: pooling('MaxPool'),
  AveragePool: pooling('AveragePool'),
  AdaptiveMaxPool: adaptive('Max'),
  AdaptiveAveragePool: adaptive('Mean'),
  LayerNorm: layerNorm,
  RMSNorm: (call) =>
    rmsNormalization(
      call.g,
      call.input,
      tensorAt(call, 1, 'scale'),
      axisOption(call, -1),
      epsilonOf(call),
    ),
  BatchNorm: batchNorm,
  Normalize: normalize,
  DotProductAttention: dotProductAttention,
  DepthToSpace: shuffle('DepthToSpace'),
  SpaceToDepth: shuffle('SpaceToDepth'),
  CategoricalCrossentropy: categoricalCrossentropy,
  BinaryCrossentropy: binaryCrossentropy,
  Resize: (call) => {
    const config = { ...call.kwargs, ...call.config };
    return resizeImages(call.g, call.input, numbersIn(config, 'size', 2), config, isFirst(call));
  },
  RGBToGrayscale: grayscale,
  Matmul: (call) =>
    matmul(call.g, valueOf(call.g, call.operand(0, 'x1')), valueOf(call.g, call.operand(1, 'x2'))),
  Dot: dot,
  Tensordot: tensordot,
  Inner: inner,
  Outer: (call) => {
    const { g } = call;
    const flat = (index: number, name: string): Value =>
      reshape(g, valueOf(g, call.operand(index, name)), [-1]);
    return multiply(g, unsqueeze(g, flat(0, 'x1'), 1), unsqueeze(g, flat(1, 'x2'), 0));
  },
  Vdot: (call) => {
    const { g } = call;
    const flat = (index: number, name: string): Value =>
      reshape(g, valueOf(g, call.operand(index, name)), [-1]);
    return matmul(g, flat(0, 'x1'), flat(1, 'x2'));
  },
  Einsum: (call) =>
    einsum(call.g, String(call.config['subscripts'] ?? call.args[0]), flatten(call.args)),
});
