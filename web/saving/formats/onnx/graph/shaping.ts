// Operations that move elements. Constants are moved at once, without a node.
import type { GraphBuilder } from './builder.js';
import { joined, reshaped, sliced, transposed } from './constants.js';
import { axisOf, type Dim, type Shape, type Value } from './value.js';

/** A size of another value, which may differ from call to call. */
export interface SizeOf {
  readonly of: Value;
  readonly axis: number;
}

/** A size to reshape or expand to. */
export type Size = number | SizeOf;

const known = (size: Size): Dim => (typeof size === 'number' ? size : size.of.shape[size.axis]!);

/** The sizes of a value, to reshape or expand another one with. */
export const sizesOf = (x: Value, from = 0, to = x.shape.length): Size[] =>
  x.shape.slice(from, to).map((dim, i) => dim ?? { of: x, axis: from + i });

const productOf = (dims: readonly Dim[]): Dim =>
  dims.reduce<Dim>((a, b) => (a === null || b === null ? null : a * b), 1);

/** The value with other sizes. -1 stands for what is left over. */
export function reshape(g: GraphBuilder, x: Value, sizes: readonly Size[]): Value {
  const dims = sizes.map(known);
  const total = productOf(x.shape);
  if (dims.includes(-1)) {
    const others = productOf(dims.filter((dim) => dim !== -1));
    const rest = total === null || others === null || others === 0 ? null : total / others;
    return reshapeWith(
      g,
      x,
      sizes,
      dims.map((dim) => (dim === -1 ? rest : dim)),
    );
  }
  return reshapeWith(g, x, sizes, dims);
}

function reshapeWith(
  g: GraphBuilder,
  x: Value,
  sizes: readonly Size[],
  dims: readonly Dim[],
): Value {
  const isStatic = (shape: readonly Dim[]): shape is number[] => !shape.includes(null);
  if (x.constant && isStatic(dims)) return g.constant(reshaped(x.constant, dims));
  // In ONNX, 0 copies the size of the same axis, and -1 stands for one size.
  const unknown = dims.map((dim, i) => (dim === null ? i : -1)).filter((i) => i >= 0);
  const copied = unknown.filter((i) => {
    const size = sizes[i]!;
    return typeof size !== 'number' && size.of === x && size.axis === i;
  });
  const rest = unknown.filter((i) => !copied.includes(i));
  const spec = [dims, x.dtype] as const;
  if (rest.length <= 1 && !dims.includes(0)) {
    const target = dims.map((dim, i) => dim ?? (rest.includes(i) ? -1 : 0));
    return g.op('Reshape', [x, g.numbers(target, 'int64')], {}, spec);
  }
  return g.op('Reshape', [x, shapeValue(g, sizes)], {}, spec);
}

/** Sizes as a one-dimensional tensor. */
export function shapeValue(g: GraphBuilder, sizes: readonly Size[]): Value {
  const dims = sizes.map(known);
  if (!dims.includes(null)) return g.numbers(dims as number[], 'int64');
  const parts = sizes.map((size, i) =>
    dims[i] !== null ? g.numbers([dims[i]!], 'int64') : sizeValue(g, size as SizeOf),
  );
  return concat(g, parts, 0);
}

/** One size of a value, as a tensor of one element. */
export const sizeValue = (g: GraphBuilder, { of, axis }: SizeOf): Value =>
  g.op('Shape', [of], { start: axis, end: axis + 1 }, [[1], 'int64']);

export function transpose(g: GraphBuilder, x: Value, order: readonly number[]): Value {
  if (order.every((axis, i) => axis === i)) return x;
  if (x.constant) return g.constant(transposed(x.constant, order));
  const shape = order.map((axis) => x.shape[axis]!);
  return g.op('Transpose', [x], { perm: order }, [shape, x.dtype]);
}

