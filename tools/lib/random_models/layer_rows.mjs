// Layers with one input: the shapes each accepts, and random options for it.
//
// `s` is the shape without the batch size; all sizes are known and small.
import { activation, recurrentActivation, seed, sometimes, weightOptions } from './parts.mjs';

const pair = (r, n, make) => (r.chance(0.5) ? make() : Array.from({ length: n }, make));

// Window sizes that fit into the spatial axes.
const window = (r, s) => s.slice(0, -1).map((size) => r.int(1, Math.min(3, size)));
const padding = (r) => r.pick(['valid', 'same']);

function convolution(r, s, weights) {
  const strided = r.chance(0.3);
  return {
    kernelSize: window(r, s),
    padding: padding(r),
    ...(strided
      ? { strides: 2 }
      : sometimes(r, 0.2, () => ({ dilationRate: 2, kernelSize: s.slice(0, -1).map(() => 1) }))),
    activation: activation(r),
    useBias: r.chance(0.7),
    ...weightOptions(r, weights),
  };
}

const withFilters = (options) => (r, s) => ({ filters: r.int(1, 4), ...options(r, s) });
const plainConvolution = withFilters((r, s) => convolution(r, s, ['kernel', 'bias']));
const groupedConvolution = (r, s) => {
  const groups = r.chance(0.2) && s.at(-1) % 2 === 0 ? 2 : 1;
  return {
    ...plainConvolution(r, s),
    filters: groups * r.int(1, 2),
    ...(groups > 1 && { groups }),
  };
};
const depthwise = (r, s) => ({
  ...convolution(r, s, ['depthwise', 'bias']),
  ...sometimes(r, 0.3, () => ({ depthMultiplier: 2 })),
});
const separable = withFilters((r, s) => convolution(r, s, ['depthwise', 'pointwise']));
const transposed = withFilters((r, s) => ({
  kernelSize: window(r, s),
  padding: padding(r),
  strides: r.int(1, 2),
  activation: activation(r),
}));

const pooling = (r, s) => ({
  poolSize: window(r, s),
  padding: padding(r),
  ...sometimes(r, 0.5, () => ({ strides: r.int(1, 2) })),
});
const global = (r) => sometimes(r, 0.4, () => ({ keepdims: true }));
const adaptive = (r, s) => ({ outputSize: s.slice(0, -1).map((size) => r.int(1, size)) });
const cropping = (r, s) => ({
  cropping: s.slice(0, -1).map((size) => (size > 2 ? [1, r.int(0, 1)] : [0, 0])),
});
const cropping1d = (r, s) => ({ cropping: s[0] > 2 ? [1, r.int(0, 1)] : 0 });
const zeros = (n) => (r) => ({
  padding: n === 1 ? r.int(0, 2) : pair(r, n, () => r.int(0, 1)),
});
const upsampling = (n) => (r) => ({ size: pair(r, n, () => r.int(1, 2)) });
const rate = (r) => ({ rate: r.pick([0, 0.25, 0.5]), seed: seed(r) });

function recurrent(r, names = ['kernel', 'recurrent', 'bias']) {
  return {
    units: r.int(1, 4),
    ...sometimes(r, 0.3, () => ({ activation: recurrentActivation(r) })),
    ...sometimes(r, 0.2, () => ({ useBias: false })),
    ...sometimes(r, 0.2, () => ({ dropout: 0.25, seed: seed(r) })),
    ...sometimes(r, 0.1, () => ({ recurrentDropout: 0.25 })),
    ...weightOptions(r, names),
  };
}
const loop = (r) => ({
  ...sometimes(r, 0.6, () => ({ returnSequences: true })),
  ...sometimes(r, 0.2, () => ({ returnState: true })),
  ...sometimes(r, 0.2, () => ({ goBackwards: true })),
  ...sometimes(r, 0.1, () => ({ unroll: true })),
});
const cellOf = (r, layers) =>
  r.pick([
    () => new layers.LSTMCell(recurrent(r)),
    () =>
      new layers.GRUCell({ ...recurrent(r), ...sometimes(r, 0.3, () => ({ resetAfter: false })) }),
    () => new layers.SimpleRNNCell(recurrent(r)),
  ])();
