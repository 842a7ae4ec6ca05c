// Activation functions, and layers that are one (keras/src/activations/activations.py).
import type { GraphBuilder } from '../graph/builder.js';
import {
  add,
  clip,
  divide,
  exp,
  greater,
  less,
  maximum,
  minimum,
  multiply,
  negative,
  not,
  or,
  relu,
  sigmoid,
  sqrt,
  square,
  subtract,
  tanh,
  unary,
  where,
} from '../graph/elementwise.js';
import { cumulativeSum, maskedSoftmax, softmax, sum, topK } from '../graph/reducing.js';
import { split, swapAxes } from '../graph/shaping.js';
import { axisOf, NoOnnxForm, staticDim, type Value } from '../graph/value.js';
import { type Call, numberOf, type LayerForm } from '../model/call.js';
import { isJson } from '../../../model_description.js';
import { Float } from '../proto/messages.js';

type Activation = (g: GraphBuilder, x: Value) => Value;

const softplus: Activation = (g, x) => unary(g, 'Softplus', x);

export function gelu(g: GraphBuilder, x: Value, approximate: boolean): Value {
  const inner = approximate
    ? tanh(
        g,
        multiply(
          g,
          add(g, x, multiply(g, multiply(g, square(g, x), x), 0.044715)),
          Math.sqrt(2 / Math.PI),
        ),
      )
    : unary(g, 'Erf', multiply(g, x, Math.SQRT1_2));
  return multiply(g, multiply(g, x, 0.5), add(g, inner, 1));
}

export function glu(g: GraphBuilder, x: Value, axis: number): Value {
  const half = staticDim(x.shape, axis) / 2;
  const [a, b] = split(g, x, axis, [half, half]);
  return multiply(g, a!, sigmoid(g, b!));
}

export const hardShrink = (g: GraphBuilder, x: Value, threshold: number): Value =>
  where(g, or(g, greater(g, x, threshold), less(g, x, -threshold)), x, g.scalar(0, x.dtype));

export const softShrink = (g: GraphBuilder, x: Value, threshold: number): Value =>
  subtract(
    g,
    maximum(g, subtract(g, x, threshold), 0),
    maximum(g, subtract(g, negative(g, x), threshold), 0),
  );

export const squareplus = (g: GraphBuilder, x: Value, b: number): Value =>
  multiply(g, add(g, x, sqrt(g, add(g, square(g, x), b))), 0.5);

export const threshold = (g: GraphBuilder, x: Value, bound: number, value: number): Value =>
  where(g, greater(g, x, bound), x, g.scalar(value, x.dtype));

/** Euclidean projection on the simplex: most outputs are 0. */
export function sparsemax(g: GraphBuilder, x: Value, axis: number): Value {
  const last = axisOf(axis, x.shape.length) === x.shape.length - 1;
  const rows = last ? x : swapAxes(g, x, axis, -1);
  const size = staticDim(rows.shape, -1);
  const [sorted] = topK(g, rows, size);
  const sums = cumulativeSum(g, sorted, -1);
  const counts = g.numbers(
    Array.from({ length: size }, (_, i) => i + 1),
    x.dtype,
  );
  const isSupport = greater(g, add(g, multiply(g, counts, sorted), 1), sums);
  const support = where(g, isSupport, g.scalar(1, x.dtype), g.scalar(0, x.dtype));
  const count = sum(g, support, -1, true);
  // As in Keras, the sum of all partial sums of the support.
  const total = sum(g, multiply(g, sums, support), -1, true);
  const bound = divide(g, subtract(g, total, 1), count);
  const result = relu(g, subtract(g, rows, bound));
  return last ? result : swapAxes(g, result, axis, -1);
}

export const leakyRelu = (g: GraphBuilder, x: Value, slope: number): Value =>
  unary(g, 'LeakyRelu', x, { alpha: new Float(slope) });
export const elu = (g: GraphBuilder, x: Value, alpha: number): Value =>
  unary(g, 'Elu', x, { alpha: new Float(alpha) });
export const celu = (g: GraphBuilder, x: Value, alpha: number): Value =>
  unary(g, 'Celu', x, { alpha: new Float(alpha) });
export const hardSigmoid: Activation = (g, x) =>
  unary(g, 'HardSigmoid', x, { alpha: new Float(1 / 6), beta: new Float(0.5) });

