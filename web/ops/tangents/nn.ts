// Derivatives of normalization, pooling and losses.

import { slice } from '../../boundary/python_values.js';
import { KerasTypeError } from '../../errors/errors.js';
import type { Tensor } from '../../tensors/tensor.js';
import * as ops from '../generated.js';
import { getItem } from '../get_item.js';
import { keptShape } from './reductions.js';
import { composed, tangentOf, type Rule, type Rules } from './rule.js';

const { add, multiply, subtract, sum, where } = ops;

type AxisValue = number | readonly number[] | null;

const softmax: Rule = ({ values, result }) => {
  const y = result as Tensor;
  const weighted = multiply(y, tangentOf(values['x'] as Tensor)!);
  return subtract(weighted, multiply(y, sum(weighted, values['axis'] as AxisValue, true)));
};

const logSoftmax: Rule = ({ values, result }) => {
  const dx = tangentOf(values['x'] as Tensor)!;
  const weighted = multiply(ops.exp(result as Tensor), dx);
  return subtract(dx, sum(weighted, values['axis'] as AxisValue, true));
};

interface BatchNormalization {
  readonly x: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly axis: number;
  readonly offset: Tensor | null;
  readonly scale: Tensor | null;
  readonly epsilon: number;
}

function batchNormalization({
  x,
  mean,
  variance,
  axis,
  offset,
  scale,
  epsilon,
}: BatchNormalization): Tensor {
  const along = axis < 0 ? axis + x.rank : axis;
  const shaped = (weight: Tensor): Tensor =>
    ops.reshape(
      weight,
      x.shape.map((_, i) => (i === along ? -1 : 1)),
    );
  let factor = ops.rsqrt(add(shaped(variance), epsilon));
  if (scale !== null) factor = multiply(factor, shaped(scale));
  const y = multiply(subtract(x, shaped(mean)), factor);
  return offset === null ? y : add(y, shaped(offset));
}

interface LayerNormalization {
  readonly x: Tensor;
  readonly gamma: Tensor | null;
  readonly beta: Tensor | null;
  readonly axis: AxisValue;
  readonly epsilon: number | null;
  readonly rms_scaling: boolean;
}

/** Weights have the shape of the normalized axes. */
function weightOf(x: Tensor, weight: Tensor, axis: AxisValue): Tensor {
  const isReduced = keptShape(x, axis).map((size, i) => size === 1 && x.shape[i] !== 1);
  if (isReduced.filter(Boolean).length !== weight.rank) return weight;
  return ops.reshape(
    weight,
    (x.shape as number[]).map((size, i) => (isReduced[i] ? size : 1)),
  );
}

function layerNormalization(values: LayerNormalization): Tensor {
  const { gamma, beta, axis, epsilon, rms_scaling: isRms } = values;
  const x = ops.cast(values.x, 'float32');
  const centered = isRms ? x : subtract(x, ops.mean(x, axis, true));
  const variance = ops.var(x, axis, true);
  let y = multiply(centered, ops.rsqrt(add(variance, epsilon ?? 1e-7)));
  if (gamma !== null) y = multiply(y, isRms ? gamma : weightOf(x, gamma, axis));
  return beta === null || isRms ? y : add(y, weightOf(x, beta, axis));
}

function rmsNormalization(values: {
  x: Tensor;
  scale: Tensor | null;
  axis: AxisValue;
  epsilon: number | null;
}): Tensor {
  const x = ops.cast(values.x, 'float32');
  const mean = ops.mean(multiply(x, x), values.axis, true);
  const y = multiply(x, ops.rsqrt(add(mean, values.epsilon ?? 1e-7)));
  return values.scale === null ? y : multiply(y, values.scale);
}

interface Pooling {
  readonly inputs: Tensor;
  readonly pool_size: number | readonly number[];
  readonly strides: number | readonly number[] | null;
  readonly padding: string;
  readonly data_format: string | null;
}

/** All lists with one number below each size, the last changing fastest. */
function positions(sizes: readonly number[]): number[][] {
  let all: number[][] = [[]];
  for (const size of sizes)
    all = all.flatMap((begin) => Array.from({ length: size }, (_, i) => [...begin, i]));
  return all;
}

