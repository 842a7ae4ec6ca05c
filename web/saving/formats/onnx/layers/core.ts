// keras/src/layers/core: Dense, Embedding and their kind.
import type { GraphBuilder } from '../graph/builder.js';
import { add, cast, divide, multiply, notEqual, tanh, where } from '../graph/elementwise.js';
import { einsum, matmul } from '../graph/products.js';
import { any } from '../graph/reducing.js';
import { gather, reshape, sizesOf, squeeze, transpose } from '../graph/shaping.js';
import { NoOnnxForm, type Value } from '../graph/value.js';
import { elementType, flatten, numberOf, type Call, type LayerForm } from '../model/call.js';
import { activate } from './activations.js';
import {
  integerKernel,
  quantizationOf,
  quantizedInputs,
  quantizedRows,
  scaled,
} from './quantized.js';

/** A kernel with the change by LoRA, which is enabled when the layer has its weights. */
export function kernelOf(call: Call, name = 'kernel'): Value {
  refuseQuantized(call);
  const kernel = call.weight(name);
  const [a, b] = [`lora_${name}_a`, `lora_${name}_b`];
  if (!call.hasWeight(a)) return kernel;
  const rank = numberOf(call.config, 'lora_rank');
  const alpha = numberOf(call.config, 'lora_alpha', rank);
  const { g } = call;
  const product = matmul(g, call.weight(a), call.weight(b));
  return add(g, kernel, alpha === rank ? product : multiply(g, product, alpha / rank));
}

function refuseQuantized(call: Call): void {
  const mode = quantizationOf(call);
  if (mode !== undefined) throw new NoOnnxForm(`it is quantized (${mode})`);
}

const addBias = (call: Call, x: Value): Value =>
  call.hasWeight('bias') ? add(call.g, x, call.weight('bias')) : x;

function dense(call: Call): Value {
  const { g, input } = call;
  if (quantizationOf(call) === undefined)
    return activate(call, addBias(call, matmul(g, input, kernelOf(call))));
  const kernel = integerKernel(call, 'kernel', numberOf(call.config, 'units'), 0);
  // Kernels with blocks are dequantized, and then inputs are not quantized.
  const x = kernel.scale ? quantizedInputs(call, input, -1) : input;
  const product = scaled(g, matmul(g, x, kernel.kernel), kernel);
  return activate(call, addBias(call, withLora(call, input, product)));
}

// Quantized layers add the change by LoRA to their output.
function withLora(call: Call, x: Value, product: Value): Value {
  if (!call.hasWeight('lora_kernel_a')) return product;
  const { g } = call;
  const change = matmul(
    g,
    matmul(g, x, call.weight('lora_kernel_a')),
    call.weight('lora_kernel_b'),
  );
  const rank = numberOf(call.config, 'lora_rank');
  return add(g, product, multiply(g, change, numberOf(call.config, 'lora_alpha', rank) / rank));
}

function einsumDense(call: Call): Value {
  const { g, input } = call;
  const equation = String(call.config['equation']);
  if (quantizationOf(call) === undefined)
    return activate(call, addBias(call, einsum(g, equation, [input, kernelOf(call)])));
  if (quantizationOf(call) !== 'int8' || call.hasWeight('lora_kernel_a')) refuseQuantized(call);
  const kernel = integerKernel(call, 'kernel', 0, 0);
  const x = quantizedInputs(call, input, summedAxes(equation));
  return activate(call, addBias(call, scaled(g, einsum(g, equation, [x, kernel.kernel]), kernel)));
}

// The axes of the inputs that the product sums over, counted from the end: an ellipsis is in front.
function summedAxes(equation: string): number[] {
  const [inputs = '', output = ''] = equation.replaceAll(' ', '').split('->');
  const letters = inputs.split(',')[0]!.replace('...', '');
  if (/[a-z]\.\.\./.test(inputs)) throw new NoOnnxForm('its equation has an ellipsis at the end');
  return [...letters].flatMap((letter, i) => (output.includes(letter) ? [] : [i - letters.length]));
}

function embedding(call: Call): Value {
  const { g, input } = call;
  const isIndex = input.dtype === 'int32' || input.dtype === 'int64';
  const index = isIndex ? input : cast(g, input, 'int32');
  const isQuantized = quantizationOf(call) !== undefined;
  if (isQuantized && call.hasWeight('lora_embeddings_a')) refuseQuantized(call);
  return isQuantized
    ? quantizedRows(call, index)
    : gather(g, kernelOf(call, 'embeddings'), index, 0);
}

const embeddingMask = (call: Call): Value | undefined =>
  call.config['mask_zero'] ? notEqual(call.g, call.input, 0) : undefined;

function reversibleEmbedding(call: Call): Value {
  const { g, input } = call;
  if (call.arg(1, 'reverse') !== true) {
    const result = embedding(call);
    return { ...result, mask: embeddingMask(call) };
  }
  refuseQuantized(call);
  const kernel =
    call.config['tie_weights'] === false
      ? call.weight('reverse_embeddings')
      : transpose(g, kernelOf(call, 'embeddings'), [1, 0]);
  const reverse = call.config['reverse_dtype'];
  const dtype = typeof reverse === 'string' ? elementType(reverse) : call.dtype;
  const scores = matmul(g, cast(g, input, dtype), cast(g, kernel, dtype));
  const cap = call.config['logit_soft_cap'];
  return typeof cap === 'number' ? multiply(g, tanh(g, divide(g, scores, cap)), cap) : scores;
}

function masking(call: Call): Value {
  const { g, input } = call;
  const value = numberOf(call.config, 'mask_value', 0);
  const counts = any(g, notEqual(g, input, value), -1, true);
  const result = where(g, counts, input, g.scalar(0, input.dtype));
  return { ...result, mask: squeeze(g, counts, -1) };
}

/** The argument itself. */
const identity = (call: Call): Value | Value[] => {
  const first = call.args[0] ?? Object.values(call.kwargs)[0];
  const values = flatten(first);
  return Array.isArray(first) ? values : values[0]!;
};

/** Layers that do nothing outside of training. */
const IDENTITIES: readonly string[] = [
  'Identity',
  'ActivityRegularization',
  'AlphaDropout',
  'Dropout',
  'GaussianDropout',
  'GaussianNoise',
  'SpatialDropout1D',
  'SpatialDropout2D',
  'SpatialDropout3D',
  'StochasticDepth',
];

export const coreLayers: Readonly<Record<string, LayerForm>> = {
  Dense: { form: dense },
  EinsumDense: { form: einsumDense },
  Embedding: { form: embedding, autocast: false, computeMask: embeddingMask },
  ReversibleEmbedding: {
    form: reversibleEmbedding,
    autocast: false,
    computeMask: () => undefined,
  },
  Masking: { form: masking },
  Wrapper: { form: (call) => call.call(call.child('layer'), call.args, call.kwargs) },
  LayerScale: {
    form: (call) => {
      const name = [...call.layer.weights.keys()][0]!;
      return multiply(call.g, call.input, call.weight(name));
    },
  },
  CustomScaleLayer: {
    form: (call) => {
      const [a, b] = call.inputs;
      return add(call.g, a!, multiply(call.g, b!, numberOf(call.config, 'scale')));
    },
  },
  ...Object.fromEntries(IDENTITIES.map((name) => [name, { form: identity }])),
};

/** Axes after the batch as one. */
export const flattened = (g: GraphBuilder, x: Value): Value =>
  x.shape.length === 1
    ? reshape(g, x, [...sizesOf(x), 1])
    : reshape(g, x, [...sizesOf(x, 0, 1), -1]);
