// Creates tensors from JavaScript's values.

import { core } from '../boundary/core.js';
import type { RawTensor } from '../boundary/raw.js';
import { describedMemory, writeSpec } from '../boundary/scratch_buffer.js';
import type { DType } from '../base/config.js';
import { KerasTypeError, ValueError } from '../errors/errors.js';
import { arrayOf, describe, fill, flatten, guessDType, sizeOf, type TensorData } from './data.js';
import { packStrings, uploadStrings } from './strings.js';
import { Tensor } from './tensor.js';

/**
 * Creates a tensor: `tensor([[1, 2], [3, 4]])`, `tensor(new Float32Array(6), [2, 3])`, `tensor(3, null, 'int32')`.
 *
 * @param data a number, boolean or string, nested arrays of them, a typed array, or a tensor.
 * @param shape shape of the result; the shape of the data by default.
 * @param dtype dtype of the result. By default typed arrays keep their dtype, booleans become `bool`, strings `string`,
 *   bigints `int64` and numbers `float32`.
 * @throws ValueError when the data does not have the size of the shape, or when nested arrays have different lengths.
 */
export function tensor(
  data: TensorData | Tensor,
  shape?: readonly number[] | null,
  dtype?: DType | null,
): Tensor {
  checkShape(shape);
  if (data instanceof Tensor) return copyTensor(data, shape, dtype);
  const flat = flatten(data);
  const wanted = shape ?? flat.shape;
  if (sizeOf(wanted) !== flat.leaves.length) throw cannotReshape(flat.leaves.length, wanted);
  return makeTensor(flat.leaves, wanted, dtype ?? guessDType(flat.leaves));
}

function checkShape(shape: unknown): void {
  if (shape === undefined || shape === null) return;
  if (Array.isArray(shape)) return; // its sizes are checked with the data
  const hint =
    typeof shape === 'string'
      ? ` The dtype comes third: tensor(data, null, ${describe(shape)}).`
      : '';
  throw new KerasTypeError(
    `tensor() takes a shape: an array of sizes. Received: ${describe(shape)}.${hint}`,
  );
}

function cannotReshape(size: number, shape: readonly number[]): ValueError {
  return new ValueError(
    `cannot reshape array of size ${size} into shape (${shape.join(',')}${shape.length === 1 ? ',' : ''})`,
  );
}

function copyTensor(
  source: Tensor,
  shape: readonly number[] | null | undefined,
  dtype: DType | null | undefined,
): Tensor {
  const wanted = shape ?? (source.shape as readonly number[]);
  if (sizeOf(wanted) !== source.size) throw cannotReshape(source.size ?? 0, wanted);
  const bytes = source.bytes();
  if (source.dtype === 'string') {
    if (dtype && dtype !== 'string')
      throw new KerasTypeError(`A tensor of strings cannot be converted to ${dtype}.`);
    return stringTensor(bytes, wanted);
  }
  writeSpec(wanted, source.dtype);
  const raw = core().tensorAllocate();
  core().tensorView(raw).set(bytes);
  return casted(raw, wanted, source.dtype, dtype ?? source.dtype);
}

/** Creates a tensor from flat data. @internal */
export function makeTensor(
  leaves: ArrayLike<unknown>,
  shape: readonly number[],
  dtype: DType,
): Tensor {
  if (dtype === 'string') return stringTensor(packStrings(leaves), shape);
  const stored = arrayOf(dtype) ? dtype : 'float32';
  const constructor = arrayOf(stored)!;
  writeSpec(shape, stored);
  const raw = core().tensorAllocate();
  try {
    fill(describedMemory(constructor, leaves.length), leaves, stored);
  } catch (error) {
    raw.delete();
    throw error;
  }
  return casted(raw, shape, stored, dtype);
}

function stringTensor(block: Uint8Array, shape: readonly number[]): Tensor {
  return new Tensor(uploadStrings(block, shape), { shape: [...shape], dtype: 'string' });
}

function casted(raw: RawTensor, shape: readonly number[], from: DType, to: DType): Tensor {
  if (from === to) return new Tensor(raw, { shape: [...shape], dtype: to });
  try {
    return new Tensor(core().tensorCast(raw, to), { shape: [...shape], dtype: to });
  } finally {
    raw.delete();
  }
}
