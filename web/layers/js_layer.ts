// Calls of the core to the methods of layers whose classes are written in JavaScript.

import type { CoreObject } from '../boundary/registry.js';
import { tensorsOf, type VariableStore } from '../saving/own_variables.js';
import { writeConfig } from '../serialization/object.js';
import type { Config } from '../base/config.js';
import type { Tensor } from '../tensors/tensor.js';
import type { ShapeTree, TensorTree } from '../tensors/tree.js';
import { statedSizes, type RnnCell } from './layer_options.js';
import { savedChildrenOf, sublayersOf } from './sublayers.js';

/** The methods of a layer that the core calls. */
interface JsLayer extends CoreObject, Partial<Pick<RnnCell, 'getInitialState'>> {
  call(...args: unknown[]): TensorTree;
  computeOutputShape(...inputShapes: ShapeTree[]): ShapeTree;
  computeMask(inputs: TensorTree, previousMask: TensorTree): TensorTree;
  getConfig(): Config;
  saveOwnVariables(store: VariableStore): void;
  loadOwnVariables(store: Readonly<Record<string, Tensor>>): void;
}

/**
 * Calls a method of a layer, with arguments from the core.
 *
 * @param Base the class Layer, which imports this file.
 */
export function callJsLayer(
  layer: JsLayer,
  Base: abstract new (...args: never[]) => JsLayer,
  method: string,
  args: unknown[],
  keywords: Record<string, unknown>,
): unknown {
  switch (method) {
    case 'call':
      return layer.call(...args, keywords);
    case 'computeOutputShape':
      return layer.computeOutputShape(...(args as ShapeTree[]));
    case 'computeMask':
      return layer.computeMask(...(args as [TensorTree, TensorTree]));
    case 'getConfig':
      return writeConfig(layer, layer.getConfig());
    case 'cell':
      return statedSizes(layer);
    case 'getInitialState':
      return layer.getInitialState!(...(args as [number]));
    case 'saveOwnVariables': {
      const store = Object.create(null) as VariableStore;
      layer.saveOwnVariables(store);
      return tensorsOf(store);
    }
    case 'loadOwnVariables': {
      const [store] = args as [Record<string, Tensor>];
      for (const value of Object.values(store)) value.keep();
      layer.loadOwnVariables(store);
      return null;
    }
    case 'sublayers':
      return sublayersOf(layer, Base);
    case 'savedChildren':
      return savedChildrenOf(layer, Base);
    default:
      throw new Error(`Unknown method ${method}`);
  }
}