/** Swaps two axes. */
export function swapAxes(g: GraphBuilder, x: Value, a: number, b: number): Value {
  const order = x.shape.map((_, i) => i);
  const [from, to] = [axisOf(a, order.length), axisOf(b, order.length)];
  [order[from], order[to]] = [to, from];
  return transpose(g, x, order);
}

/** Moves one axis to another position. */
export function moveAxis(g: GraphBuilder, x: Value, from: number, to: number): Value {
  const rank = x.shape.length;
  const order = x.shape.map((_, i) => i).filter((i) => i !== axisOf(from, rank));
  order.splice(axisOf(to, rank), 0, axisOf(from, rank));
  return transpose(g, x, order);
}

/** New axes of size 1 at these positions of the result. */
export function unsqueeze(g: GraphBuilder, x: Value, ...axes: readonly number[]): Value {
  const rank = x.shape.length + axes.length;
  const positions = axes.map((axis) => axisOf(axis, rank)).sort((a, b) => a - b);
  const shape = [...x.shape];
  for (const position of positions) shape.splice(position, 0, 1);
  if (x.constant) return g.constant(reshaped(x.constant, shape as number[]));
  return g.op('Unsqueeze', [x, g.numbers(positions, 'int64')], {}, [shape, x.dtype]);
}

/** The value without these axes of size 1. */
export function squeeze(g: GraphBuilder, x: Value, ...axes: readonly number[]): Value {
  const gone = axes.map((axis) => axisOf(axis, x.shape.length));
  const shape = x.shape.filter((_, i) => !gone.includes(i));
  if (x.constant) return g.constant(reshaped(x.constant, shape as number[]));
  return g.op('Squeeze', [x, g.numbers(gone, 'int64')], {}, [shape, x.dtype]);
}

export function concat(g: GraphBuilder, values: readonly Value[], given: number): Value {
  if (values.length === 1) return values[0]!;
  const { shape: first, dtype } = values[0]!;
  const axis = axisOf(given, first.length);
  const constants = values.map((value) => value.constant);
  if (constants.every((each) => each !== undefined)) return g.constant(joined(constants, axis));
  const shape = first.map((dim, i) => {
    if (i === axis) return sumOf(values.map((value) => value.shape[axis]!));
    return values.map((value) => value.shape[i]!).find((each) => each !== null) ?? dim;
  });
  return g.op('Concat', values, { axis }, [shape, dtype]);
}

/** Values of equal shape along a new axis of the result. */
export function stack(g: GraphBuilder, values: readonly Value[], given: number): Value {
  const axis = axisOf(given, values[0]!.shape.length + 1);
  return concat(
    g,
    values.map((value) => unsqueeze(g, value, axis)),
    axis,
  );
}

const sumOf = (dims: readonly Dim[]): Dim =>
  dims.reduce<Dim>((a, b) => (a === null || b === null ? null : a + b), 0);

/** Indices from `begin` to before `end` along an axis; negative ones count from the end. */
export function slice(
  g: GraphBuilder,
  x: Value,
  given: number,
  begin: number,
  end: number | null,
  step = 1,
): Value {
  const axis = axisOf(given, x.shape.length);
  const dim = x.shape[axis]!;
  const stop = end ?? (step > 0 ? Number.MAX_SAFE_INTEGER : -Number.MAX_SAFE_INTEGER);
  const [first, last] = dim === null ? [null, null] : range(dim, begin, stop, step);
  const count = first === null ? null : Math.max(0, Math.ceil((last - first) / step));
  if (x.constant && step === 1 && count !== null)
    return g.constant(sliced(x.constant, axis, first!, first! + count));
  const shape = x.shape.map((each, i) => (i === axis ? count : each));
  const parts = [[begin], [stop], [axis], [step]].map((each) => g.numbers(each, 'int64'));
  return g.op('Slice', [x, ...parts], {}, [shape, x.dtype]);
}

