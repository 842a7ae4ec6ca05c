// Operations of keras.ops.numpy and keras.ops.core that move elements.
import type { GraphBuilder } from '../graph/builder.js';
import { cast, less, promoted, where } from '../graph/elementwise.js';
import {
  at,
  concat,
  expand,
  flip,
  gather,
  moveAxis,
  pad,
  repeat,
  reshape,
  sizesOf,
  slice,
  split,
  squeeze,
  stack,
  swapAxes,
  tile,
  transpose,
  unsqueeze,
  type Size,
} from '../graph/shaping.js';
import { axisOf, isFloat, NoOnnxForm, staticDim, type Value } from '../graph/value.js';
import { ELLIPSIS, SliceArgument } from '../model/arguments.js';
import { elementType, flatten, isValue, type Call, type Form } from '../model/call.js';
import { table, valueOf, type Forms } from './support.js';

const list = (value: number | readonly number[]): readonly number[] => [value].flat();

// Sizes of an option; null keeps the size of the axis, as Keras infers it.
function sizesIn(call: Call, name: string): Size[] {
  const given = call.option<readonly (number | null)[]>(name, []);
  const open = given.filter((dim) => dim === null).length;
  return given.map((dim, i): Size => {
    if (dim !== null) return dim;
    return open === 1 && !given.includes(-1) ? -1 : { of: call.input, axis: i };
  });
}

// A common dtype of values that are joined.
function alike(g: GraphBuilder, values: readonly Value[]): Value[] {
  const { dtype } = values.reduce((a, b) => promoted(g, a, b)[0]);
  return values.map((value) => cast(g, value, dtype));
}

const operands = (call: Call): Value[] =>
  alike(call.g, flatten(call.args[0] ?? Object.values(call.kwargs)));

const stackAlong =
  (axis: number, rank: number): Form =>
  (call) => {
    const { g } = call;
    const values = operands(call).map((value) => {
      let each = value;
      if (each.shape.length === 0) each = reshape(g, each, [1]);
      if (rank >= 2 && each.shape.length === 1) each = unsqueeze(g, each, 0);
      return rank === 3 && each.shape.length === 2 ? unsqueeze(g, each, 2) : each;
    });
    return concat(g, values, rank === 1 && values[0]!.shape.length > 1 ? 1 : axis);
  };

// Sections of an axis, or parts before these indices.
function splitAlong(call: Call, axis: number, isUneven = false): Value[] {
  const { g, input } = call;
  const size = staticDim(input.shape, axis);
  const given = call.option<number | readonly number[]>('indices_or_sections', 1);
  if (typeof given !== 'number') {
    const ends = [...given.map((end) => Math.min(size, end < 0 ? end + size : end)), size];
    return split(
      g,
      input,
      axis,
      ends.map((end, i) => Math.max(0, end - (i === 0 ? 0 : ends[i - 1]!))),
    );
  }
  const base = Math.floor(size / given);
  const larger = isUneven ? size % given : 0;
  return split(
    g,
    input,
    axis,
    Array.from({ length: given }, (_, i) => base + (i < larger ? 1 : 0)),
  );
}

function getItem(call: Call): Value {
  const { g } = call;
  const given = call.arg(1, 'key') ?? call.config['key'];
  const keys = Array.isArray(given) ? (given as unknown[]) : [given];
  let x = call.input;
  const consuming = keys.filter((key) => key !== null && key !== ELLIPSIS).length;
  let axis = 0;
  for (const key of keys) {
    if (key === ELLIPSIS) {
      axis += call.input.shape.length - consuming;
    } else if (key === null) {
      x = unsqueeze(g, x, axis++);
    } else if (typeof key === 'number') {
      x = at(g, x, axis, key);
    } else if (key instanceof SliceArgument) {
      const step = key.step ?? 1;
      const start = key.start ?? (step > 0 ? 0 : -1);
      const isAll = start === 0 && key.stop === null && step === 1;
      if (!isAll) x = slice(g, x, axis, start, key.stop, step);
      axis += 1;
    } else if (isValue(key) && key.dtype !== 'bool' && keys.filter(isValue).length === 1) {
      x = gather(g, x, key, axis);
      axis += key.shape.length;
    } else {
      throw new NoOnnxForm('its key has lists or booleans');
    }
  }
  return x;
}

function take(call: Call): Value {
  const { g } = call;
  const indices = valueOf(g, call.operand(1, 'indices'));
  const axis = call.option<number | null>('axis', null);
  const index =
    isFloat(indices.dtype) || indices.dtype === 'bool' ? cast(g, indices, 'int32') : indices;
  const whole =
    index.dtype === 'int64' || index.dtype === 'int32' ? index : cast(g, index, 'int64');
  return axis === null
    ? gather(g, reshape(g, call.input, [-1]), whole, 0)
    : gather(g, call.input, whole, axis);
}

