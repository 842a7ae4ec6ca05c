// Trees, as in keras.tree: values nested in arrays and plain objects.

import type { Shape } from '../base/config.js';
import type { Tensor } from './tensor.js';

/** A tensor, or tensors nested in arrays and plain objects. `null` stands for a tensor that is left out. */
export type TensorTree<T extends Tensor = Tensor> =
  T | null | readonly TensorTree<T>[] | { readonly [key: string]: TensorTree<T> };

/**
 * A tensor, or an array of tensors, depending on the layer: use it as what the layer has. Assign it to a `TensorTree` to
 * look which one it is.
 */
export type OneOrMany<T extends Tensor = Tensor> = T & T[];

/** The shape of a tensor, or the shapes of a tree of tensors. */
export type ShapeTree = Shape | readonly ShapeTree[] | { readonly [key: string]: ShapeTree };
