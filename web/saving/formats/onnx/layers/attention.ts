// keras/src/layers/attention.
import type { GraphBuilder } from '../graph/builder.js';
import {
  add,
  and,
  cast,
  greaterOrEqual,
  less,
  multiply,
  not,
  subtract,
  tanh,
  unary,
  where,
} from '../graph/elementwise.js';
import { einsum, matmul } from '../graph/products.js';
import { maskedSoftmax, softmax, sum } from '../graph/reducing.js';
import { repeat, shapeValue, squeeze, swapAxes, transpose, unsqueeze } from '../graph/shaping.js';
import { staticDim, type Value } from '../graph/value.js';
import {
  flatten,
  isValue,
  numberOf,
  type Call,
  type LayerForm,
  type Result,
} from '../model/call.js';

// 0, 1, ... along an axis of a value.
function positions(g: GraphBuilder, x: Value, axis: number): Value {
  const dim = x.shape[axis] ?? null;
  if (dim !== null)
    return g.numbers(
      Array.from({ length: dim }, (_, i) => i),
      'int64',
    );
  const size = squeeze(g, shapeValue(g, [{ of: x, axis }]), 0);
  const inputs = [g.scalar(0, 'int64'), size, g.scalar(1, 'int64')];
  return g.op('Range', inputs, {}, [[null], 'int64']);
}

// Whether a query may see a key: [1, queries, keys].
export function causalMask(g: GraphBuilder, query: Value, key: Value): Value {
  const rows = unsqueeze(g, positions(g, query, 1), 0, 2);
  const columns = unsqueeze(g, positions(g, key, 1), 0, 1);
  return greaterOrEqual(g, rows, columns);
}

function attention(call: Call): Result {
  const { g, inputs } = call;
  const [query, value] = inputs as [Value, Value];
  const key = inputs[2] ?? value;
  const given = call.arg(1, 'mask');
  const masks = Array.isArray(given)
    ? (given as unknown[]).map((each) => (isValue(each) ? each : undefined))
    : inputs.map((input) => input.mask);
  const isAdditive = call.layer.className === 'AdditiveAttention';
  const scores = isAdditive ? additiveScores(call, query, key) : dotScores(call, query, key);
  let mask = masks[1];
  if (call.kwargs['use_causal_mask'] === true) {
    const causal = causalMask(g, query, key);
    mask = mask ? and(g, unsqueeze(g, cast(g, mask, 'bool'), -2), causal) : causal;
  }
  if (mask?.shape.length === 2) mask = unsqueeze(g, mask, -2);
  const far = scores.dtype === 'float16' ? 65504 : 1e9;
  const hidden = mask ? where(g, not(g, mask), subtract(g, scores, far), scores) : scores;
  const weights = softmax(g, hidden, -1);
  let output = matmul(g, weights, value);
  if (masks[0]) output = where(g, unsqueeze(g, masks[0], -1), output, g.scalar(0, output.dtype));
  const result = { ...output, mask: masks[0] };
  return call.kwargs['return_attention_scores'] === true ? [result, weights] : result;
}

function dotScores(call: Call, query: Value, key: Value): Value {
  const { g } = call;
  if (call.config['score_mode'] !== 'concat') {
    const scores = matmul(g, query, swapAxes(g, key, -2, -1));
    return call.hasWeight('scale') ? multiply(g, scores, call.weight('scale')) : scores;
  }
  let all = add(g, unsqueeze(g, query, -2), unsqueeze(g, key, -3));
  if (call.hasWeight('scale')) all = multiply(g, all, call.weight('scale'));
  return multiply(g, call.weight('concat_score_weight'), sum(g, tanh(g, all), -1));
}

function additiveScores(call: Call, query: Value, key: Value): Value {
  const { g } = call;
  const all = tanh(g, add(g, unsqueeze(g, query, -2), unsqueeze(g, key, -3)));
  return sum(g, call.hasWeight('scale') ? multiply(g, all, call.weight('scale')) : all, -1);
}

