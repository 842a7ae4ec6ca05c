// The layers that TensorFlow.js has, and how their configs differ (tfjs-layers/src/layers).
import { isJson, type Json } from '../../../model_description.js';

/** Where a layer is. */
export interface LayerContext {
  /** The shape that the layer was built for, where the config states it. */
  readonly shape: readonly (number | null)[] | undefined;
  /** Whether a layer of the model makes masks. */
  readonly isMasked: boolean;
}

/** Changes the config of a layer to TensorFlow.js's, or returns why it cannot be expressed. */
export type LayerForm = (config: Json, context: LayerContext) => Json | string;

const same: LayerForm = (config) => config;

/** Refuses other values of options than these. */
const only =
  (options: Json, form: LayerForm = same): LayerForm =>
  (config, context) => {
    for (const [key, value] of Object.entries(options)) {
      const given = config[key] ?? value;
      if (given !== value) return `its option \`${key}\` is ${JSON.stringify(given)}`;
    }
    return form(config, context);
  };

const without = (config: Json, ...keys: readonly string[]): Json =>
  Object.fromEntries(Object.entries(config).filter(([key]) => !keys.includes(key)));

const ones = (value: unknown): boolean =>
  value == null || [value].flat().every((each) => each === 1);

const undilated =
  (form: LayerForm): LayerForm =>
  (config, context) =>
    ones(config['dilation_rate']) ? form(config, context) : 'its `dilation_rate` is not 1';

const lora =
  (form: LayerForm): LayerForm =>
  (config, context) =>
    config['lora_rank'] == null ? form(config, context) : 'it has weights of LoRA';

const channelsLast = { data_format: 'channels_last' };
const convolution = lora(only({ groups: 1 }));
const convolution1D: LayerForm = (config, context) =>
  config['padding'] === 'causal'
    ? 'its padding is causal'
    : lora(only({ groups: 1, ...channelsLast }))(config, context);
const transposed = undilated((config) =>
  config['output_padding'] == null ? config : 'it has an `output_padding`',
);
const global: LayerForm = only({ keepdims: false });
const global1D: LayerForm = only({ keepdims: false, ...channelsLast });

const average1D: LayerForm = (config, context) =>
  context.isMasked ? 'some of its steps may be masked' : global1D(config, context);

const recurrent: LayerForm = (config, { isMasked }) =>
  config['zero_output_for_mask'] === true && isMasked ? 'its masked steps are zero' : config;

// Its gate is reset before the product, not after.
const gru: LayerForm = only({ reset_after: false }, recurrent);

// Only the last axis, which may be counted from either end.
const lastAxis: LayerForm = (config, { shape }) => {
  const axis: unknown = Array.isArray(config['axis']) ? config['axis'][0] : config['axis'];
  const isLast = axis === -1 || (shape !== undefined && axis === shape.length - 1);
  const isOne = !Array.isArray(config['axis']) || config['axis'].length === 1;
  return isLast && isOne
    ? { ...config, axis: -1 }
    : `its axis is ${JSON.stringify(config['axis'])}`;
};

const batchNormalization: LayerForm = only({ renorm: false }, lastAxis);

const concatenate: LayerForm = (config) => {
  const { axis } = config;
  return typeof axis === 'number' && axis < -1 ? `its axis is ${axis}` : config;
};

const flatten: LayerForm = (config, { shape }) => {
  if (shape === undefined || (shape.length > 2 && !shape.slice(1).includes(null))) return config;
  return `its input has the shape [${shape.join()}]`;
};

// Keras skips masked steps, TensorFlow.js does not.
const unmasked: LayerForm = (config, { isMasked }) =>
  isMasked ? 'it merges inputs of which some may be masked' : config;

const numbers: LayerForm = ({ scale, offset, ...config }) =>
  typeof scale === 'number' && typeof offset === 'number'
    ? { ...config, scale, offset }
    : 'its scale and offset are not numbers';

// TensorFlow.js makes the backward layer from the config of the forward one, and names both after it.
const bidirectional: LayerForm = ({ backward_layer: backward, layer: forward, ...config }) => {
  const [there, back] = [forward, backward].map((record) =>
    isJson(record) && isJson(record['config']) ? record['config'] : {},
  );
  if (isJson(forward) && forward['class_name'] === 'RNN') return 'its layer is an RNN with a cell';
  const name = String(there!['name']).replace(/^forward_/, '');
  const plain = (each: Json): string =>
    JSON.stringify({ ...each, name: '', go_backwards: false, shared_object_id: 0 });
  const isMirrored =
    back!['name'] === `backward_${name}` &&
    plain(there!) === plain(back!) &&
    there!['go_backwards'] === false;
  if (backward != null && !isMirrored) return 'its layers differ in more than the direction';
  return { ...config, layer: { ...(forward as Json), config: { ...there, name } } };
};