function takeAlongAxis(call: Call): Value {
  const { g } = call;
  const given = cast(g, valueOf(g, call.operand(1, 'indices')), 'int64');
  const axis = call.option<number | null>('axis', null);
  const x = axis === null ? reshape(g, call.input, [-1]) : call.input;
  const indices = axis === null ? reshape(g, given, [-1]) : given;
  const along = axisOf(axis ?? 0, x.shape.length);
  const sizes = sizesOf(x).map((size, i): Size => (i === along ? sizesOf(indices)[i]! : size));
  const full = expand(g, indices, sizes);
  return g.op('GatherElements', [x, full], { axis: along }, [full.shape, x.dtype]);
}

function padCall(call: Call): Value {
  const { g, input } = call;
  const given = call.option<number | readonly (number | readonly number[])[]>('pad_width', 0);
  const rank = input.shape.length;
  const pairOf = (width: number | readonly number[]): [number, number] =>
    typeof width === 'number' ? [width, width] : [width[0]!, width[1] ?? width[0]!];
  const isOne = typeof given === 'number' || typeof given[0] === 'number';
  const pairs =
    isOne || given.length === 1
      ? Array.from({ length: rank }, () =>
          pairOf(isOne ? (given as number | number[]) : (given as number[][])[0]!),
        )
      : given.map(pairOf);
  const mode = String(call.option('mode', 'constant'));
  const value = call.arg(1, 'constant_values');
  if (!['constant', 'reflect', 'edge'].includes(mode))
    throw new NoOnnxForm(`it pads by the mode ${mode}`);
  return pad(g, input, pairs, typeof value === 'number' ? value : 0, mode);
}

function repeatCall(call: Call): Value {
  const { g, input } = call;
  const times = call.option<number | readonly number[]>('repeats', 1);
  const axis = call.option<number | null>('axis', null);
  const count = typeof times === 'number' ? times : times.length === 1 ? times[0]! : undefined;
  if (count === undefined) throw new NoOnnxForm('it repeats each element differently often');
  return axis === null
    ? repeat(g, reshape(g, input, [-1]), 0, count)
    : repeat(g, input, axis, count);
}

function tileCall(call: Call): Value {
  const { g, input } = call;
  const repeats = [...list(call.option<number | readonly number[]>('repeats', 1))];
  const missing = repeats.length - input.shape.length;
  const x =
    missing > 0 ? unsqueeze(g, input, ...Array.from({ length: missing }, (_, i) => i)) : input;
  while (repeats.length < x.shape.length) repeats.unshift(1);
  return tile(g, x, repeats);
}

function roll(call: Call): Value {
  const { g, input } = call;
  const shifts = list(call.option<number | readonly number[]>('shift', 0));
  const given = call.option<number | readonly number[] | null>('axis', null);
  const rollOne = (x: Value, shift: number, axis: number): Value => {
    const size = staticDim(x.shape, axis);
    const by = ((shift % size) + size) % size;
    return by === 0
      ? x
      : concat(g, [slice(g, x, axis, size - by, null), slice(g, x, axis, 0, size - by)], axis);
  };
  if (given === null)
    return reshape(g, rollOne(reshape(g, input, [-1]), shifts[0]!, 0), sizesOf(input));
  return list(given).reduce((x, axis, i) => rollOne(x, shifts[i] ?? shifts[0]!, axis), input);
}

function rot90(call: Call): Value {
  const { g } = call;
  const x = call.tensor(0, 'array');
  const [a, b] = call.option<readonly number[]>('axes', [0, 1]);
  switch (((call.option('k', 1) % 4) + 4) % 4) {
    case 1:
      return swapAxes(g, flip(g, x, b!), a!, b!);
    case 2:
      return flip(g, flip(g, x, a!), b!);
    case 3:
      return flip(g, swapAxes(g, x, a!, b!), b!);
    default:
      return x;
  }
}

function moveAxes(call: Call): Value {
  const { g, input } = call;
  const rank = input.shape.length;
  const axes = (name: string): number[] =>
    list(call.option<number | readonly number[]>(name, 0)).map((axis) => axisOf(axis, rank));
  const [from, to] = [axes('source'), axes('destination')];
  const order: number[] = input.shape.map((_, i) => i).filter((i) => !from.includes(i));
  to.map((target, i) => [target, from[i]!] as const)
    .sort(([a], [b]) => a - b)
    .forEach(([target, source]) => order.splice(target, 0, source));
  return from.length === 1 ? moveAxis(g, input, from[0]!, to[0]!) : transpose(g, input, order);
}

// The triangle below (1) or above (0) a diagonal.
const triangle =
  (upper: 0 | 1): Form =>
  (call) => {
    const { g, input } = call;
    const x = input.dtype === 'bool' ? cast(g, input, 'int32') : input;
    const k = g.scalar(call.option('k', 0), 'int64');
    const result = g.op('Trilu', [x, k], { upper }, [x.shape, x.dtype]);
    return cast(g, result, input.dtype);
  };

function squeezeCall(call: Call): Value {
  const { g, input } = call;
  const axes = call.option<number | readonly number[] | null>('axis', null);
  const gone = axes === null ? input.shape.flatMap((dim, i) => (dim === 1 ? [i] : [])) : list(axes);
  return squeeze(g, input, ...gone);
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'number');