export interface Projected {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
}

/** Attention by several heads: MultiHeadAttention, and GroupQueryAttention, whose heads share keys. */
function multiHead(prefix: string, size: string): LayerForm['form'] {
  return (call) => {
    const { g, config } = call;
    const query = call.tensor(0, 'query');
    const value = call.tensor(1, 'value');
    const given = call.arg(2, 'key');
    const key = isValue(given) ? given : value;
    const queryMask = query.mask;
    const mask = mergedMask(call, query, value, isValue(given) ? given : undefined, prefix === '');
    // As in Keras, the masks are consumed: later readers of these tensors see none.
    if (prefix === '') for (const each of [query, value, key]) each.mask = undefined;
    const plain = (x: Value): Value => ({ ...x, mask: undefined });
    const project = (name: string, x: Value): Value =>
      call.callOne(call.child(`${prefix}${name}_dense`), [plain(x)]);
    const gate = config['use_gate'] === true ? gateOf(call, plain(query)) : undefined;
    const projected = {
      query: project('query', query),
      key: project('key', key),
      value: project('value', value),
    };
    const wantsScores = call.arg(7, 'return_attention_scores') === true;
    const zeroMasked = wantsScores || numberOf(config, 'dropout', 0) > 0;
    const scale = 1 / Math.sqrt(numberOf(config, size));
    const { output, scores } =
      projected.query.shape.length === 4
        ? attend(g, projected, mask, scale, zeroMasked)
        : attendOverAxes(call, projected, mask, scale);
    const gated = gate ? multiply(g, output, gate) : output;
    const result = call.callOne(call.child(`${prefix}output_dense`), [gated]);
    const masked = { ...result, mask: prefix === '' ? queryMask : undefined };
    return wantsScores ? [masked, scores] : masked;
  };
}

const gateOf = (call: Call, query: Value): Value =>
  call.callOne(call.child('_gate_dense'), [query]);

function mergedMask(
  call: Call,
  query: Value,
  value: Value,
  key: Value | undefined,
  isFromQuery: boolean,
): Value | undefined {
  const { g, kwargs, config } = call;
  const bool = (x: Value): Value => cast(g, x, 'bool');
  const masks: Value[] = [];
  const argument = (name: string, own: Value | undefined): Value | undefined =>
    isValue(kwargs[name]) ? kwargs[name] : own;
  // MultiHeadAttention replaces its argument `query_mask` by the mask of the query.
  const queryMask = isFromQuery ? query.mask : argument('query_mask', query.mask);
  const valueMask = argument('value_mask', value.mask);
  const keyMask = argument('key_mask', key?.mask);
  if (queryMask) masks.push(unsqueeze(g, bool(queryMask), -1));
  if (valueMask) masks.push(unsqueeze(g, bool(valueMask), -2));
  if (keyMask) masks.push(unsqueeze(g, bool(keyMask), -2));
  if (call.arg(9, 'use_causal_mask') === true) masks.push(causalMask(g, query, value));
  if (typeof config['sliding_window'] === 'number') {
    const rows = unsqueeze(g, positions(g, query, 1), 0, 2);
    const columns = unsqueeze(g, positions(g, value, 1), 0, 1);
    const distance = unary(g, 'Abs', subtract(g, rows, columns));
    masks.push(less(g, distance, config['sliding_window']));
  }
  const attentionMask = call.arg(6, 'attention_mask');
  if (isValue(attentionMask)) masks.push(bool(attentionMask));
  return masks.length === 0 ? undefined : masks.reduce((a, b) => and(g, a, b));
}

interface Attended {
  readonly output: Value;
  readonly scores: Value;
}

