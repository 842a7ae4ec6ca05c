// The shapes of tensors, nested as the tensors are.

import { Tensor } from './tensor.js';
import type { ShapeTree, TensorTree } from './tree.js';

/** The shapes of a tree of tensors; KerasTensors have null where a size is unknown. */
export function shapesOf(tensors: TensorTree): ShapeTree {
  if (tensors instanceof Tensor) return [...tensors.shape];
  if (Array.isArray(tensors)) return (tensors as TensorTree[]).map(shapesOf);
  return Object.fromEntries(
    Object.entries(tensors ?? {}).map(([key, value]) => [key, shapesOf(value)]),
  );
}
