// Operations that put elements into places: scattering, segments, classes, frames of images, grids.
import type { GraphBuilder } from '../graph/builder.js';
import { cast, clip, divide, equal, unary, where } from '../graph/elementwise.js';
import { any, softmax, sum } from '../graph/reducing.js';
import { expand, pad, reshape, sizesOf, slice, squeeze, unsqueeze } from '../graph/shaping.js';
import { axisOf, NoOnnxForm, staticDim, type Value } from '../graph/value.js';
import { elementType, flatten, isValue, type Call, type Form } from '../model/call.js';
import { asFloat, table, valueOf, type Forms } from './support.js';

// --- Places ---

function scattered(
  g: GraphBuilder,
  onto: Value,
  indices: Value,
  updates: Value,
  reduction: string,
): Value {
  const inputs = [onto, cast(g, indices, 'int64'), cast(g, updates, onto.dtype)];
  return g.op('ScatterND', inputs, { reduction }, [onto.shape, onto.dtype]);
}

function scatterUpdate(call: Call): Value {
  const { g } = call;
  const reduction = call.option<string | null>('reduction', null) ?? 'none';
  const updates = valueOf(g, call.operand(2, 'updates'));
  return scattered(g, call.tensor(0, 'inputs'), call.tensor(1, 'indices'), updates, reduction);
}

function scatter(call: Call): Value {
  const { g } = call;
  const values = call.tensor(1, 'values');
  const shape = call.option<readonly number[]>('shape', []);
  const zeros = expand(
    g,
    reshape(
      g,
      g.scalar(0, values.dtype),
      shape.map(() => 1),
    ),
    shape,
  );
  return scattered(g, zeros, call.tensor(0, 'indices'), values, 'add');
}

const segments =
  (reduction: string, filler: number): Form =>
  (call) => {
    const { g } = call;
    const data = call.tensor(0, 'data');
    const count = call.option<number | null>('num_segments', null);
    if (count === null) throw new NoOnnxForm('its number of segments is not fixed');
    const rest = sizesOf(data, 1);
    const start = expand(
      g,
      reshape(
        g,
        g.scalar(filler, data.dtype),
        data.shape.map(() => 1),
      ),
      [count, ...rest],
    );
    const ids = unsqueeze(g, call.tensor(1, 'segment_ids'), -1);
    return scattered(g, start, ids, data, reduction);
  };

function sliceUpdate(call: Call): Value {
  const { g } = call;
  const x = call.tensor(0, 'inputs');
  const starts = call.arg(1, 'start_indices') as readonly number[];
  const updates = call.tensor(2, 'updates');
  const isNumber = Array.isArray(starts) && starts.every((start) => typeof start === 'number');
  if (!isNumber) throw new NoOnnxForm('it begins at indices that are computed');
  const widths = starts.map((start, axis): [number, number] => {
    const [all, part] = [staticDim(x.shape, axis), staticDim(updates.shape, axis)];
    const first = Math.min(start, all - part);
    return [first, all - part - first];
  });
  const ones = expand(
    g,
    reshape(
      g,
      g.scalar(1, 'int32'),
      updates.shape.map(() => 1),
    ),
    sizesOf(updates),
  );
  const isInside = equal(g, pad(g, ones, widths), 1);
  return where(g, isInside, pad(g, cast(g, updates, x.dtype), widths), x);
}

// --- Classes ---

function sparseCrossentropy(call: Call): Value {
  const { g } = call;
  const [target, output] = [call.tensor(0, 'target'), asFloat(g, call.tensor(1, 'output'))];
  const axis = axisOf(call.option('axis', -1), output.shape.length);
  if (axis !== output.shape.length - 1)
    throw new NoOnnxForm('its classes are not on the last axis');
  const logs = call.option('from_logits', false)
    ? softmax(g, output, -1, 'LogSoftmax')
    : unary(g, 'Log', clip(g, divide(g, output, sum(g, output, -1, true)), 1e-7, 1 - 1e-7));
  const isFlat = target.shape.length < output.shape.length;
  const index = cast(g, isFlat ? unsqueeze(g, target, -1) : target, 'int64');
  const shape = [...output.shape.slice(0, -1), 1];
  const chosen = g.op('GatherElements', [logs, index], { axis }, [shape, logs.dtype]);
  return unary(g, 'Neg', squeeze(g, chosen, -1));
}

