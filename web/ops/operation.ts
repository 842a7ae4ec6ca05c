// What can be called in a graph: layers, models and the operations of keras.ops.

import { core } from '../boundary/core.js';
import { packArguments, unpack } from '../boundary/codec.js';
import { KerasObject, type ClassOf } from '../serialization/object.js';
import type { KerasTensor, Tensor } from '../tensors/tensor.js';
import { makeRoom } from '../tensors/tensor_content.js';
import type { OneOrMany, TensorTree } from '../tensors/tree.js';
import type { CallArgument, CallArguments } from './call_value.js';

/** A node-making callable: a layer, a model, or an operation of `ops` as cloning hooks see it. */
export class Operation extends KerasObject {
  static override readonly className: string = 'Operation';

  /** The class, as in `layer.constructor.fromConfig(layer.getConfig())`. */
  declare ['constructor']: ClassOf<Operation>;

  /**
   * Name of the operation, unique within a model.
   *
   * @throws ValueError when set to a name that contains a slash.
   */
  get name(): string {
    return core().operationName(this.raw);
  }

  set name(name: string) {
    core().operationSetName(this.raw, name);
  }

  /**
   * Calls the operation, as `layer(x)` does in Python: computes with tensors, adds a node to the graph for KerasTensors.
   *
   * ```js
   * const y = dense.apply(x);
   * const z = dropout.apply(y, kwargs({ training: true }));
   * ```
   *
   * One tensor in is one tensor out. State the type of any other result: `lstm.apply<Tensor[]>(x)` for a layer with
   * `returnState`, `model.apply<{ score: Tensor }>(x)` for a model with named outputs.
   *
   * @param inputs a tensor, or tensors nested in arrays and objects.
   * @param args more arguments by position; keyword arguments are one trailing `kwargs()`.
   * @throws ValueError when the inputs do not fit the layer, as in Keras.
   */
  apply<R extends TensorTree = KerasTensor>(inputs: KerasTensor, ...args: CallArgument[]): R;
  apply<R extends TensorTree = Tensor>(inputs: Tensor, ...args: CallArgument[]): R;
  apply<R extends TensorTree = TensorTree<KerasTensor>>(
    inputs: TensorTree<KerasTensor>,
    ...args: CallArgument[]
  ): R;
  apply<R extends TensorTree = TensorTree>(...args: CallArguments): R;
  apply(...args: CallArgument[]): unknown {
    makeRoom();
    return unpack(core().operationApply(this.raw, packArguments(args)));
  }

  /**
   * The input of the first symbolic call: a KerasTensor, or KerasTensors nested as they were passed.
   *
   * @throws ValueError when the operation was never called.
   */
  get input(): OneOrMany<KerasTensor> {
    return unpack(core().operationInput(this.raw)) as OneOrMany<KerasTensor>;
  }

  /**
   * The output of the first symbolic call: a KerasTensor, or KerasTensors nested as they were returned.
   *
   * @throws ValueError when the operation was never called.
   */
  get output(): OneOrMany<KerasTensor> {
    return unpack(core().operationOutput(this.raw)) as OneOrMany<KerasTensor>;
  }
}
