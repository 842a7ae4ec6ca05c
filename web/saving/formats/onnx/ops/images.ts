// Colours, filters and patches of images (keras/src/ops/image.py). `Resize` is in nn.ts.
import type { GraphBuilder } from '../graph/builder.js';
import {
  absolute,
  add,
  cast,
  clip,
  divide,
  equal,
  floor,
  greater,
  less,
  maximum,
  minimum,
  multiply,
  subtract,
  where,
} from '../graph/elementwise.js';
import { at, stack } from '../graph/shaping.js';
import { NoOnnxForm, staticDim, type Value } from '../graph/value.js';
import type { Call, Form } from '../model/call.js';
import { conv, depthwiseConv } from '../layers/convolutional.js';
import { isFirst, table, type Forms } from './support.js';

type Planes = readonly [Value, Value, Value];

/** An operation on the three planes of colour images. */
const onPlanes =
  (change: (g: GraphBuilder, planes: Planes) => Planes): Form =>
  (call) => {
    const { g, input } = call;
    const axis = isFirst(call) ? -3 : -1;
    const x = cast(g, input, 'float32');
    const plane = (i: number): Value => at(g, x, axis, i);
    const planes = change(g, [plane(0), plane(1), plane(2)]);
    return cast(g, stack(g, planes, axis), input.dtype);
  };

// The difference between 1 and the next float32. Keras takes smaller values for zero.
const EPSILON = 2 ** -23;

function rgbToHsv(g: GraphBuilder, planes: Planes): Planes {
  const [red, green, blue] = planes.map((x) =>
    where(g, less(g, absolute(g, x), EPSILON), 0, x),
  ) as [Value, Value, Value];
  const value = maximum(g, maximum(g, red, green), blue);
  const range = subtract(g, value, minimum(g, minimum(g, red, green), blue));
  const isColoured = greater(g, range, 0);
  const isBright = greater(g, value, 0);
  const norm = divide(g, 1, multiply(g, where(g, isColoured, range, 1), 6));
  const saturation = where(g, isBright, divide(g, range, where(g, isBright, value, 1)), 0);
  const part = (a: Value, b: Value, offset: number): Value =>
    add(g, multiply(g, norm, subtract(g, a, b)), offset);
  const greenOrBlue = where(
    g,
    equal(g, value, green),
    part(blue, red, 2 / 6),
    part(red, green, 4 / 6),
  );
  const turned = where(
    g,
    isColoured,
    where(g, equal(g, value, red), part(green, blue, 0), greenOrBlue),
    0,
  );
  return [add(g, turned, cast(g, less(g, turned, 0), 'float32')), saturation, value];
}

function hsvToRgb(g: GraphBuilder, [hue, saturation, value]: Planes): Planes {
  const sixth = multiply(g, subtract(g, hue, floor(g, hue)), 6);
  const distance = (center: number): Value => absolute(g, subtract(g, sixth, center));
  const near = (center: number): Value => clip(g, subtract(g, 2, distance(center)), 0, 1);
  const red = clip(g, subtract(g, distance(3), 1), 0, 1);
  const mixed = (part: Value): Value =>
    multiply(g, value, add(g, subtract(g, 1, saturation), multiply(g, saturation, part)));
  return [mixed(red), mixed(near(2)), mixed(near(4))];
}

// --- Filters ---

function assertBatch(x: Value): void {
  if (x.shape.length !== 4) throw new NoOnnxForm('its input is not a batch of images');
}

/** Each channel filtered by the product of two rows of weights. */
function filtered(call: Call, rows: readonly number[], columns: readonly number[]): Value {
  const { g, input } = call;
  assertBatch(input);
  const channels = staticDim(input.shape, isFirst(call) ? 1 : 3);
  const weights = rows.flatMap((row) =>
    columns.flatMap((column) => Array.from({ length: channels }, () => row * column)),
  );
  const kernel = g.numbers(weights, input.dtype, [rows.length, columns.length, channels, 1]);
  return depthwiseConv(g, input, kernel, undefined, {
    strides: [1, 1],
    dilations: [1, 1],
    padding: 'same',
    isFirst: isFirst(call),
  });
}

function sobelEdges(call: Call): Value {
  const { g } = call;
  const [slope, bell] = [
    [-1, 0, 1],
    [1, 2, 1],
  ] as const;
  return stack(g, [filtered(call, slope, bell), filtered(call, bell, slope)], -1);
}

function gaussian(size: number, sigma: number): number[] {
  const values = Array.from({ length: size }, (_, i) =>
    Math.exp(-0.5 * ((i - (size - 1) / 2) / sigma) ** 2),
  );
  const total = values.reduce((a, b) => a + b, 0);
  return values.map((value) => value / total);
}

function gaussianBlur(call: Call): Value {
  const [height, width] = call.option<number[]>('kernel_size', [3, 3]);
  const [vertical, horizontal] = call.option<number[]>('sigma', [1, 1]);
  // Keras exchanges them.
  return filtered(call, gaussian(width!, horizontal!), gaussian(height!, vertical!));
}

// A convolution with one output channel for each value of a patch.
function extractPatches(call: Call): Value {
  const { g, input } = call;
  assertBatch(input);
  const pair = (given: number | readonly number[]): readonly number[] =>
    typeof given === 'number' ? [given, given] : given;
  const size = pair(call.option<number | number[]>('size', 1));
  if (size.length !== 2) throw new NoOnnxForm('its patches have three axes');
  const channels = staticDim(input.shape, isFirst(call) ? 1 : 3);
  const count = size[0]! * size[1]! * channels;
  const identity = Array.from({ length: count * count }, (_, i) =>
    Number(i % count === Math.floor(i / count)),
  );
  const kernel = g.numbers(identity, input.dtype, [...size, channels, count]);
  return conv(g, input, kernel, undefined, {
    strides: pair(call.option<number | number[]>('strides', [...size])),
    dilations: pair(call.option<number | number[]>('dilation_rate', 1)),
    padding: call.option('padding', 'valid'),
    isFirst: isFirst(call),
  });
}

export const imageOperations: Forms = table({
  RGBToHSV: onPlanes(rgbToHsv),
  HSVToRGB: onPlanes(hsvToRgb),
  SobelEdges: sobelEdges,
  GaussianBlur: gaussianBlur,
  ExtractPatches: extractPatches,
});
