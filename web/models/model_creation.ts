// Creates the core's models from options, graphs and configs.

import { core } from '../boundary/core.js';
import { pack, packConfig } from '../boundary/codec.js';
import { packClassOptions } from '../boundary/fields.js';
import { isOptionsObject, notOptions, readOptions } from '../boundary/option_reader.js';
import type { RawObject } from '../boundary/raw.js';
import { builtinName, wrapObject, type CoreObject } from '../boundary/registry.js';
import { KerasTypeError } from '../errors/errors.js';
import { customClass, takesGraph } from '../custom_classes/custom_class.js';
import { Layer, layerMethods } from '../layers/layer.js';
import type { AnyClass } from '../base/callable.js';
import type { Config } from '../base/config.js';
import type { KerasClass } from '../serialization/object.js';
import { ownName } from '../base/registered_names.js';
import { modelOptions, type ModelOptions } from './model_options.js';

// The graph passed to a user-defined constructor, and whether it reached the constructor of Model.
let passed: { readonly graph: ModelOptions; arrived: boolean } | null = null;

/**
 * Creates a model of a user-defined class from a graph, as `clone_model` does; null when its constructor creates a graph
 * of its own. @internal
 */
export function modelFromGraph(Class: object, graph: ModelOptions): unknown {
  const outer = passed;
  const inner = (passed = { graph, arrived: false });
  try {
    const made: unknown = new (Class as new (options: ModelOptions) => unknown)({ ...graph });
    return inner.arrived ? made : null;
  } finally {
    passed = outer;
  }
}

/** The options of `new Model(...)`: an object, or the inputs, the outputs and perhaps an object. @internal */
export function graphOptions(args: readonly unknown[]): ModelOptions {
  const [first, outputs, options] = args;
  const isPositional =
    outputs !== undefined && !(isOptionsObject(first) && ('inputs' in first || 'outputs' in first));
  if (!isPositional) return first ?? {};
  return Object.assign({}, options, { inputs: first, outputs }) as ModelOptions;
}

/**
 * The core's object for `new target(options)`: a functional model for a graph, else a model of a user-defined class.
 *
 * @param isOwn whether the class is user-defined. @internal
 */
export function createModel(
  target: AnyClass & { readonly name: string },
  isOwn: boolean,
  options: ModelOptions | null,
): RawObject {
  options ??= {};
  if (!isOptionsObject(options)) throw notOptions(ownName(target), options, ['inputs', 'outputs']);
  const isGraph = 'inputs' in options || 'outputs' in options;
  if (passed && options.inputs === passed.graph.inputs && options.outputs === passed.graph.outputs)
    passed.arrived = true;
  if (isOwn && !isGraph) {
    const index = customClass(target, Layer, 'model', layerMethods, true);
    return core().subclassedModelCreate(index, packClassOptions(target, options));
  }
  const read = readOptions<ModelOptions>(ownName(target), options, modelOptions);
  const { inputs, outputs, name = null, trainable = null } = read;
  if (inputs === undefined || outputs === undefined)
    throw new KerasTypeError(
      `A ${target.name} is made of inputs and outputs: new Model({ inputs, outputs }).`,
    );
  const definition = pack({ inputs, outputs, name, trainable }, 'The model');
  if (!isOwn) return core().functionalCreate(definition);
  const index = customClass(target, Layer, 'model', layerMethods, !takesGraph(target));
  return core().extendedFunctionalCreate(index, definition);
}

const graphKeys = ['name', 'layers', 'input_layers', 'output_layers'];

/**
 * A model of a class from its config.
 *
 * @param Base the class Model, which revives the graph of a user-defined class. @internal
 */
export function modelFromConfig<T extends CoreObject>(
  Class: KerasClass<T>,
  Base: AnyClass,
  config: Config,
): T {
  const isGraph = graphKeys.every((key) => key in config) && takesGraph(Class);
  const name = builtinName(Class) ?? (isGraph ? builtinName(Base) : undefined);
  const Own = Class as new (options: object) => T;
  if (!name) return new Own({ ...config });
  const made = wrapObject(core().objectFromConfig(name.module, name.className, packConfig(config)));
  if (builtinName(Class)) return made as T;
  // The constructor of a user-defined class creates the model from the graph.
  const { layers, input_layers, output_layers, ...rest } = config;
  const { input, output } = made as CoreObject & {
    readonly input: unknown;
    readonly output: unknown;
  };
  return new Own({ ...rest, inputs: input, outputs: output });
}
