// What can be called in a graph: layers and the operations of keras.ops.

import { core } from '../boundary/core.js';
import type { Kwargs } from '../boundary/kwargs.js';
import { packArguments, unpack } from '../boundary/codec.js';
import { KerasObject, type ClassOf } from '../serialization/object.js';
import { KerasTensor, Tensor } from '../tensors/tensor.js';
import { makeRoom } from '../tensors/tensor_content.js';

/** A tensor, or tensors nested in arrays and objects. */
export type TensorNest =
  Tensor | null | readonly TensorNest[] | { readonly [key: string]: TensorNest };

/** What calls take and return: tensors, nested; and for operations constants beside them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type CallValue = any;

/** What can be called in a graph: layers, models, and the operations of `ops` as cloning hooks see them. */
export class Operation extends KerasObject {
  static override readonly className: string = 'Operation';

  /** The class, as in `layer.constructor.fromConfig(layer.getConfig())`. */
  declare ['constructor']: ClassOf<Operation>;

  /** Name of the operation: unique within a model. Setting it to a text with a slash is a ValueError. */
  get name(): string {
    return core().operationName(this.raw);
  }

  set name(name: string) {
    core().operationSetName(this.raw, name);
  }

  /**
   * Calls the operation, as `layer(x)` does in Python: computes on tensors, makes a node of the graph on KerasTensors.
   * Keyword arguments are one trailing `kwargs({ training: true })`.
   *
   * @returns what the operation returns: a tensor, or tensors in arrays and objects.
   */
  apply(...args: (CallValue | Kwargs)[]): CallValue {
    makeRoom();
    return unpack(core().operationApply(this.raw, packArguments(args))) as CallValue;
  }

  /** The input of the first call, as KerasTensors. ValueError when it was never called. */
  get input(): KerasTensor | CallValue {
    return unpack(core().operationInput(this.raw)) as CallValue;
  }

  /** The output of the first call, as KerasTensors. ValueError when it was never called. */
  get output(): KerasTensor | CallValue {
    return unpack(core().operationOutput(this.raw)) as CallValue;
  }
}
