// Derivatives of operations that move, select and combine elements.

import type { Tensor } from '../../tensors/tensor.js';
import * as ops from '../generated.js';
import {
  again,
  composed,
  constant,
  linear,
  multilinear,
  tangentOf,
  total,
  type Call,
  type Rules,
} from './rule.js';

const words = (text: string): string[] => text.trim().split(/\s+/);

const linearIn: Record<string, string> = {
  x: `array_split broadcast_to cast conj conjugate convert_to_tensor copy cumsum deg2rad depth_to_space diag diagflat diagonal
    dsplit expand_dims extract_sequences fft2 fft flip fliplr flipud fold get_item hsplit ifft2 imag irfft istft mean moveaxis negative
    rad2deg ravel real repeat reshape rfft roll space_to_depth split squeeze stack stft sum swapaxes take
    take_along_axis tile trace transpose tril triu unfold unstack vsplit view_as_complex view_as_real`,
  a: 'diff',
  xs: 'concatenate hstack vstack dstack',
  'x1 x2': 'add subtract append',
  'x constant_values': 'pad',
  'inputs updates': 'slice_update',
  inputs: 'average_pool adaptive_average_pool slice',
  values: 'scatter',
  data: 'segment_sum',
  'start stop': 'linspace',
  images: `image.pad_images image.crop_images image.rgb_to_grayscale image.gaussian_blur image.extract_patches
    image.sobel_edges`,
  volumes: 'image.extract_patches_3d',
};

const multilinearIn: Record<string, string> = {
  'x1 x2': 'multiply matmul dot inner outer tensordot vdot kron cross correlate',
  'inputs kernel': 'conv depthwise_conv conv_transpose',
  'inputs depthwise_kernel pointwise_kernel': 'separable_conv',
};

const withoutDerivative = `empty_like full_like ones_like zeros_like stop_gradient view one_hot multi_hot`;

const listed: Rules = {};
for (const [parameters, names] of Object.entries(linearIn))
  for (const name of words(names)) listed[name] = linear(...words(parameters));
for (const [parameters, names] of Object.entries(multilinearIn))
  for (const name of words(names)) listed[name] = multilinear(...words(parameters));
for (const name of words(withoutDerivative)) listed[name] = constant;

/** Takes the tangents of chosen elements along the axis. */
function sorted({ values }: Call): Tensor {
  const x = values['x'] as Tensor;
  const axis = values['axis'] as number | null;
  const along = axis ?? 0;
  const [from, at] =
    axis === null
      ? [ops.ravel(tangentOf(x)!), ops.argsort(ops.ravel(x), 0)]
      : [tangentOf(x)!, ops.argsort(x, axis)];
  return ops.takeAlongAxis(from, at, along);
}

/** Multiplies step by step along an axis: quotients would fail for zeros. */
function cumprod({ x, axis }: { x: Tensor; axis: number | null }): Tensor {
  if (axis === null) return cumprod({ x: ops.ravel(x), axis: 0 });
  const rows = ops.unstack(x, null, axis);
  for (let i = 1; i < rows.length; ++i) rows[i] = ops.multiply(rows[i - 1]!, rows[i]!);
  return rows.length === 0 ? x : ops.stack(rows, axis);
}

interface Scattered {
  readonly inputs: Tensor;
  readonly indices: Tensor;
  readonly updates: Tensor;
  readonly reduction: string | null;
}

/** Of an update that keeps the largest or smallest value, or multiplies: one update after the other. */
function scatterOneByOne({ inputs, indices, updates, reduction }: Scattered): Tensor {
  const combine = { max: ops.maximum, min: ops.minimum, mul: ops.multiply }[reduction!]!;
  const count = (indices.shape as number[])[0]!;
  let y = inputs;
  for (let i = 0; i < count; ++i) {
    const [at, update] = [
      ops.slice(indices, [i, 0], [1, indices.shape[1]!]),
      ops.take(updates, [i], 0),
    ];
    const zeros = ops.zerosLike(inputs);
    const here = ops.cast(ops.scatterUpdate(zeros, at, ops.onesLike(update)), 'bool');
    y = ops.where(here, combine(y, ops.scatterUpdate(zeros, at, update)), y);
  }
  return y;
}

const vander = ({
  x,
  N,
  increasing,
}: {
  x: Tensor;
  N: number | null;
  increasing: boolean;
}): Tensor => {
  const count = N ?? (x.shape as number[])[0]!;
  const powers = Array.from({ length: count }, (_, i) => (increasing ? i : count - 1 - i));
  return ops.power(ops.expandDims(x, -1), ops.cast(ops.convertToTensor(powers), x.dtype));
};

export const structural: Rules = {
  ...listed,
  angle: composed(({ x }: { x: Tensor }) =>
    x.dtype === 'complex64' ? ops.arctan2(ops.imag(x), ops.real(x)) : ops.zerosLike(x),
  ),
  cumprod: composed(cumprod),
  einsum: (call) => {
    const operands = call.values['*operands'] as Tensor[];
    return total(
      operands.map((operand, i) => {
        const tangent = tangentOf(operand);
        return (
          tangent &&
          again(call, { '*operands': operands.map((each, at) => (at === i ? tangent : each)) })
        );
      }),
    );
  },
  geomspace: composed(
    (values: { start: Tensor; stop: Tensor; num: number; endpoint: boolean; axis: number }) => {
      const { start, stop, num, endpoint, axis } = values;
      const [low, high] = [start, stop].map((each) => ops.log(ops.absolute(each)));
      return ops.multiply(
        ops.sign(start),
        ops.exp(ops.linspace(low!, high!, { num, endpoint, axis })),
      );
    },
  ),
  logspace: composed(
    (values: {
      start: Tensor;
      stop: Tensor;
      num: number;
      endpoint: boolean;
      base: number;
      axis: number;
    }) => {
      const { start, stop, num, endpoint, base, axis } = values;
      return ops.power(base, ops.linspace(start, stop, { num, endpoint, axis }));
    },
  ),
  polar: composed(({ abs_: length, angle }: { abs_: Tensor; angle: Tensor }) =>
    ops.viewAsComplex(
      ops.stack([ops.multiply(length, ops.cos(angle)), ops.multiply(length, ops.sin(angle))], -1),
    ),
  ),
  scatter_update: (call) =>
    (['max', 'min', 'mul'].includes(call.values['reduction'] as string)
      ? composed(scatterOneByOne)
      : linear('inputs', 'updates'))(call),
  sort: sorted,
  top_k: ({ values, result }) => {
    const [, indices] = result as [Tensor, Tensor];
    return [ops.takeAlongAxis(tangentOf(values['x'] as Tensor)!, indices, -1), null];
  },
  vander: composed(vander),
  where: linear('x1', 'x2'),
};