// Begin and end as Python's slice.indices.
function range(dim: number, begin: number, end: number, step: number): [number, number] {
  const limit = (index: number): number => {
    const at = index < 0 ? index + dim : index;
    return step > 0 ? Math.min(Math.max(at, 0), dim) : Math.min(Math.max(at, -1), dim - 1);
  };
  return [limit(begin), end < -dim && step < 0 ? -1 : limit(end)];
}

/** The part at one index of an axis, without the axis. */
export const at = (g: GraphBuilder, x: Value, axis: number, index: number): Value =>
  squeeze(g, slice(g, x, axis, index, index === -1 ? null : index + 1), axis);

/** The elements of an axis in the opposite order. */
export const flip = (g: GraphBuilder, x: Value, axis: number): Value =>
  slice(g, x, axis, -1, null, -1);

/** The value repeated to sizes that it broadcasts to. */
export function expand(g: GraphBuilder, x: Value, sizes: readonly Size[]): Value {
  const shape = sizes.map(known);
  if (
    x.shape.length === shape.length &&
    x.shape.every((dim, i) => dim === shape[i] && dim !== null)
  )
    return x;
  return g.op('Expand', [x, shapeValue(g, sizes)], {}, [shape, x.dtype]);
}

/** Pads each axis with a constant, or as `mode` says: `reflect`, `edge` or `wrap`. */
export function pad(
  g: GraphBuilder,
  x: Value,
  widths: readonly (readonly [number, number])[],
  value = 0,
  mode = 'constant',
): Value {
  if (widths.every(([before, after]) => before === 0 && after === 0)) return x;
  const pads = [...widths.map(([before]) => before), ...widths.map(([, after]) => after)];
  const shape: Shape = x.shape.map((dim, i) =>
    dim === null ? null : dim + widths[i]![0] + widths[i]![1],
  );
  const filler = mode === 'constant' && value !== 0 ? g.scalar(value, x.dtype) : undefined;
  return g.op('Pad', [x, g.numbers(pads, 'int64'), filler], { mode }, [shape, x.dtype]);
}

/** Repeats the whole value along each axis. */
export function tile(g: GraphBuilder, x: Value, repeats: readonly number[]): Value {
  if (repeats.every((times) => times === 1)) return x;
  const shape = x.shape.map((dim, i) => (dim === null ? null : dim * repeats[i]!));
  return g.op('Tile', [x, g.numbers(repeats, 'int64')], {}, [shape, x.dtype]);
}

/** Repeats each element along an axis. */
export function repeat(g: GraphBuilder, x: Value, given: number, times: number): Value {
  if (times === 1) return x;
  const axis = axisOf(given, x.shape.length);
  const apart = unsqueeze(g, x, axis + 1);
  const repeats = apart.shape.map((_, i) => (i === axis + 1 ? times : 1));
  const tiled = tile(g, apart, repeats);
  const dim = x.shape[axis]!;
  const sizes = sizesOf(x).map((size, i): Size => {
    if (i !== axis) return size;
    return dim === null ? -1 : dim * times;
  });
  return reshape(g, tiled, sizes);
}

/** The rows of an axis at these indices; negative ones count from the end. */
export function gather(g: GraphBuilder, x: Value, indices: Value, given: number): Value {
  const axis = axisOf(given, x.shape.length);
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return g.op('Gather', [x, indices], { axis }, [shape, x.dtype]);
}

/** Splits an axis into parts of these sizes. */
export function split(g: GraphBuilder, x: Value, given: number, sizes: readonly number[]): Value[] {
  const axis = axisOf(given, x.shape.length);
  let from = 0;
  if (x.constant) return sizes.map((size) => slice(g, x, axis, from, (from += size)));
  const shapes = sizes.map((size) => x.shape.map((dim, i) => (i === axis ? size : dim)));
  return g.node(
    'Split',
    [x, g.numbers(sizes, 'int64')],
    { axis },
    shapes.map((shape) => [shape, x.dtype] as const),
  );
}
