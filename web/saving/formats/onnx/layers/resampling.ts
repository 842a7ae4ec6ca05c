// Images in another size (keras/src/ops/image.py, jax/_src/image/scale.py).
import type { GraphBuilder } from '../graph/builder.js';
import { cast } from '../graph/elementwise.js';
import { matmul } from '../graph/products.js';
import { pad, shapeValue, sizesOf, slice } from '../graph/shaping.js';
import { isFloat, NoOnnxForm, staticDim, type Dim, type Value } from '../graph/value.js';
import type { Json } from '../../../model_description.js';
import { Float } from '../proto/messages.js';
import { fromChannelsFirst, toChannelsFirst } from './data_format.js';

/** How images keep their aspect ratio. */
interface Fitting {
  readonly crop: boolean;
  readonly pad: boolean;
  readonly fill: number;
}

/** Resizes a batch of images as the config of `Resizing`, or of the operation `Resize`, says. */
export function resizeImages(
  g: GraphBuilder,
  images: Value,
  sizes: readonly number[],
  config: Json,
  isFirst: boolean,
): Value {
  if (images.shape.length !== 4) throw new NoOnnxForm('its input is not a batch of images');
  const first = fitted(g, toChannelsFirst(g, images, isFirst), sizes, {
    crop: config['crop_to_aspect_ratio'] === true,
    pad: config['pad_to_aspect_ratio'] === true,
    fill: Number(config['fill_value'] ?? 0),
  });
  const result = resize(g, first, sizes, {
    interpolation: String(config['interpolation'] ?? 'bilinear'),
    antialias: config['antialias'] === true,
  });
  return fromChannelsFirst(g, result, isFirst);
}

/** The middle of an axis. */
export function centered(g: GraphBuilder, x: Value, axis: number, size: number): Value {
  const begin = Math.floor((staticDim(x.shape, axis) - size) / 2);
  return slice(g, x, axis, begin, begin + size);
}

/** Images, channels first, cropped around their center or padded to the aspect ratio of other sizes. */
export function fitted(
  g: GraphBuilder,
  x: Value,
  [height, width]: readonly number[],
  { crop, pad: isPadded, fill }: Fitting,
): Value {
  if (!crop && !isPadded) return x;
  const [rows, columns] = [staticDim(x.shape, 2), staticDim(x.shape, 3)];
  const [scaledRows, scaledColumns] = [
    Math.trunc((columns * height!) / width!),
    Math.trunc((rows * width!) / height!),
  ];
  if (crop) {
    const kept = (size: number, wanted: number): number => Math.max(1, Math.min(size, wanted));
    return centered(g, centered(g, x, 2, kept(rows, scaledRows)), 3, kept(columns, scaledColumns));
  }
  // As in Keras, only the height when both are too small.
  const above = Math.floor((Math.max(rows, scaledRows) - rows) / 2);
  const left = above > 0 ? 0 : Math.floor((Math.max(columns, scaledColumns) - columns) / 2);
  const widths = [
    [0, 0],
    [0, 0],
    [above, above],
    [left, left],
  ] as const;
  return pad(g, x, widths, fill);
}

export interface Resampling {
  readonly interpolation: string;
  readonly antialias?: boolean;
  /** What scales sizes that differ from call to call. */
  readonly factors?: readonly number[];
}

/** Images, channels first, with other spatial sizes; null where factors scale unknown sizes. */
export function resize(
  g: GraphBuilder,
  x: Value,
  sizes: readonly Dim[],
  { interpolation, antialias = false, factors }: Resampling,
): Value {
  const kernel = KERNELS[interpolation];
  if (interpolation !== 'nearest' && kernel === undefined)
    throw new NoOnnxForm(`it interpolates by ${interpolation}`);
  const values = isFloat(x.dtype) ? x : cast(g, x, 'float32');
  const isStatic = [...x.shape.slice(2), ...sizes].every((dim) => dim !== null);
  // Integers are rounded, which differs where the sums are computed in another way.
  const isLinear = interpolation === 'bilinear' && !antialias && isFloat(x.dtype);
  const result =
    kernel && isStatic && !isLinear
      ? byMatrices(g, values, sizes as number[], kernel, antialias)
      : byOperator(g, values, sizes, interpolation, antialias, factors);
  return isFloat(x.dtype) ? result : rounded(g, result, x.dtype);
}