/** The functions of keras.activations by name, with their default arguments. */
export const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  linear: (_, x) => x,
  relu,
  relu6: (g, x) => clip(g, x, 0, 6),
  leaky_relu: (g, x) => leakyRelu(g, x, 0.2),
  elu: (g, x) => elu(g, x, 1),
  celu: (g, x) => celu(g, x, 1),
  selu: (g, x) =>
    unary(g, 'Selu', x, {
      alpha: new Float(1.6732632423543772),
      gamma: new Float(1.0507009873554805),
    }),
  gelu: (g, x) => gelu(g, x, false),
  glu: (g, x) => glu(g, x, -1),
  exponential: exp,
  sigmoid,
  log_sigmoid: (g, x) => negative(g, softplus(g, negative(g, x))),
  hard_sigmoid: hardSigmoid,
  silu: (g, x) => multiply(g, x, sigmoid(g, x)),
  swish: (g, x) => multiply(g, x, sigmoid(g, x)),
  hard_silu: (g, x) => multiply(g, x, hardSigmoid(g, x)),
  hard_swish: (g, x) => multiply(g, x, hardSigmoid(g, x)),
  tanh,
  hard_tanh: (g, x) => clip(g, x, -1, 1),
  tanh_shrink: (g, x) => subtract(g, x, tanh(g, x)),
  hard_shrink: (g, x) => hardShrink(g, x, 0.5),
  soft_shrink: (g, x) => softShrink(g, x, 0.5),
  softplus,
  softsign: (g, x) => unary(g, 'Softsign', x),
  mish: (g, x) => multiply(g, x, tanh(g, softplus(g, x))),
  squareplus: (g, x) => squareplus(g, x, 4),
  softmax: (g, x) => softmax(g, x, -1),
  log_softmax: (g, x) => softmax(g, x, -1, 'LogSoftmax'),
  sparsemax: (g, x) => sparsemax(g, x, -1),
  sparse_plus: (g, x) => {
    const curve = multiply(g, square(g, add(g, x, 1)), 0.25);
    const inner = where(g, less(g, x, 1), curve, x);
    return where(g, not(g, greater(g, x, -1)), g.scalar(0, x.dtype), inner);
  },
  sparse_sigmoid: (g, x) => clip(g, multiply(g, add(g, x, 1), 0.5), 0, 1),
};

/** The activation in a config. Throws NoOnnxForm for functions of users. */
export function activationIn(config: unknown): Activation {
  if (config === null || config === undefined) return ACTIVATIONS['linear']!;
  if (typeof config === 'string' && Object.hasOwn(ACTIVATIONS, config)) return ACTIVATIONS[config]!;
  if (isJson(config) && typeof config['config'] === 'string') {
    const known = config['module'] === 'builtins' ? undefined : config['config'];
    if (
      known !== undefined &&
      Object.hasOwn(ACTIVATIONS, known) &&
      config['registered_name'] === known
    )
      return ACTIVATIONS[known]!;
  }
  if (isJson(config) && isJson(config['config'])) {
    const layer = ACTIVATION_LAYERS[String(config['class_name'])];
    const inner = config['config'];
    const own = config['registered_name'];
    if (layer && (own === null || own === undefined)) return (g, x) => layer(g, x, inner);
  }
  const name = isJson(config) ? JSON.stringify(config['config']) : JSON.stringify(config);
  throw new NoOnnxForm(`its activation ${name} is not one of Keras`);
}

/** The result of a layer's `activation`. */
export const activate = (call: Call, x: Value, key = 'activation'): Value =>
  activationIn(call.config[key])(call.g, x);

type Config = Readonly<Record<string, unknown>>;

/** Layers without weights that only apply a function, which may also be an activation of another layer. */
const ACTIVATION_LAYERS: Readonly<
  Record<string, (g: GraphBuilder, x: Value, config: Config) => Value>
> = {
  Activation: (g, x, config) => activationIn(config['activation'])(g, x),
  ELU: (g, x, config) => elu(g, x, numberOf(config, 'alpha', 1)),
  LeakyReLU: (g, x, config) => leakyRelu(g, x, numberOf(config, 'negative_slope', 0.3)),
  ReLU: (g, x, config) =>
    generalRelu(
      g,
      x,
      numberOf(config, 'negative_slope', 0),
      (config['max_value'] ?? null) as number | null,
      numberOf(config, 'threshold', 0),
    ),
};

/** keras.activations.relu with all its arguments. */
export function generalRelu(
  g: GraphBuilder,
  x: Value,
  slope: number,
  maxValue: number | null,
  bound: number,
): Value {
  if (slope === 0 && bound === 0) return maxValue === null ? relu(g, x) : clip(g, x, 0, maxValue);
  if (bound === 0 && maxValue === null) return leakyRelu(g, x, slope);
  const below = slope === 0 ? g.scalar(0, x.dtype) : multiply(g, subtract(g, x, bound), slope);
  const above = maxValue === null ? x : minimum(g, x, maxValue);
  return where(g, less(g, x, bound), below, above);
}

const plain = (name: string): LayerForm => ({
  form: (call) => ACTIVATION_LAYERS[name]!(call.g, call.input, call.config),
});

export const activationLayers: Readonly<Record<string, LayerForm>> = {
  Activation: plain('Activation'),
  ELU: plain('ELU'),
  LeakyReLU: plain('LeakyReLU'),
  ReLU: plain('ReLU'),
  PReLU: {
    form: (call) => {
      const { g, input } = call;
      return g.op('PRelu', [input, call.weight('alpha')], {}, [input.shape, input.dtype]);
    },
  },
  Softmax: {
    form: (call) => {
      const axes = call.config['axis'] as number | number[];
      const { mask } = call;
      return mask
        ? maskedSoftmax(call.g, call.input, mask, axes)
        : softmax(call.g, call.input, axes);
    },
  },
};
