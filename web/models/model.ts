// Models: what Sequential, Functional and subclassed models share.

import { core } from '../boundary/core.js';
import type { CustomObjects, RevivalNames } from '../serialization/custom_objects.js';
import { describe, type TensorData } from '../tensors/data.js';
import { AttributeError, KerasTypeError, ValueError } from '../errors/errors.js';
import { packClassOptions } from '../boundary/fields.js';
import { parseJson, writeJson } from '../boundary/json.js';
import { customClass, takesGraph } from '../layers/custom_class.js';
import { Layer, layerMethods } from '../layers/layer.js';
import { shapesOf, toModelInputs, type ModelData } from './input_data.js';
import {
  layerSelector,
  modelOptions,
  readPredictOptions,
  summaryOptions,
} from './model_options.js';
import type { ModelOptions, PredictOptions, SummaryOptions } from './model_options.js';
import { mapWeights, type WeightMapper } from './map_weights.js';
import { pack, packConfig, unpack } from '../boundary/codec.js';
import { reviveNaming, type ClassOf, type KerasClass } from '../serialization/object.js';
import type { CallValue, Operation } from '../ops/operation.js';
import { isOptionsObject, notOptions, readOptions } from '../boundary/option_reader.js';
import { ModelInputs, movedOut, predictFlat } from './predict.js';
import type { RawObject } from '../boundary/raw.js';
import { ownName } from '../serialization/registered_names.js';
import {
  Adopted,
  builtinName,
  CoreObject,
  knownObjectsOf,
  objectsOf,
  wrapObject,
} from '../boundary/registry.js';
import { loadWeights, type LoadWeightsOptions } from '../saving/load_weights.js';
import {
  saveModel,
  saveWeights,
  type SaveOptions,
  type SaveWeightsOptions,
} from '../saving/save_model.js';
import type { FilesByName, ModelSource } from '../saving/source.js';
import { assignTree, treeOf, type StateTree, type VariableTree } from './state_tree.js';
import { subModel, type SubModelOptions } from './sub_model.js';
import { KerasTensor, Tensor } from '../tensors/tensor.js';
import { makeRoom } from '../tensors/tensor_content.js';
import type { Config } from '../serialization/config.js';
import type { Variable } from '../tensors/variable.js';
import type { Url } from '../runtime/platform_types.js';
export type { ModelOptions, PredictOptions, SummaryOptions };

/**
 * A model. `new Model({ inputs, outputs })` makes a Functional one from the graph between KerasTensors. Extended by a
 * class with a `call`, it is a model of the layers on its properties:
 *
 * ```js
 * class Twice extends Model {
 *   static className = 'Twice';
 *   constructor(options) {
 *     super(options);
 *     this.dense = new layers.Dense({ units: 4 });
 *   }
 *   call(x) {
 *     return this.dense.apply(this.dense.apply(x));
 *   }
 * }
 * ```
 */
export class Model extends Layer {
  static override readonly className: string = 'Model';

  /** The class, as in `model.constructor.fromConfig(model.getConfig())`. */
  declare ['constructor']: ClassOf<Model>;

  // Objects of layers that existed when the model was first looked at: properties that users set on them stay.
  readonly #kept: Set<CoreObject>;
  readonly #inputs = new ModelInputs(this);

  constructor(options: ModelOptions = {}) {
    super(
      (options instanceof Adopted ? options : new Adopted(create(new.target, options))) as object,
    );
    if (new.target === Model) Object.setPrototypeOf(this, Functional.prototype);
    this.#kept = new Set(this.kind === 'model' ? [] : knownObjectsOf(core().modelLayers(this.raw)));
  }

  // --- Structure ---

  /** The layers, without operations of `ops` and, in a Sequential, without its InputLayer. */
  get layers(): Layer[] {
    return objectsOf(core().modelLayers(this.raw)) as Layer[];
  }
  set layers(_: unknown) {
    throw new AttributeError(
      this.kind === 'sequential'
        ? '`Sequential.layers` attribute is reserved and should not be used. Use `add()` and `pop()` to change the layers in this model.'
        : '`Model.layers` attribute is reserved and should not be used. Please use another name.',
    );
  }

