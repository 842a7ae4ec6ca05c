// Data that users give to models, brought into the form of the model's inputs.

import { describe, flatten, isTypedArray, type TensorData } from '../tensors/data.js';
import { KerasTypeError, ValueError } from '../errors/errors.js';
import { own } from '../boundary/members.js';
import { KerasTensor, makeTensor, Tensor } from '../tensors/tensor.js';
import type { DType, Shape } from '../serialization/config.js';

/** What a model's inputs may be given as: tensors or plain data, in the structure of the inputs. */
export type ModelData =
  Tensor | TensorData | null | readonly ModelData[] | { readonly [key: string]: ModelData };

/** What an input holds. */
export interface InputSpec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * Tensors for the data, in its structure.
 *
 * @param inputs gives the model's inputs as KerasTensors, nested; null when the model does not know them yet. Asked only
 *   for data that is no tensor: it takes longer than a small model runs.
 * @param made gets every tensor that was made here, to be disposed of.
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

// Tensors, alone or in an array, need no structure to be read by.
function isTensors(data: ModelData): boolean {
  return (
    data instanceof Tensor ||
    (Array.isArray(data) && data.length > 0 && data.every((item) => item instanceof Tensor))
  );
}

function convert(data: unknown, structure: unknown, made: Tensor[], where: string): unknown {
  if (data === null || data instanceof Tensor) return data;
  if (structure instanceof KerasTensor || structure === null) {
    // A single input may stand in an array of one, as Keras's `[x]`.
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
  // One input in an array: its data need not stand in an array of its own.
  if (inner.length === 1 && !isListOfOne(data, inner[0]))
    return convert(data, inner[0], made, where);
  if (!Array.isArray(data))
    throw new ValueError(
      `The model expects ${inner.length} inputs, in an array. Received: ${describe(data)}`,
    );
  return data.map((item, i) => convert(item, inner[i] ?? null, made, `${where}[${i}]`));
}

// Whether an array holds the data of several inputs rather than being the data of one.
function isArrayOfData(data: unknown): boolean {
  return (
    Array.isArray(data) &&
    data.some((item) => item instanceof Tensor || isTypedArray(item) || isDict(item))
  );
}

// Whether an array is the list of one input's data, or of the list of several, rather than that data itself.
function isListOfOne(data: unknown, input: unknown): boolean {
  if (isArrayOfData(data)) return true;
  if (!Array.isArray(data) || data.length !== 1) return false;
  const [item] = data as [unknown];
  if (Array.isArray(input)) return Array.isArray(item) && item.length === input.length;
  return input instanceof KerasTensor && fitsShape(item, input.shape);
}

// Whether nested arrays have these sizes, as far as their first items show.
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

// Booleans and strings stay what they are; numbers become what the input holds.
function dtypeFor(leaves: ArrayLike<unknown>, spec: InputSpec | null): DType {
  const kind = typeof leaves[0];
  if (kind === 'string') return 'string';
  if (spec && spec.dtype !== 'string') return spec.dtype;
  return kind === 'boolean' ? 'bool' : 'float32';
}

/**
 * The shape of a typed array for an input of that shape: the one unknown size, nearly always that of the batch, follows
 * from its length. ValueError when it does not fit.
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

/** Shapes in the place of tensors, which stand in arrays and objects. */
export function shapesOf(tensors: unknown): unknown {
  if (tensors instanceof Tensor) return [...tensors.shape];
  if (Array.isArray(tensors)) return tensors.map(shapesOf);
  return Object.fromEntries(
    Object.entries(tensors as object).map(([key, value]) => [key, shapesOf(value)]),
  );
}