// Queries, keys and values are [batch, steps, heads, size].
export function attend(
  g: GraphBuilder,
  { query, key, value }: Projected,
  mask: Value | undefined,
  scale: number,
  zeroMasked: boolean,
): Attended {
  const shared = staticDim(query.shape, 2) / staticDim(key.shape, 2);
  const heads = (x: Value, order: readonly number[]): Value =>
    transpose(g, repeat(g, x, 2, shared), order);
  const q = transpose(g, query, [0, 2, 1, 3]);
  const scores = multiply(g, matmul(g, q, heads(key, [0, 2, 3, 1])), scale);
  const expanded = mask && (mask.shape.length === 3 ? unsqueeze(g, mask, 1) : mask);
  const weights = weigh(g, scores, expanded && withRank(g, expanded, 4), [-1], zeroMasked);
  const output = matmul(g, weights, heads(value, [0, 2, 1, 3]));
  return { output: transpose(g, output, [0, 2, 1, 3]), scores: weights };
}

const withRank = (g: GraphBuilder, x: Value, rank: number): Value =>
  x.shape.length < rank
    ? unsqueeze(g, x, ...Array.from({ length: rank - x.shape.length }, (_, i) => i))
    : x;

// Where all of a row is hidden, the fused operation of Keras returns the mean, and its Softmax layer zeros.
function weigh(
  g: GraphBuilder,
  scores: Value,
  mask: Value | undefined,
  axes: readonly number[],
  zeroMasked: boolean,
): Value {
  if (!mask) return softmax(g, scores, axes);
  if (zeroMasked) return maskedSoftmax(g, scores, mask, axes);
  const lowest = scores.dtype === 'float16' ? -0.7 * 65504 : -0.7 * 3.4028234663852886e38;
  return softmax(g, where(g, mask, scores, g.scalar(lowest, scores.dtype)), axes);
}

const letters = (begin: number, end: number): string[] =>
  Array.from({ length: end - begin }, (_, i) => String.fromCharCode(97 + begin + i));

// Attention over some axes of a grid, by Keras's equations.
function attendOverAxes(
  call: Call,
  { query, key, value }: Projected,
  mask: Value | undefined,
  scale: number,
): Attended {
  const { g, config } = call;
  const rank = query.shape.length;
  const given = config['attention_axes'];
  const axes =
    given == null
      ? Array.from({ length: rank - 3 }, (_, i) => i + 1)
      : ([given].flat() as number[]).map((axis) => (axis < 0 ? rank - 1 + axis : axis));
  const target = letters(0, rank);
  const source = [...target];
  let next = rank;
  for (let axis = 0; axis < rank - 1; ++axis)
    if (axes.includes(axis)) source[axis] = letters(next, ++next)[0]!;
  const batch = target.slice(0, -1).filter((_, axis) => !axes.includes(axis));
  const product = [...batch, ...axes.map((a) => target[a]!), ...axes.map((a) => source[a]!)].join(
    '',
  );
  const [from, to] = [source.join(''), target.join('')];
  const scores = einsum(g, `${from},${to}->${product}`, [key, multiply(g, query, scale)]);
  let expanded = mask;
  while (expanded && expanded.shape.length < scores.shape.length)
    expanded = unsqueeze(g, expanded, -2 * axes.length - 1);
  const softmaxAxes = axes.map((_, i) => i - axes.length);
  const weights = weigh(g, scores, expanded, softmaxAxes, true);
  return { output: einsum(g, `${product},${from}->${to}`, [weights, value]), scores: weights };
}

const ownMask = (_: Call, result: Result): Value | undefined => flatten(result)[0]?.mask;

export const attentionLayers: Readonly<Record<string, LayerForm>> = {
  Attention: { form: attention, computeMask: ownMask },
  AdditiveAttention: { form: attention, computeMask: ownMask },
  MultiHeadAttention: { form: multiHead('', 'key_dim'), computeMask: ownMask },
  GroupedQueryAttention: { form: multiHead('_', 'head_dim') },
  GroupQueryAttention: { form: multiHead('_', 'head_dim') },
};
