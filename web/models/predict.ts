// The short way of a prediction: plain tensors or typed arrays in, mostly one tensor out, and no text across the border.

import { core } from '../boundary/core.js';
import { arrayOf, fill, isTypedArray, type TypedArray } from '../tensors/data.js';
import {
  describedBytes,
  describedMemory,
  readSpec,
  writeSpec,
} from '../boundary/scratch_buffer.js';
import { shapeFor, type InputSpec, type ModelData } from './input_data.js';
import { unpack } from '../boundary/codec.js';
import type { CallValue } from '../ops/operation.js';
import type { RawObject } from '../boundary/raw.js';
import { KerasTensor, Tensor } from '../tensors/tensor.js';

// What a model expects: one input, or several in an array.
interface FlatInputs {
  readonly specs: readonly InputSpec[];
  readonly isArray: boolean;
}

/**
 * What is known of a model's inputs: asking the core takes longer than a small model runs. Once a model has inputs they
 * never change (a Sequential refuses another).
 */
export class ModelInputs {
  readonly #model: { readonly kind: string; readonly input: unknown };
  #flat: FlatInputs | null = null;

  constructor(model: { readonly kind: string; readonly input: unknown }) {
    this.#model = model;
  }

  /** The inputs as KerasTensors, nested; null for models that do not know them yet. */
  structure(): unknown {
    if (this.#model.kind === 'functional') return this.#model.input;
    try {
      return this.#model.input;
    } catch {
      return null;
    }
  }

  /** The inputs as far as the short way can use them; null for dicts and deeper structures. */
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
  const specs = (items as KerasTensor[]).map(({ shape, dtype }) => ({ shape, dtype }));
  return { specs, isArray };
}

/** The outputs of the model for `data`; undefined when the data must go the long way. */
export function predictFlat(
  model: RawObject,
  data: ModelData,
  inputs: ModelInputs,
  batchSize: number,
): CallValue | undefined {
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
    return movedOut(unpack(core().predictResult()) as CallValue);
  const result = new Tensor(describedBytes(), readSpec());
  core().predictEnd();
  return result;
}

/** The tensors in `value`, with their elements in JavaScript's memory (see tensor_content.ts). */
export function movedOut(value: CallValue): CallValue {
  if (value instanceof Tensor) value.moveOut();
  else if (typeof value === 'object' && value !== null)
    Object.values(value as object).forEach(movedOut);
  return value;
}

// A single input may stand in an array of one, and be given without one.
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
