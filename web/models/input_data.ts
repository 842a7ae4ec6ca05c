// Converts the data passed to a model into tensors, nested as the model's inputs.

import { describe, flatten, isTypedArray, type TensorData } from '../tensors/data.js';
import { KerasTypeError, ValueError } from '../errors/errors.js';
import { own } from '../boundary/members.js';
import { makeTensor } from '../tensors/create.js';
import { KerasTensor, Tensor } from '../tensors/tensor.js';
import type { DType, Shape } from '../base/config.js';

/** Data for the inputs of a model: tensors or plain data, nested as the inputs. */
export type ModelData =
  Tensor | TensorData | null | readonly ModelData[] | { readonly [key: string]: ModelData };

/** Shape and dtype of an input. */
export interface InputSpec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * Tensors for the data, nested as the data.
 *
 * @param inputs returns the tree of the model's input KerasTensors; null when it has none yet. Called only for data that
 *   is not a tensor, because the call takes longer than running a small model.
 * @param made receives every tensor that is created here, for the caller to dispose of.
 */
export function toModelInputs(
  data: ModelData,
  inputs: { structure(): unknown },
  made: Tensor[],
): unknown {
  if (data === undefined) throw new KerasTypeError('The inputs of the model are undefined.');
  if (isTensors(data)) return data;
  return convert(data, inputs.structure(), made, 'the inputs');
}

// Tensors, alone or in an array, are used as they are.
function isTensors(data: ModelData): boolean {
  return (
    data instanceof Tensor ||
    (Array.isArray(data) && data.length > 0 && data.every((item) => item instanceof Tensor))
  );
}

function convert(data: unknown, structure: unknown, made: Tensor[], where: string): unknown {
  if (data === null || data instanceof Tensor) return data;
  if (structure instanceof KerasTensor || structure === null) {
    // A single input may be passed in an array of one, as in Keras: `[x]`.
    if (Array.isArray(data) && data.length === 1 && isListOfOne(data, structure)) {
      return [convert(data[0], structure, made, where)];
    }
    if (!isDict(data)) return toTensor(data as TensorData, structure, made, where);
    const only = structure instanceof KerasTensor ? structure : null;
    return mapMembers(data, (value, key) => convert(value, only, made, `${where}.${key}`));
  }
  if (isDict(data)) {
    const flat = leavesOf(structure);
    return mapMembers(data, (value, key) => {
      const inner = isDict(structure) ? own(structure, key) : flat.find(({ name }) => name === key);
      return convert(value, inner ?? null, made, `${where}.${key}`);
    });
  }
  const inner = Array.isArray(structure) ? structure : leavesOf(structure);
  // The data of a model whose inputs are an array of one may be passed without an array.
  if (inner.length === 1 && !isListOfOne(data, inner[0]))
    return convert(data, inner[0], made, where);
  if (!Array.isArray(data))
    throw new ValueError(
      `The model expects ${inner.length} inputs, in an array. Received: ${describe(data)}`,
    );
  return data.map((item, i) => convert(item, inner[i] ?? null, made, `${where}[${i}]`));
}

// Whether an array holds the data of several inputs, rather than nested numbers.
function isArrayOfData(data: unknown): boolean {
  return (
    Array.isArray(data) &&
    data.some((item) => item instanceof Tensor || isTypedArray(item) || isDict(item))
  );
}

// Whether an array holds the data of a single input, rather than being that data.
function isListOfOne(data: unknown, input: unknown): boolean {
  if (isArrayOfData(data)) return true;
  if (!Array.isArray(data) || data.length !== 1) return false;
  const [item] = data as [unknown];
  if (Array.isArray(input)) return Array.isArray(item) && item.length === input.length;
  return input instanceof KerasTensor && fitsShape(item, input.shape);
}

// Whether nested arrays have these sizes, judged by the first item of each.
function fitsShape(data: unknown, shape: Shape): boolean {
  let rest = data;
  for (const dim of shape) {
    if (!Array.isArray(rest) || (dim !== null && rest.length !== dim)) return false;
    rest = rest[0];
  }
  return !Array.isArray(rest);
}

function isDict(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}

function mapMembers(
  members: Record<string, unknown>,
  map: (value: unknown, key: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).map(([key, value]) => [key, map(value, key)]));
}

function leavesOf(structure: unknown): KerasTensor[] {
  if (structure instanceof KerasTensor) return [structure];
  if (typeof structure !== 'object' || structure === null) return [];
  return Object.values(structure).flatMap(leavesOf);
}

function toTensor(data: TensorData, spec: InputSpec | null, made: Tensor[], where: string): Tensor {
  const { shape, leaves } = flatten(data);
  const isFlat = isTypedArray(data) && spec !== null && spec.shape.length !== 1;
  const wanted = isFlat ? shapeFor(data.length, spec.shape, where) : shape;
  const result = makeTensor(leaves, wanted, dtypeFor(leaves, spec));
  made.push(result);
  return result;
}

// Booleans and strings keep their dtype; numbers take the dtype of the input.
function dtypeFor(leaves: ArrayLike<unknown>, spec: InputSpec | null): DType {
  const kind = typeof leaves[0];
  if (kind === 'string') return 'string';
  if (spec && spec.dtype !== 'string') return spec.dtype;
  return kind === 'boolean' ? 'bool' : 'float32';
}

/**
 * The shape of a typed array for an input: its one unknown size, usually the batch size, follows from the length.
 *
 * @throws ValueError when the length does not fit the shape.
 */
export function shapeFor(length: number, shape: Shape, where: string): number[] {
  const known = shape.reduce<number>((product, dim) => product * (dim ?? 1), 1);
  const unknown = shape.filter((dim) => dim === null).length;
  const text = `(${shape.map((dim) => dim ?? 'None').join(', ')})`;
  if (unknown > 1)
    throw new ValueError(
      `A typed array cannot tell the shape of ${where}, which have the shape ${text}: use tensor(data, shape).`,
    );
  if (known === 0 || length % known !== 0 || (unknown === 0 && length !== known))
    throw new ValueError(
      `A typed array of ${length} numbers does not fill the shape ${text} of ${where}.`,
    );
  return shape.map((dim) => dim ?? length / known);
}
