// Derivatives of operations that sample images (src/ops/image/sample.cpp).

import { NotImplementedError } from '../../errors/errors.js';
import type { Tensor } from '../../tensors/tensor.js';
import * as ops from '../generated.js';
import { again, composed, tangentOf, total, type Call, type Rule, type Rules } from './rule.js';

const { add, divide, multiply, subtract } = ops;

/** The inputs at other places, and how the places move: the differences of neighbouring elements. */
function mapCoordinates(call: Call): unknown {
  const { inputs, coordinates, order } = call.values as {
    inputs: Tensor;
    coordinates: Tensor;
    order: number;
  };
  const [dx, moved] = [tangentOf(inputs), tangentOf(coordinates)];
  const parts: unknown[] = [dx && again(call, { inputs: dx, fill_value: 0 })];
  if (moved !== null && order === 1) {
    const axes = ops.unstack(coordinates, null, 0);
    const directions = ops.unstack(moved, null, 0);
    for (const [i, axis] of axes.entries()) {
      const low = ops.floor(axis);
      const at = (place: Tensor): Tensor => {
        const places = axes.map((each, k) => (k === i ? place : each));
        return again(call, { coordinates: ops.stack(places, 0) }) as Tensor;
      };
      parts.push(multiply(directions[i]!, subtract(at(add(low, 1)), at(low))));
    }
  }
  return total(parts);
}

interface Sampling {
  readonly images: Tensor;
  readonly interpolation: string;
  readonly fill_mode?: string;
  readonly fill_value: number;
  readonly data_format: string | null;
}

/** The places [row, column] of each element, from the numbers of a transform and the element's own indices. */
type Locate = (
  t: readonly Tensor[],
  row: Tensor,
  column: Tensor,
  channel: Tensor,
) => readonly [Tensor, Tensor];

/** Samples images with one transform for each or for all: a tensor [8] or [batch, 8]. */
function sampled(values: Sampling, transform: Tensor, locate: Locate): Tensor {
  const isFirst = values.data_format === 'channels_first';
  const isSingle = values.images.rank === 3;
  const batch = isSingle ? ops.expandDims(values.images, 0) : values.images;
  const images = isFirst ? ops.transpose(batch, [0, 2, 3, 1]) : batch;
  const [count, height, width, channels] = images.shape as [number, number, number, number];
  const transforms = ops.broadcastTo(
    transform.rank === 1 ? ops.expandDims(transform, 0) : transform,
    [count, 8],
  );
  const sizes = [height, width, channels];
  const [row, column, channel] = sizes.map((size, axis) => {
    const indices = ops.reshape(
      ops.arange(size),
      [0, 1, 2].map((i) => (i === axis ? -1 : 1)),
    );
    return ops.cast(ops.broadcastTo(indices, sizes), 'float32');
  }) as [Tensor, Tensor, Tensor];
  const order = values.interpolation === 'nearest' ? 0 : 1;
  const all = ops.unstack(images, null, 0).map((image, i) => {
    const numbers = ops.unstack(ops.take(transforms, i, 0), null, 0);
    const [y, x] = locate(numbers, row, column, channel);
    const places = ops.stack([y, x, channel], 0);
    return ops.image.mapCoordinates(
      image,
      places,
      order,
      values.fill_mode ?? 'constant',
      values.fill_value,
    );
  });
  const stacked = ops.stack(all, 0);
  const y = isFirst ? ops.transpose(stacked, [0, 3, 1, 2]) : stacked;
  return isSingle ? ops.squeeze(y, 0) : y;
}

const sumOf = (...parts: Tensor[]): Tensor => parts.reduce((a, b) => add(a, b));

const affine: Locate = (t, row, column, channel) => [
  sumOf(multiply(row, t[4]!), multiply(column, t[3]!), multiply(channel, t[6]!), t[5]!),
  sumOf(multiply(row, t[1]!), multiply(column, t[0]!), multiply(channel, t[7]!), t[2]!),
];

const projective: Locate = (t, row, column) => {
  const scale = sumOf(multiply(t[6]!, column), multiply(t[7]!, row), ops.onesLike(t[7]!));
  return [
    divide(sumOf(multiply(t[3]!, column), multiply(t[4]!, row), t[5]!), scale),
    divide(sumOf(multiply(t[0]!, column), multiply(t[1]!, row), t[2]!), scale),
  ];
};

/** The transform from the corners `end` to `start`, [batch, 4, 2]. */
function homography(start: Tensor, end: Tensor): Tensor {
  const [sx, sy] = ops.unstack(start, null, -1) as [Tensor, Tensor];
  const [ex, ey] = ops.unstack(end, null, -1) as [Tensor, Tensor];
  const [zero, one] = [ops.zerosLike(ex), ops.onesLike(ex)];
  const product = (a: Tensor, b: Tensor): Tensor => ops.negative(multiply(a, b));
  const xRows = ops.stack([ex, ey, one, zero, zero, zero, product(sx, ex), product(sx, ey)], -1);
  const yRows = ops.stack([zero, zero, zero, ex, ey, one, product(sy, ex), product(sy, ey)], -1);
  const target = ops.expandDims(ops.concatenate([sx, sy], -1), -1);
  return ops.squeeze(ops.solve(ops.concatenate([xRows, yRows], 1), target), -1);
}

const batched = (points: Tensor): Tensor =>
  points.rank === 2 ? ops.expandDims(points, 0) : points;

type Points = Sampling & { readonly start_points: Tensor; readonly end_points: Tensor };

const perspective = composed((values: Points) =>
  sampled(values, homography(batched(values.start_points), batched(values.end_points)), projective),
);

const affineTransform = composed((values: Sampling & { readonly transform: Tensor }) =>
  sampled(values, values.transform, affine),
);

/** Linear in the images, where nothing else has a tangent. */
const inImages =
  (otherwise: Rule, ...others: string[]): Rule =>
  (call) => {
    if (others.some((name) => tangentOf(call.values[name] as Tensor) !== null))
      return otherwise(call);
    const tangent = tangentOf(call.values['images'] as Tensor);
    const fill = 'fill_value' in call.values ? { fill_value: 0 } : {};
    return tangent && again(call, { images: tangent, ...fill });
  };
const noOthers: Rule = () => null;

const byScale: Rule = () => {
  throw new NotImplementedError(
    'jvp() does not differentiate image.scale_and_translate() with respect to `scale` and `translation`.',
  );
};

export const imageRules: Rules = {
  'image.map_coordinates': mapCoordinates,
  'image.affine_transform': inImages(affineTransform, 'transform'),
  'image.perspective_transform': inImages(perspective, 'start_points', 'end_points'),
  'image.elastic_transform': inImages(noOthers),
  'image.resize': inImages(noOthers),
  'image.scale_and_translate': inImages(byScale, 'scale', 'translation'),
};