const MODES: Readonly<Record<string, string>> = {
  nearest: 'nearest',
  bilinear: 'linear',
  bicubic: 'cubic',
};

function byOperator(
  g: GraphBuilder,
  x: Value,
  sizes: readonly Dim[],
  interpolation: string,
  antialias: boolean,
  factors: readonly number[] | undefined,
): Value {
  const mode = MODES[interpolation];
  if (mode === undefined || (antialias && mode !== 'nearest'))
    throw new NoOnnxForm('it needs images of a fixed size');
  const isScaled = sizes.includes(null);
  if (isScaled && !factors) throw new NoOnnxForm('its result must have a fixed size');
  const attributes = {
    mode,
    coordinate_transformation_mode: 'half_pixel',
    nearest_mode: 'round_prefer_ceil',
    cubic_coeff_a: new Float(-0.5),
    exclude_outside: mode === 'cubic' ? 1 : 0,
  };
  const scales = isScaled ? g.numbers([1, 1, ...factors!], 'float32') : undefined;
  const target = isScaled
    ? undefined
    : shapeValue(g, [...sizesOf(x, 0, 2), ...(sizes as number[])]);
  const shape = [...x.shape.slice(0, 2), ...sizes];
  return g.op('Resize', [x, undefined, scales, target], attributes, [shape, x.dtype]);
}

type Kernel = (distance: number) => number;

const lanczos =
  (radius: number): Kernel =>
  (x) => {
    if (x > radius) return 0;
    const angle = Math.PI * x;
    return x > 1e-3 ? (radius * Math.sin(angle) * Math.sin(angle / radius)) / angle ** 2 : 1;
  };

const KERNELS: Readonly<Record<string, Kernel>> = {
  bilinear: (x) => Math.max(0, 1 - x),
  bicubic: (x) => {
    if (x >= 2) return 0;
    return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1;
  },
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
};

// Each axis is a product with a matrix of weights.
function byMatrices(
  g: GraphBuilder,
  x: Value,
  [height, width]: readonly number[],
  kernel: Kernel,
  antialias: boolean,
): Value {
  const [from, to] = x.shape.slice(2) as [number, number];
  const weights = (input: number, output: number): number[][] =>
    weightMatrix(input, output, kernel, antialias);
  const rows = weights(from, height!);
  const columns = weights(to, width!);
  const left = g.numbers(rows.flat(), x.dtype, [height!, from]);
  const right = g.numbers(transposed(columns).flat(), x.dtype, [to, width!]);
  return matmul(g, left, matmul(g, x, right));
}

const transposed = (rows: readonly (readonly number[])[]): number[][] =>
  rows[0]!.map((_, i) => rows.map((row) => row[i]!));

// For each output, the weights of the inputs.
function weightMatrix(
  input: number,
  output: number,
  kernel: Kernel,
  antialias: boolean,
): number[][] {
  const step = input / output;
  const width = antialias ? Math.max(step, 1) : 1;
  return Array.from({ length: output }, (_, i) => {
    const center = (i + 0.5) * step - 0.5;
    const row = Array.from({ length: input }, (_, j) => kernel(Math.abs(center - j) / width));
    const total = row.reduce((a, b) => a + b, 0);
    return row.map((weight) => weight / total);
  });
}

// Integers, of which interpolation may leave the range.
function rounded(g: GraphBuilder, x: Value, dtype: Value['dtype']): Value {
  return cast(g, g.op('Round', [x], {}, [x.shape, x.dtype]), dtype);
}