  /** Layers and operations of the graph, in its order. */
  get operations(): Operation[] {
    return objectsOf(core().modelOperations(this.raw)) as Operation[];
  }

  /** The layer of that name, or at that place; negative places count from the end. ValueError when there is none. */
  getLayer(which: { name?: string; index?: number } | string | number): Layer {
    return wrapObject(core().modelGetLayer(this.raw, layerSelector(which))) as CoreObject as Layer;
  }

  /** The input tensors as one list. AttributeError while a Sequential has none. */
  get inputs(): KerasTensor[] {
    return unpack(core().modelTensors(this.raw, true, true)) as KerasTensor[];
  }

  /** The output tensors as one list. AttributeError while a Sequential has none. */
  get outputs(): KerasTensor[] {
    return unpack(core().modelTensors(this.raw, false, true)) as KerasTensor[];
  }

  /** The input tensors in the structure that was given to the constructor. */
  override get input(): CallValue {
    return unpack(core().modelTensors(this.raw, true, false)) as CallValue;
  }

  /** The output tensors in the structure that was given to the constructor. */
  override get output(): CallValue {
    return unpack(core().modelTensors(this.raw, false, false)) as CallValue;
  }

  /** The shape of the input, nested as the inputs are. */
  get inputShape(): CallValue {
    return shapesOf(this.input);
  }

  /** The shape of the output, nested as the outputs are. */
  get outputShape(): CallValue {
    return shapesOf(this.output);
  }

  /**
   * The part of the model between some of its tensors, as a model of the same layers and weights. Both ends are told by
   * KerasTensors, layers or names, also nested:
   *
   * ```js
   * model.subModel({ outputs: ['conv2', 'pool2'] }); // activations
   * model.subModel({ inputs: 'block3', outputs: 'block4' }); // from what goes into block3 to what comes out of block4
   * model.subModel({ inputs: 'flatten:0', outputs: model.output }); // from what comes out of flatten
   * ```
   *
   * ValueError for what the model does not have, for a layer of several calls of which none was chosen (`'dense@1'`), and
   * for outputs that need more than the inputs.
   */
  subModel(options: SubModelOptions): Functional {
    return subModel(this, options);
  }

  // --- Weights ---

  /**
   * Replaces weights by what a function returns for them; undefined leaves a weight as it is.
   *
   * ```js
   * model.mapWeights((weight, values) => (weight.name === 'kernel' ? values.map((w) => w * 0.9) : undefined));
   * ```
   *
   * The function gets copies. ValueError that names the weight when size or shape do not fit. After an error, also of the
   * function, no weight has changed.
   */
  mapWeights(mapper: WeightMapper): this {
    mapWeights(this, mapper);
    return this;
  }

  /**
   * Moves every weight the part `t` of the way to the weight of `other` at the same place: 0 leaves all as it is, 1 copies
   * the bits. Weights of integers cannot be mixed: they are copied unless `t` is 0. ValueError that names the weight when
   * number or shapes differ; nothing has changed then.
   */
  lerpWeights(other: Model, t: number): this {
    if (!(other instanceof Model))
      throw new KerasTypeError(`lerpWeights() takes a model. Received: ${describe(other)}`);
    if (typeof t !== 'number')
      throw new KerasTypeError(`lerpWeights() takes a number t. Received: ${describe(t)}`);
    core().modelLerpWeights(this.raw, other.raw, t);
    return this;
  }

  // --- Prediction ---