function multiHot(call: Call): Value {
  const { g } = call;
  const x = call.tensor(0, 'inputs');
  const count = call.option('num_classes', 0);
  if (call.option('axis', -1) !== -1) throw new NoOnnxForm('its classes are not on the last axis');
  const classes = g.numbers(
    Array.from({ length: count }, (_, i) => i),
    x.dtype,
  );
  const hits = equal(g, unsqueeze(g, x, -1), classes);
  const result = x.shape.length > 1 ? any(g, hits, -2) : hits;
  return cast(g, result, elementType(call.option<string | null>('dtype', null) ?? 'float32'));
}

const LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65535],
  int16: [-32768, 32767],
  float16: [-65504, 65504],
};

function saturateCast(call: Call): Value {
  const { g, input } = call;
  const dtype = elementType(call.option('dtype', 'float32'));
  const limits = LIMITS[dtype];
  if (!limits && dtype !== 'float32') throw new NoOnnxForm(`it saturates to ${dtype}`);
  return cast(g, limits ? clip(g, input, ...limits) : input, dtype);
}

// --- Images ---

const framed =
  (sign: 1 | -1, name: string): Form =>
  (call) => {
    const { g } = call;
    const x = call.tensor(0, 'images');
    const isFirst = call.option<string>('data_format', 'channels_last') === 'channels_first';
    const rank = x.shape.length;
    const axes = isFirst ? [rank - 2, rank - 1] : [rank - 3, rank - 2];
    const sides = [
      ['top', 'bottom', 'height'],
      ['left', 'right', 'width'],
    ] as const;
    const option = (side: string): number | null => call.option<number | null>(side, null);
    const widths = x.shape.map((): [number, number] => [0, 0]);
    sides.forEach(([before, after, size], i) => {
      const target = option(`target_${size}`);
      const all = target === null ? 0 : sign * (target - staticDim(x.shape, axes[i]!));
      const first = option(`${before}_${name}`) ?? all - (option(`${after}_${name}`) ?? 0);
      widths[axes[i]!] = [first, option(`${after}_${name}`) ?? all - first];
    });
    if (sign === 1) return pad(g, x, widths);
    return widths.reduce(
      (value, [before, after], axis) => slice(g, value, axis, before, after === 0 ? null : -after),
      x,
    );
  };

function meshgrid(call: Call): Value[] {
  const { g } = call;
  const axes = flatten(call.args);
  const isSwapped = call.option('indexing', 'xy') === 'xy' && axes.length > 1;
  const position = (i: number): number => (isSwapped && i < 2 ? 1 - i : i);
  const sizes = axes.map((_, i) => sizesOf(axes[position(i)]!)[0]!);
  return axes.map((axis, i) => {
    const shape = axes.map((_, at) => (at === position(i) ? -1 : 1));
    return expand(g, reshape(g, axis, shape), sizes);
  });
}

function select(call: Call): Value {
  const { g } = call;
  const [conditions, choices] = [flatten(call.args[0]), flatten(call.args[1])];
  const otherwise = call.operand(2, 'default');
  const last = choices[0]!.dtype;
  const start = typeof otherwise === 'number' ? g.scalar(otherwise, last) : otherwise;
  return conditions.reduceRight(
    (rest, condition, i) => where(g, condition, choices[i]!, rest),
    start,
  );
}

function full(call: Call): Value {
  const { g } = call;
  const value = [call.args[0], call.args[1], call.kwargs['fill_value']].find(isValue);
  if (!value) throw new NoOnnxForm('it is filled with a number');
  const dtype = call.option<string | null>('dtype', null);
  const cell = dtype === null ? value : cast(g, value, elementType(dtype));
  return expand(g, cell, call.option<readonly number[]>('shape', []));
}

export const placingOperations: Forms = table({
  Meshgrid: meshgrid,
  Select: select,
  Full: full,
  ScatterUpdate: scatterUpdate,
  Scatter: scatter,
  SliceUpdate: sliceUpdate,
  SegmentSum: segments('add', 0),
  SegmentProd: segments('mul', 1),
  SegmentMax: segments('max', -Infinity),
  SegmentMin: segments('min', Infinity),
  SparseCategoricalCrossentropy: sparseCrossentropy,
  MultiHot: multiHot,
  SaturateCast: saturateCast,
  PadImages: framed(1, 'padding'),
  CropImages: framed(-1, 'cropping'),
});
