// Fast path of predictions: tensors or typed arrays in, usually one tensor out, without JSON across the boundary.

import { core } from '../boundary/core.js';
import { arrayOf, fill, isTypedArray, type TypedArray } from '../tensors/data.js';
import {
  describedBytes,
  describedMemory,
  describedSize,
  readSpec,
  writeSpec,
} from '../boundary/scratch_buffer.js';
import { shapeFor, type InputSpec, type ModelData } from './input_data.js';
import { unpack } from '../boundary/codec.js';
import type { RawObject } from '../boundary/raw.js';
import { KerasTensor, Tensor } from '../tensors/tensor.js';
import type { TensorTree } from '../tensors/tree.js';

// The inputs of a model: a single one, or several in an array.
interface FlatInputs {
  readonly specs: readonly InputSpec[];
  readonly isArray: boolean;
}

/**
 * The inputs of a model, cached because asking the core takes longer than running a small model. The inputs of a model
 * never change once it has some.
 */
export class ModelInputs {
  readonly #model: { readonly kind: string; readonly input: unknown };
  #flat: FlatInputs | null = null;

  constructor(model: { readonly kind: string; readonly input: unknown }) {
    this.#model = model;
  }

  /** The tree of input KerasTensors; null for models that have none yet. */
  structure(): unknown {
    if (this.#model.kind === 'functional') return this.#model.input;
    try {
      return this.#model.input;
    } catch {
      return null;
    }
  }

  /** The inputs for the fast path; null for dicts and deeper trees. */
  flat(): FlatInputs | null {
    this.#flat ??= flatInputs(this.structure());
    return this.#flat;
  }
}

function flatInputs(structure: unknown): FlatInputs | null {
  const isArray = Array.isArray(structure);
  const items = isArray ? (structure as unknown[]) : [structure];
  const isFlat = items.every((item) => item instanceof KerasTensor);
  if (!isFlat) return null;
  const specs = items.map(({ shape, dtype }) => ({ shape, dtype }));
  return { specs, isArray };
}

/** Bytes of the results that are copied to JavaScript's memory at once, without a handle. */
const MOST_COPIED = 2 ** 16;

/** The outputs of the model for `data`; undefined when the data needs the general path. */
export function predictFlat(
  model: RawObject,
  data: ModelData,
  inputs: ModelInputs,
  batchSize: number,
): TensorTree | undefined {
  const isArray = Array.isArray(data);
  const items = isArray ? (data as readonly unknown[]) : [data];
  if (items.length === 0) return undefined;
  let known: FlatInputs | null | undefined;
  for (const item of items) {
    if (item instanceof Tensor) continue;
    if (!isTypedArray(item)) return undefined;
    if (known === undefined) known = inputs.flat();
    if (known === null || !fits(known, items.length, isArray)) return undefined;
  }
  try {
    items.forEach((item, i) => {
      if (item instanceof Tensor) core().predictAddTensor(item.raw);
      else
        addArray(item as TypedArray, known!.specs[i]!, isArray ? `the inputs[${i}]` : 'the inputs');
    });
  } catch (error) {
    core().predictCancel();
    throw error;
  }
  if (!core().predictAdded(model, isArray, batchSize))
    return movedOut(unpack(core().predictResult()) as TensorTree);
  // A large one is copied when it is read, or moved out when such results take too much (makeRoom()).
  if (describedSize() > MOST_COPIED) return unpack(core().predictResult()) as Tensor;
  const result = new Tensor(describedBytes(), readSpec());
  core().predictEnd();
  return result;
}

/** Moves the elements of the tensors in `value` to JavaScript's memory (see tensor_content.ts). Returns `value`. */
export function movedOut<T>(value: T): T {
  if (value instanceof Tensor) value.moveOut();
  else if (typeof value === 'object' && value !== null)
    Object.values(value as object).forEach(movedOut);
  return value;
}

// A single input may be passed in an array of one, and a list of one input without its array.
function fits({ specs, isArray }: FlatInputs, count: number, isGivenAsArray: boolean): boolean {
  if (specs.length !== count || !specs.every(({ dtype }) => isPlain(dtype))) return false;
  return isArray === isGivenAsArray || count === 1;
}

function isPlain(dtype: InputSpec['dtype']): boolean {
  return dtype !== 'bool' && arrayOf(dtype) !== undefined;
}

function addArray(data: TypedArray, { shape, dtype }: InputSpec, where: string): void {
  writeSpec(shape.length === 1 ? [data.length] : shapeFor(data.length, shape, where), dtype);
  core().predictAddData();
  fill(describedMemory(arrayOf(dtype)!, data.length), data, dtype);
}