/** Compares the elements at each offset in the window; the first of equal ones counts, as in JAX. */
function maxPool(values: Pooling): Tensor {
  const { inputs, padding } = values;
  const spatial = inputs.rank - 2;
  const first = values.data_format === 'channels_first' ? 2 : 1;
  const each = (size: number | readonly number[]): number[] =>
    typeof size === 'number'
      ? Array.from({ length: spatial }, () => size)
      : [...size].concat(
          size.length === 1 ? Array.from({ length: spatial - 1 }, () => size[0]!) : [],
        );
  const pool = each(values.pool_size);
  const strides = each(values.strides ?? values.pool_size);
  const sizes = inputs.shape.slice(first, first + spatial) as number[];
  const counts = sizes.map((size, i) =>
    padding === 'same'
      ? Math.ceil(size / strides[i]!)
      : Math.floor((size - pool[i]!) / strides[i]!) + 1,
  );
  const widths = inputs.shape.map((_, axis) => {
    const i = axis - first;
    if (padding !== 'same' || i < 0 || i >= spatial) return [0, 0];
    const total = Math.max((counts[i]! - 1) * strides[i]! + pool[i]! - sizes[i]!, 0);
    return [Math.floor(total / 2), total - Math.floor(total / 2)];
  });
  const padded = ops.pad(inputs, widths, 'constant', -Infinity);
  let best: Tensor | undefined;
  for (const offset of positions(pool)) {
    const key = inputs.shape.map((_, axis) => {
      const i = axis - first;
      if (i < 0 || i >= spatial) return slice();
      return slice(offset[i], offset[i]! + (counts[i]! - 1) * strides[i]! + 1, strides[i]);
    });
    const candidate = getItem(padded, key);
    best = best === undefined ? candidate : where(ops.greater(candidate, best), candidate, best);
  }
  return best!;
}

/** The largest elements of windows that divide each spatial axis as evenly as possible. */
function adaptiveMaxPool(
  { inputs, data_format: format }: { inputs: Tensor; data_format: string | null },
  { result }: { readonly result: unknown },
): Tensor {
  const first = format === 'channels_first' ? 2 : 1;
  const shape = (result as Tensor).shape as number[];
  const spatial = shape.slice(first, first + shape.length - 2);
  const axes = spatial.map((_, i) => first + i);
  const cells = positions(spatial).map((cell) => {
    const key = inputs.shape.map((_, axis) => {
      const i = axis - first;
      if (i < 0 || i >= spatial.length) return slice();
      const size = inputs.shape[axis]!;
      return slice(
        Math.floor((cell[i]! * size) / spatial[i]!),
        Math.ceil(((cell[i]! + 1) * size) / spatial[i]!),
      );
    });
    return ops.max(getItem(inputs, key), axes);
  });
  const stacked = ops.reshape(ops.stack(cells, first), [
    ...shape.slice(0, first),
    ...spatial,
    ...shape.slice(first + spatial.length),
  ]);
  return stacked;
}

interface Ctc {
  readonly target: Tensor;
  readonly output: Tensor;
  readonly target_length: Tensor;
  readonly output_length: Tensor;
  readonly mask_index: number;
}

/** The logarithm of the probability of all paths that give the target, step by step (the forward variables of CTC). */
function ctcLoss({
  target,
  output,
  target_length: lengths,
  output_length: steps,
  mask_index: blank,
}: Ctc): Tensor {
  const [batch, time, classes] = output.shape as [number, number, number];
  const width = target.shape[1]!;
  const states = 2 * width + 1;
  const impossible = -1e30;
  const blanks = ops.fullLike(target, blank);
  // Blanks around and between the labels.
  const labels = ops.concatenate(
    [
      ops.reshape(ops.stack([blanks, target], -1), [batch, 2 * width]),
      ops.full([batch, 1], blank, target.dtype),
    ],
    1,
  );
  const before = ops.concatenate(
    [ops.full([batch, 2], -1, labels.dtype), ops.slice(labels, [0, 0], [batch, states - 2])],
    1,
  );
  const maySkip = ops.logicalAnd(ops.notEqual(labels, blank), ops.notEqual(labels, before));
  const chosen = ops.oneHot(labels, classes);
  const logits = ops.logSoftmax(output, -1);
  const emitted = ops.einsum('btc,bsc->tbs', logits, chosen);
  const shifted = (x: Tensor, by: number): Tensor =>
    ops.slice(
      ops.pad(
        x,
        [
          [0, 0],
          [by, 0],
        ],
        'constant',
        impossible,
      ),
      [0, 0],
      [batch, states],
    );
  const index = ops.arange(states);
  let alpha = where(ops.less(index, 2), ops.take(emitted, 0, 0), impossible);
  for (let t = 1; t < time; ++t) {
    const reached = ops.logaddexp(
      ops.logaddexp(alpha, shifted(alpha, 1)),
      where(maySkip, shifted(alpha, 2), impossible),
    );
    const next = add(reached, ops.take(emitted, t, 0));
    alpha = where(ops.expandDims(ops.less(t, steps), -1), next, alpha);
  }
  const last = multiply(2, ops.expandDims(lengths, -1));
  const ends = ops.logicalOr(ops.equal(index, last), ops.equal(index, subtract(last, 1)));
  return ops.negative(ops.logsumexp(where(ends, alpha, impossible), -1));
}

const refused: Rule = () => {
  throw new KerasTypeError(
    "can't apply forward-mode differentiation (jvp) to a custom_vjp function.",
  );
};

export const nn: Rules = {
  adaptive_max_pool: composed(adaptiveMaxPool),
  batch_normalization: composed(batchNormalization),
  ctc_loss: composed(ctcLoss),
  layer_normalization: composed(layerNormalization),
  log_softmax: logSoftmax,
  max_pool: composed(maxPool),
  rms_normalization: composed(rmsNormalization),
  softmax,
  'quantizers.fake_quant_with_min_max_vars': refused,
};
