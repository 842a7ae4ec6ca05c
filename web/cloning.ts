// cloneModel: a model of the same graph, with hooks that change layers and calls on the way.

import { core } from './core.js';
import { withRevivalNames, type RevivalNames } from './custom_objects.js';
import { ValueError, KerasTypeError } from './errors.js';
import { during } from './host_table.js';
import type { Kwargs } from './kwargs.js';
import type { Layer } from './layers/layer.js';
import { Model } from './model.js';
import { pack } from './nest.js';
import type { CallValue, Operation } from './operation.js';
import { CoreObject, wrapObject } from './registry.js';

export interface CloneOptions extends RevivalNames {
  /**
   * KerasTensors on which the clone is built, in the structure of the model's inputs; new Inputs by default. A Sequential
   * takes one tensor, alone or in an array.
   */
  inputTensors?: CallValue;
  /**
   * Returns what stands for a layer in the clone: a new layer, the same one, a wrapper or model around it, or a function.
   * It sees every layer once, and the operations of `ops`, but no InputLayer. By default:
   * `(layer) => layer.constructor.fromConfig(layer.getConfig())`.
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  cloneFunction?: ((layer: any) => CallValue) | null;
  /**
   * Calls what `cloneFunction` returned and gives its output back, so that calls can be added before and after. Only
   * for Functional models. By default: `(layer, ...args) => layer.apply(...args)`. Keyword arguments are one trailing
   * `kwargs()`.
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  callFunction?: ((layer: any, ...args: (CallValue | Kwargs)[]) => CallValue) | null;
  /** Whether models inside of the model are cloned by the same hooks, instead of by `cloneFunction` as a whole. */
  recursive?: boolean;
}

const names = [
  'inputTensors',
  'cloneFunction',
  'callFunction',
  'recursive',
  'customObjects',
  'lambdas',
];

/**
 * A model of the same graph with new layers and fresh weights; `clone.setWeights(model.getWeights())` carries the
 * weights over. Errors that a hook throws come out as they are.
 */
export function cloneModel<T extends Model>(model: T, options: CloneOptions = {}): T {
  const { inputTensors, cloneFunction, callFunction, recursive = false } = options;
  const unknown = Object.keys(options).filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new ValueError(
      `Unexpected keyword argument(s): (${unknown.map((name) => `'${name}'`).join(', ')}${unknown.length === 1 ? ',' : ''})`,
    );
  if (!(model instanceof Model))
    throw new KerasTypeError(`cloneModel() clones models. Received: ${String(model)}`);
  const hasInputTensors = inputTensors !== undefined && inputTensors !== null;
  const packed = pack(
    { inputTensors: inputTensors ?? null, hasInputTensors, recursive: Boolean(recursive) },
    'inputTensors',
  );
  const raw = withRevivalNames(options, () =>
    during(checkHook(cloneFunction, 'cloneFunction'), 'hook', (cloneHook) =>
      during(checkHook(callFunction, 'callFunction'), 'hook', (callHook) =>
        core().cloneModel(model.raw, packed, cloneHook, callHook),
      ),
    ),
  );
  return wrapObject(raw) as CoreObject as T;
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
function checkHook(hook: unknown, name: string): Function | null {
  if (hook === undefined || hook === null) return null;
  if (typeof hook === 'function') return hook;
  throw new KerasTypeError(`${name} must be a function. Received: ${String(hook)}`);
}

/** What hooks get: layers, and operations of `ops`. */
export type HookLayer = Layer | Operation;
