// x[key], whose key may be an array.

import { tuple } from '../boundary/python_values.js';
import type { Tensor } from '../tensors/tensor.js';
import { op, type TensorLike } from './call.js';

const getItemOp = op<(x: TensorLike, key: unknown) => Tensor>('get_item', 'x key');

/**
 * Part of a tensor, like Python's `x[key]`: a number, a `slice()`, `ellipsis`, `null` for a new axis, an integer tensor, or
 * an array of them, one per axis. `ops.getItem(x, [slice(), 0])` is `x[:, 0]`.
 */
export function getItem(x: TensorLike, key: unknown): Tensor {
  return getItemOp(x, Array.isArray(key) ? tuple(key) : key);
}