const FORMS: Readonly<Record<string, LayerForm>> = {
  InputLayer: ({ batch_shape: shape, ...config }) => ({
    ...without(config, 'ragged', 'optional'),
    batch_input_shape: shape,
  }),
  Activation: same,
  ReLU: only({ negative_slope: 0, threshold: 0 }),
  LeakyReLU: ({ negative_slope: alpha, ...config }) => ({ ...config, alpha }),
  PReLU: same,
  ELU: only({ alpha: 1 }),
  Softmax: lastAxis,
  Conv1D: convolution1D,
  Conv2D: convolution,
  Conv3D: convolution,
  Conv2DTranspose: transposed,
  Conv3DTranspose: transposed,
  SeparableConv2D: only(channelsLast),
  DepthwiseConv2D: undilated(same),
  Dense: lora(same),
  Dropout: same,
  SpatialDropout1D: same,
  GaussianNoise: same,
  GaussianDropout: same,
  AlphaDropout: same,
  Flatten: flatten,
  RepeatVector: same,
  Reshape: same,
  Permute: same,
  Masking: same,
  Embedding: lora(same),
  Add: same,
  Multiply: unmasked,
  Average: same,
  Maximum: unmasked,
  Minimum: unmasked,
  Concatenate: concatenate,
  Dot: same,
  BatchNormalization: batchNormalization,
  LayerNormalization: only({ rms_scaling: false }),
  ZeroPadding2D: same,
  Cropping2D: same,
  UpSampling2D: only({ interpolation: 'nearest' }),
  MaxPooling1D: only(channelsLast),
  MaxPooling2D: same,
  MaxPooling3D: same,
  AveragePooling1D: only(channelsLast),
  AveragePooling2D: same,
  AveragePooling3D: same,
  GlobalAveragePooling1D: average1D,
  GlobalAveragePooling2D: global,
  GlobalMaxPooling1D: global1D,
  GlobalMaxPooling2D: global,
  SimpleRNN: recurrent,
  LSTM: recurrent,
  GRU: gru,
  ConvLSTM2D: recurrent,
  RNN: recurrent,
  SimpleRNNCell: same,
  LSTMCell: same,
  GRUCell: only({ reset_after: false }),
  Bidirectional: bidirectional,
  TimeDistributed: same,
  Rescaling: numbers,
};

/** The form of a class of Keras; undefined when TensorFlow.js lacks it. */
export const layerForm = (className: string): LayerForm | undefined =>
  Object.hasOwn(FORMS, className) ? FORMS[className] : undefined;

/** The activations of TensorFlow.js that compute as in Keras 3, by Keras's names. */
export const ACTIVATIONS: Readonly<Record<string, string>> = {
  elu: 'elu',
  gelu: 'gelu',
  linear: 'linear',
  log_softmax: 'log_softmax',
  mish: 'mish',
  relu: 'relu',
  relu6: 'relu6',
  selu: 'selu',
  sigmoid: 'sigmoid',
  silu: 'swish',
  softmax: 'softmax',
  softplus: 'softplus',
  softsign: 'softsign',
  swish: 'swish',
  tanh: 'tanh',
};

/** Initializers of TensorFlow.js by Keras's names. Others are left out: the weights are in the file. */
export const INITIALIZERS: Readonly<Record<string, string>> = {
  Constant: 'Constant',
  GlorotNormal: 'GlorotNormal',
  GlorotUniform: 'GlorotUniform',
  HeNormal: 'HeNormal',
  HeUniform: 'HeUniform',
  Identity: 'Identity',
  LecunNormal: 'LeCunNormal',
  LecunUniform: 'LeCunUniform',
  Ones: 'Ones',
  Orthogonal: 'Orthogonal',
  RandomNormal: 'RandomNormal',
  RandomUniform: 'RandomUniform',
  TruncatedNormal: 'TruncatedNormal',
  VarianceScaling: 'VarianceScaling',
  Zeros: 'Zeros',
};