function sliceCall(call: Call): Value {
  const { g, input } = call;
  const starts: unknown = call.arg(1, 'start_indices');
  const sizes = call.option<readonly number[]>('shape', []);
  if (!isNumbers(starts)) throw new NoOnnxForm('it begins at indices that are computed');
  return sizes.reduce((x, size, axis) => {
    const dim = x.shape[axis] ?? null;
    const start = dim === null ? starts[axis]! : Math.min(starts[axis]!, dim - size);
    return dim === size ? x : slice(g, x, axis, start, start + size);
  }, input);
}

const filled =
  (value: (call: Call) => number): Form =>
  (call) => {
    const { g, input } = call;
    const given = call.option<string | null>('dtype', null);
    const dtype = given === null ? input.dtype : elementType(given);
    return expand(
      g,
      reshape(
        g,
        g.scalar(value(call), dtype),
        input.shape.map(() => 1),
      ),
      sizesOf(input),
    );
  };

function oneHot(call: Call): Value {
  const { g } = call;
  const depth = call.option('num_classes', 0);
  const dtype = elementType(call.option<string | null>('dtype', null) ?? 'float32');
  const index = cast(g, call.tensor(0, 'x'), 'int64');
  // ONNX counts negative indices from the end; in Keras they are rows of zeros.
  const safe = where(g, less(g, index, 0), g.scalar(depth, 'int64'), index);
  const axis = axisOf(call.option('axis', -1), index.shape.length + 1);
  const shape = [...index.shape];
  shape.splice(axis, 0, depth);
  const inputs = [safe, g.scalar(depth, 'int64'), g.numbers([0, 1], dtype)];
  return g.op('OneHot', inputs, { axis }, [shape, dtype]);
}

function append(call: Call): Value {
  const { g } = call;
  const [a, b] = promoted(g, call.operand(0, 'x1'), call.operand(1, 'x2'));
  const axis = call.option<number | null>('axis', null);
  return axis === null
    ? concat(g, [reshape(g, a, [-1]), reshape(g, b, [-1])], 0)
    : concat(g, [a, b], axis);
}

const identity: Form = ({ args, kwargs }) => flatten(args[0] ?? Object.values(kwargs)[0])[0]!;

function castCall(call: Call): Value {
  const dtype = call.option<string | null>('dtype', null);
  return dtype === null ? call.input : cast(call.g, call.input, elementType(dtype));
}

export const shapingOperations: Forms = table({
  Reshape: (call) => reshape(call.g, call.input, sizesIn(call, 'newshape')),
  Transpose: (call) => {
    const { g, input } = call;
    const axes = call.option<readonly number[] | null>('axes', null);
    const order = axes ?? input.shape.map((_, i) => input.shape.length - 1 - i);
    return transpose(
      g,
      input,
      order.map((axis) => axisOf(axis, input.shape.length)),
    );
  },
  Moveaxis: moveAxes,
  Swapaxes: (call) =>
    swapAxes(call.g, call.input, call.option('axis1', 0), call.option('axis2', 0)),
  ExpandDims: (call) =>
    unsqueeze(call.g, call.input, ...list(call.option<number | readonly number[]>('axis', 0))),
  Squeeze: squeezeCall,
  Ravel: ({ g, input }) => reshape(g, input, [-1]),
  BroadcastTo: (call) => expand(call.g, call.input, sizesIn(call, 'shape')),
  Concatenate: (call) => concat(call.g, operands(call), call.option('axis', 0)),
  Stack: (call) => stack(call.g, operands(call), call.option('axis', 0)),
  Hstack: stackAlong(0, 1),
  Vstack: stackAlong(0, 2),
  Dstack: stackAlong(2, 3),
  Append: append,
  Split: (call) => splitAlong(call, call.option('axis', 0)),
  ArraySplit: (call) => splitAlong(call, call.option('axis', 0), true),
  Hsplit: (call) => splitAlong(call, call.input.shape.length === 1 ? 0 : 1),
  Vsplit: (call) => splitAlong(call, 0),
  Dsplit: (call) => splitAlong(call, 2),
  Unstack: (call) => {
    const { g, input } = call;
    const axis = call.option('axis', 0);
    const size = staticDim(input.shape, axis);
    const parts = split(
      g,
      input,
      axis,
      Array.from({ length: size }, () => 1),
    );
    return parts.map((part) => squeeze(g, part, axis));
  },
  GetItem: getItem,
  Slice: sliceCall,
  Take: take,
  TakeAlongAxis: takeAlongAxis,
  Pad: padCall,
  Repeat: repeatCall,
  Tile: tileCall,
  Roll: roll,
  Rot90: rot90,
  Tril: triangle(0),
  Triu: triangle(1),
  OneHot: oneHot,
  ZerosLike: filled(() => 0),
  EmptyLike: filled(() => 0),
  OnesLike: filled(() => 1),
  FullLike: filled((call) => {
    const value = call.operand(1, 'fill_value');
    if (typeof value !== 'number') throw new NoOnnxForm('it is filled with a tensor');
    return value;
  }),
  Cast: castCall,
  Array: castCall,
  ConvertToTensor: castCall,
  Copy: identity,
  StopGradient: identity,
});