const convolvedLoop = withFilters((r, s) => ({
  kernelSize: window(r, s.slice(1)),
  padding: padding(r),
  ...sometimes(r, 0.6, () => ({ returnSequences: true })),
  ...sometimes(r, 0.2, () => ({ goBackwards: true })),
}));

// A weight that spans the whole shape.
const prelu = (r, s) => (s.length > 1 ? { sharedAxes: s.slice(1).map((_, i) => i + 1) } : {});

const factors = (n) => {
  for (let i = 2; i * i <= n; ++i) if (n % i === 0) return [i, n / i];
  return [n];
};
const product = (s) => s.reduce((a, b) => a * b, 1);

const any = [1, 2, 3, 4];
const rows = [
  // [class, ranks without the batch axis, options, whether the result may be large]
  [
    'Dense',
    [1, 2, 3],
    (r) => ({
      units: r.int(1, 5),
      activation: activation(r),
      useBias: r.chance(0.8),
      ...weightOptions(r, ['kernel', 'bias']),
    }),
    4,
  ],
  [
    'EinsumDense',
    [2],
    (r, s) => ({
      equation: 'abc,cd->abd',
      outputShape: [s[0], r.int(1, 4)],
      biasAxes: r.pick(['d', null]),
    }),
  ],
  ['Activation', any, (r) => ({ activation: r.pick(['relu', 'tanh', 'softmax', 'gelu']) })],
  ['ReLU', any, (r) => sometimes(r, 0.5, () => ({ maxValue: 6, negativeSlope: 0.125 }))],
  ['LeakyReLU', any, (r) => sometimes(r, 0.5, () => ({ negativeSlope: 0.25 }))],
  ['ELU', any, (r) => sometimes(r, 0.5, () => ({ alpha: r.pick([0.5, 1, 2]) }))],
  ['PReLU', [1, 2, 3], prelu],
  ['Softmax', any, () => ({})],
  ['Dropout', any, rate, 2],
  ['GaussianDropout', any, rate],
  ['GaussianNoise', any, (r) => ({ stddev: 0.25, seed: seed(r) })],
  ['AlphaDropout', any, rate],
  ['ActivityRegularization', any, () => ({ l1: 0.5, l2: 0.25 })],
  ['SpatialDropout1D', [2], rate],
  ['SpatialDropout2D', [3], rate],
  ['SpatialDropout3D', [4], rate],
  ['Identity', any, () => ({})],
  [
    'BatchNormalization',
    any,
    (r) => ({
      ...sometimes(r, 0.3, () => ({ momentum: 0.5, epsilon: 0.01 })),
      ...sometimes(r, 0.2, () => ({ center: false })),
      ...sometimes(r, 0.2, () => ({ scale: false })),
      ...weightOptions(r, ['gamma', 'beta']),
    }),
    2,
  ],
  ['LayerNormalization', any, (r) => sometimes(r, 0.3, () => ({ center: false }))],
  ['GroupNormalization', [1, 2, 3], (r, s) => ({ groups: r.pick([1, s.at(-1), -1]) })],
  ['RMSNormalization', any, () => ({})],
  ['UnitNormalization', any, () => ({})],
  ['Rescaling', any, (r) => ({ scale: r.pick([0.5, 2, 1]), offset: r.pick([0, -1, 0.5]) })],
  [
    'Normalization',
    [1, 2],
    (r, s) => ({
      axis: -1,
      mean: Array.from({ length: s.at(-1) }, () => r.pick([0, 0.5])),
      variance: Array.from({ length: s.at(-1) }, () => r.pick([1, 0.25])),
    }),
  ],
  ['Flatten', [2, 3, 4], () => ({}), 2],
  ['Reshape', any, (r, s) => ({ targetShape: r.pick([[-1], [product(s)], factors(product(s))]) })],
  ['RepeatVector', [1], (r) => ({ n: r.int(1, 4) }), 2],
  ['Permute', [2, 3], (r, s) => ({ dims: r.shuffled(s.map((_, i) => i + 1)) })],
  ['Masking', [2], (r) => ({ maskValue: r.pick([0, 0.5]) })],
  ['Conv1D', [2], groupedConvolution, 2],
  ['Conv2D', [3], groupedConvolution, 3],
  ['Conv3D', [4], plainConvolution, 2],
  ['Conv1DTranspose', [2], transposed],
  ['Conv2DTranspose', [3], transposed],
  ['Conv3DTranspose', [4], transposed],
  ['DepthwiseConv1D', [2], depthwise],
  ['DepthwiseConv2D', [3], depthwise],
  ['SeparableConv1D', [2], separable],
  ['SeparableConv2D', [3], separable],
  ['MaxPooling1D', [2], pooling],
  ['MaxPooling2D', [3], pooling],
  ['MaxPooling3D', [4], pooling],
  ['AveragePooling1D', [2], pooling],
  ['AveragePooling2D', [3], pooling],
  ['AveragePooling3D', [4], pooling],
  ['GlobalAveragePooling1D', [2], global],
  ['GlobalAveragePooling2D', [3], global],
  ['GlobalAveragePooling3D', [4], global],
  ['GlobalMaxPooling1D', [2], global],
  ['GlobalMaxPooling2D', [3], global],
  ['GlobalMaxPooling3D', [4], global],
  ['AdaptiveAveragePooling1D', [2], adaptive],
  ['AdaptiveMaxPooling2D', [3], adaptive],
  ['Cropping1D', [2], cropping1d],
  ['Cropping2D', [3], cropping],
  ['Cropping3D', [4], cropping],
  ['ZeroPadding1D', [2], zeros(1)],
  ['ZeroPadding2D', [3], zeros(2)],
  ['ZeroPadding3D', [4], zeros(3)],
  ['UpSampling1D', [2], (r) => ({ size: r.int(1, 2) })],
  [
    'UpSampling2D',
    [3],
    (r) => ({
      ...upsampling(2)(r),
      interpolation: r.pick(['nearest', 'bilinear']),
    }),
  ],
  ['UpSampling3D', [4], upsampling(3)],
  ['LSTM', [2], (r) => ({ ...recurrent(r), ...loop(r) }), 2],
  ['GRU', [2], (r) => ({ ...recurrent(r), ...loop(r) }), 2],
  ['SimpleRNN', [2], (r) => ({ ...recurrent(r), ...loop(r) })],
  [
    'RNN',
    [2],
    (r, _, layers) => ({
      cell: r.chance(0.5)
        ? cellOf(r, layers)
        : new layers.StackedRNNCells({ cells: [cellOf(r, layers), cellOf(r, layers)] }),
      ...sometimes(r, 0.6, () => ({ returnSequences: true })),
    }),
  ],
  [
    'Bidirectional',
    [2],
    (r, _, layers) => ({
      layer: new (r.pick([layers.LSTM, layers.GRU, layers.SimpleRNN]))({
        units: r.int(1, 3),
        returnSequences: r.chance(0.5),
      }),
      mergeMode: r.pick(['concat', 'sum', 'mul', 'ave']),
    }),
    2,
  ],
  [
    'TimeDistributed',
    [2, 3],
    (r, s, layers) => ({
      layer: r.pick([
        () => new layers.Dense({ units: r.int(1, 4) }),
        () => new layers.Dropout({ rate: 0.5 }),
        () => new layers.Activation({ activation: 'tanh' }),
        () => new layers.BatchNormalization(),
      ])(),
    }),
  ],
  ['ConvLSTM1D', [3], convolvedLoop],
  ['ConvLSTM2D', [4], convolvedLoop],
];

/** The rows that accept a rank. */
const byRank = new Map(any.map((rank) => [rank, []]));
for (const [className, ranks, options, weight = 1] of rows) {
  for (const rank of ranks) {
    for (let i = 0; i < weight; ++i) byRank.get(rank).push({ className, options });
  }
}

/** A random layer class for a float tensor of this shape, with options. */
export function layerFor(r, shape, layers) {
  const { className, options } = r.pick(byRank.get(shape.length));
  return { className, options: options(r, shape, layers) };
}

/** Names of all classes in random models. */
export const classNames = rows.map(([className]) => className);
