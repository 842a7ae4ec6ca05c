// The samples of the inputs and outputs of a prediction: splitting inputs, and joining outputs.
import { Tensor, ValueError, type TypedArray } from '../index.js';
import type { TensorSpec } from './protocol.js';
import { WorkerTensor, type TensorElements } from './worker_tensor.js';

/** Inputs that can be split into samples. */
export interface Rows {
  readonly total: number;
  /** The samples from `begin` up to `end`; the elements are views. */
  slice(begin: number, end: number): unknown;
}

/** The samples of `data`; undefined for data that only the model itself can split. */
export function rowsOf(data: unknown, inputs: readonly TensorSpec[]): Rows | undefined {
  const only = inputs.length === 1 ? inputs[0]! : undefined;
  const tensor = isTypedArray(data) ? only && shaped(data, only) : data;
  if (only && isNumbers(tensor))
    return { total: tensor.length, slice: (begin, end) => tensor.slice(begin, end) };
  const tensors: WorkerTensor[] = [];
  if (!collect(tensor, tensors) || tensors.length === 0) return undefined;
  const total = tensors[0]!.shape[0];
  if (total === undefined || tensors.some(({ shape }) => shape[0] !== total)) return undefined;
  return { total, slice: (begin, end) => sliced(tensor, begin, end) };
}

// `model.predict` splits a typed array by the shape of its input.
function shaped(data: TypedArray, { shape, dtype }: TensorSpec): WorkerTensor | undefined {
  const [batch, ...sizes] = shape;
  if (batch !== null || sizes.includes(null)) return undefined;
  const rowSize = sizes.reduce<number>((product, size) => product * size!, 1);
  if (rowSize === 0 || data.length % rowSize !== 0) return undefined;
  return new WorkerTensor(data, [data.length / rowSize, ...(sizes as number[])], dtype);
}

// Nested arrays of numbers for one input. An array of one may also be a list of inputs.
function isNumbers(data: unknown): data is unknown[] {
  if (!Array.isArray(data) || data.length < 2) return false;
  let item: unknown = data;
  while (Array.isArray(item)) item = item[0];
  return typeof item !== 'object' || item === null;
}

const isTypedArray = (value: unknown): value is TypedArray =>
  ArrayBuffer.isView(value) && 'length' in value;

const isDict = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

// Collects the tensors of a tree; false when it has other leaves.
function collect(data: unknown, tensors: WorkerTensor[]): boolean {
  if (data instanceof WorkerTensor) return tensors.push(data) > 0;
  if (data === null) return true;
  if (!Array.isArray(data) && !isDict(data)) return false;
  return Object.values(data).every((item) => collect(item, tensors));
}

function sliced(data: unknown, begin: number, end: number): unknown {
  if (data instanceof WorkerTensor) {
    const [, ...sizes] = data.shape;
    const rowSize = sizes.reduce((product, size) => product * size, 1);
    const part = view(data.data, begin * rowSize, end * rowSize);
    return new WorkerTensor(part, [end - begin, ...sizes], data.dtype);
  }
  return map(data, (item) => sliced(item, begin, end));
}

const view = (data: TensorElements, begin: number, end: number): TensorElements =>
  isTypedArray(data) ? data.subarray(begin, end) : data.slice(begin, end);

function map(tree: unknown, change: (item: unknown) => unknown): unknown {
  if (Array.isArray(tree)) return tree.map(change);
  if (!isDict(tree)) return tree;
  return Object.fromEntries(Object.entries(tree).map(([name, item]) => [name, change(item)]));
}

/** A tree whose tensors are plain data; tensors of an engine are copied, and freed when `dispose` is set. */
export function toWorkerTensors(tree: unknown, { dispose = false } = {}): unknown {
  if (!(tree instanceof Tensor)) return map(tree, (item) => toWorkerTensors(item, { dispose }));
  const { shape, dtype } = tree;
  const data = dtype === 'string' ? stringsOf(tree) : tree.data();
  if (dispose) tree.dispose();
  return new WorkerTensor(data, shape as number[], dtype);
}

const stringsOf = (tensor: Tensor): string[] =>
  [tensor.array() as unknown[]].flat(Infinity as 1) as string[];

/**
 * Joins trees of outputs along the first axis.
 *
 * @throws ValueError when the shapes do not fit.
 */
export function joinRows(parts: readonly unknown[]): unknown {
  const first = parts[0];
  if (parts.length === 1) return first;
  if (first instanceof WorkerTensor) return joined(parts as WorkerTensor[]);
  if (Array.isArray(first))
    return first.map((_, i) => joinRows(parts.map((part) => (part as unknown[])[i])));
  if (!isDict(first)) return first;
  const names = Object.keys(first);
  return Object.fromEntries(
    names.map((name) => [
      name,
      joinRows(parts.map((part) => (part as Record<string, unknown>)[name])),
    ]),
  );
}

function joined(parts: readonly WorkerTensor[]): WorkerTensor {
  const [first] = parts as [WorkerTensor, ...WorkerTensor[]];
  const sizes = first.shape.slice(1);
  let rows = 0;
  let length = 0;
  for (const { shape, data } of parts) {
    if (shape.length === 0 || String(shape.slice(1)) !== String(sizes))
      throw new ValueError(
        'all the input array dimensions except for the concatenation axis must match exactly: the outputs of the batches ' +
          `have the shapes (${first.shape.join(', ')}) and (${shape.join(', ')})`,
      );
    rows += shape[0]!;
    length += data.length;
  }
  return new WorkerTensor(elements(parts, length), [rows, ...sizes], first.dtype);
}

function elements(parts: readonly WorkerTensor[], length: number): TensorElements {
  const { data } = parts[0]!;
  if (!isTypedArray(data)) return parts.flatMap((part) => part.data as readonly string[]);
  const all = new (data.constructor as new (length: number) => TypedArray)(length);
  let at = 0;
  for (const part of parts) {
    all.set(part.data as never, at);
    at += part.data.length;
  }
  return all;
}