  /**
   * The outputs for all samples of `data`, computed batch by batch with `training` off.
   *
   * @param data tensors or plain data, in the structure of the inputs. A typed array is cut into samples by the shape
   *   of its input.
   * @param options a number is the batch size, as in Keras.
   * @returns tensors in the structure of the outputs; `.data()` and `.array()` are plain JavaScript data.
   */
  predict(data: ModelData, options?: PredictOptions | number | null): CallValue {
    const { batchSize, onProgress } = readPredictOptions(options);
    makeRoom();
    if (!onProgress) {
      const result = predictFlat(this.raw, data, this.#inputs, batchSize);
      if (result !== undefined) return result;
    }
    const made: Tensor[] = [];
    try {
      const inputs = pack(toModelInputs(data, this.#inputs, made), 'The input');
      return movedOut(
        unpack(core().modelPredict(this.raw, inputs, batchSize, onProgress ?? null)) as CallValue,
      );
    } finally {
      for (const tensor of made) tensor.dispose();
    }
  }

  // --- Text and configs ---

  /** The table of layers as Keras prints it. It is printed, and returned. */
  summary(options: SummaryOptions = {}): string {
    const { printFn = console.log, ...rest } = readOptions('summary()', options, summaryOptions);
    const text = core().modelSummary(this.raw, JSON.stringify(rest));
    printFn?.(text);
    return text;
  }

  /** The model's record as JSON, from which `modelFromJson` makes it again, here or in Python. Without weights. */
  toJson(): string {
    return core().modelToJson(this.raw);
  }

  /** What `compile()` was called with in Keras; null for a model that was not compiled. Kept through every trip. */
  get compileConfig(): Config | null {
    const config = parseJson(core().modelCompileConfig(this.raw)) as Config | null;
    return config && Object.keys(config).length > 0 ? config : null;
  }

  set compileConfig(config: Config | null) {
    core().modelSetCompileConfig(this.raw, writeJson(config ?? {}));
  }

  // --- State ---

  /** The weights as plain objects, by the parts of their paths. ValueError when two weights have one path. */
  getStateTree(): StateTree {
    return {
      trainable_variables: treeOf(this.trainableWeights),
      non_trainable_variables: treeOf(this.#otherVariables()),
    };
  }

  /** Takes weights back that `getStateTree()` gave; those that the tree does not have stay as they are. */
  setStateTree(tree: Partial<Record<keyof StateTree, VariableTree<Tensor | TensorData>>>): void {
    for (const [name, branch] of Object.entries(tree)) {
      if (name === 'trainable_variables') assignTree(this.trainableWeights, branch);
      else if (name === 'non_trainable_variables') assignTree(this.#otherVariables(), branch);
      else throw new ValueError(`Unknown variable name: ${name}`);
    }
  }

  #otherVariables(): Variable[] {
    const trainable = new Set(this.trainableWeights);
    return this.variables.filter((variable) => !trainable.has(variable));
  }

  // --- Files ---

  /**
   * The bytes of a `.keras` file that Keras opens, with config and weights; of a legacy `.h5` file when the path or
   * `format` says so.
   *
   * @param path also writes the file, in Node.
   */
  save(path?: string | Url, options?: SaveOptions): Promise<Uint8Array> {
    return saveModel(this, path, options);
  }

  /**
   * The bytes of a `.weights.h5` file that Keras opens. With `maxShardSize`: of several, and of the `.weights.json` that
   * says what is where.
   *
   * @param path also writes the files, in Node.
   */
  saveWeights(
    path: string | Url | undefined,
    options: SaveWeightsOptions & { maxShardSize: number },
  ): Promise<Record<string, Uint8Array>>;
  saveWeights(path?: string | Url, options?: SaveWeightsOptions): Promise<Uint8Array>;
  saveWeights(
    path?: string | Url,
    options?: SaveWeightsOptions,
  ): Promise<Uint8Array | Record<string, Uint8Array>> {
    return saveWeights(this, path, options);
  }

  /**
   * Reads weights that `saveWeights` or Keras wrote: from a path in Node, an address, a File or Blob, or bytes; or from
   * several files by name.
   *
   * @returns the names of layers that were left as they are; none unless `skipMismatch` is set.
   */
  loadWeights(source: ModelSource | FilesByName, options?: LoadWeightsOptions): Promise<string[]> {
    return loadWeights(this, source, options);
  }

  /**
   * A model of this class from what `getConfig()` returned.
   *
   * @param customObjects classes and functions that the config names.
   * @param options `lambdas`: bodies of Lambda layers by the names of the layers.
   */
  static override fromConfig<T extends CoreObject>(
    this: KerasClass<T>,
    config: Config,
    customObjects?: CustomObjects | null,
    options: Pick<RevivalNames, 'lambdas'> = {},
  ): T {
    return reviveNaming({ customObjects, ...options }, config, () => modelFromConfig(this, config));
  }

  override dispose(): void {
    super.dispose();
    this.#kept.clear();
  }
}

/** A model that is a graph between its inputs and outputs: what `new Model({ inputs, outputs })` makes. */
export class Functional extends Model {
  static override readonly className: string = 'Functional';

  /** True for every model that is a graph, also of a class that extends `Model`. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this === Functional) return value instanceof Model && value.kind === 'functional';
    return Function.prototype[Symbol.hasInstance].call(this, value);
  }
}

// A graph that a constructor gets in order to hand it on, and whether it did.
let handed: { readonly graph: ModelOptions; arrived: boolean } | null = null;

/**
 * `new Class(graph)`, as clone_model makes models of a class of the user's own; null when the constructor makes a graph
 * of its own. @internal
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
export function modelFromGraph(Class: Function, graph: ModelOptions): Model | null {
  const outer = handed;
  const inner = (handed = { graph, arrived: false });
  try {
    const made = new (Class as unknown as new (options: ModelOptions) => Model)({ ...graph });
    return inner.arrived ? made : null;
  } finally {
    handed = outer;
  }
}

function create(target: typeof Model, options: ModelOptions): RawObject {
  if (options === null) options = {};
  if (!isOptionsObject(options)) throw notOptions(ownName(target), options, ['inputs', 'outputs']);
  const isGraph = 'inputs' in options || 'outputs' in options;
  if (handed && options.inputs === handed.graph.inputs && options.outputs === handed.graph.outputs)
    handed.arrived = true;
  const isOwn = target !== Model && target !== Functional;
  if (isOwn && !isGraph) {
    const index = customClass(target as never, Layer as never, 'model', layerMethods, true);
    return core().subclassedModelCreate(index, packClassOptions(target, options));
  }
  const read = readOptions(ownName(target), options, modelOptions);
  const { inputs, outputs, name = null, trainable = null } = read as Record<string, unknown>;
  if (inputs === undefined || outputs === undefined)
    throw new KerasTypeError(
      `A ${target.name} is made of inputs and outputs: new Model({ inputs, outputs }).`,
    );
  const definition = pack({ inputs, outputs, name, trainable }, 'The model');
  if (!isOwn) return core().functionalCreate(definition);
  const ownGraph = !takesGraph(target);
  const index = customClass(target as never, Layer as never, 'model', layerMethods, ownGraph);
  return core().extendedFunctionalCreate(index, definition);
}

const graphKeys = ['name', 'layers', 'input_layers', 'output_layers'];

function modelFromConfig<T extends CoreObject>(Class: KerasClass<T>, config: Config): T {
  const isGraph = graphKeys.every((key) => key in config) && takesGraph(Class);
  const name = builtinName(Class) ?? (isGraph ? builtinName(Model) : undefined);
  const Own = Class as unknown as new (options: object) => T;
  if (!name) return new Own({ ...config });
  const made = wrapObject(
    core().objectFromConfig(name.module, name.className, packConfig(config)),
  ) as CoreObject;
  if (builtinName(Class)) return made as T;
  // The graph of a class of the user's own: its constructor makes the model.
  const { layers: _1, input_layers: _2, output_layers: _3, ...rest } = config;
  const graph = made as Functional;
  return new Own({ ...rest, inputs: graph.input, outputs: graph.output });
}
