// The base of Sequential, Functional and subclassed models.

import { core } from '../boundary/core.js';
import type { CustomObjects, RevivalNames } from '../serialization/custom_objects.js';
import { describe, type NestedArray, type TensorData, type TypedArray } from '../tensors/data.js';
import { AttributeError, KerasTypeError, ValueError } from '../errors/errors.js';
import { parseJson, writeJson } from '../boundary/json.js';
import { Layer } from '../layers/layer.js';
import { toModelInputs, type ModelData } from './input_data.js';
import { createModel, graphOptions, modelFromConfig } from './model_creation.js';
import { layerSelector, readPredictOptions, summaryOptions } from './model_options.js';
import type { ModelOptions, PredictOptions, SummaryOptions } from './model_options.js';
import { mapWeights, type WeightMapper } from './map_weights.js';
import { pack, unpack } from '../boundary/codec.js';
import { reviveNaming, type ClassOf, type KerasClass } from '../serialization/object.js';
import { refuseTangents } from '../ops/jvp.js';
import type { Operation } from '../ops/operation.js';
import { readOptions } from '../boundary/option_reader.js';
import { ModelInputs, movedOut, predictFlat } from './predict.js';
import { Adopted, knownObjectsOf, objectsOf, wrapObject } from '../boundary/registry.js';
import type { CoreObject } from '../boundary/registry.js';
import { loadWeights, type LoadWeightsOptions } from '../saving/load_weights.js';
import { saveModel, type SaveOptions, type SeveralFiles } from '../saving/save_model.js';
import { saveWeights, type SaveWeightsOptions } from '../saving/save_weights.js';
import type { FileSource } from '../saving/file_set.js';
import { assignTree, treeOf, type StateTree, type VariableTree } from './state_tree.js';
import { subModel, type SubModelOptions } from './sub_model.js';
import type { KerasTensor, Tensor } from '../tensors/tensor.js';
import { shapesOf } from '../tensors/shapes_of.js';
import { makeRoom } from '../tensors/tensor_content.js';
import type { OneOrMany, TensorTree } from '../tensors/tree.js';
import type { Config, Shape } from '../base/config.js';
import type { Variable } from '../tensors/variable.js';
import type { Url } from '../runtime/platform/platform_types.js';
import type { ByteTarget } from '../runtime/platform/write_stream.js';

export { modelFromGraph } from './model_creation.js';
export type { ModelOptions, PredictOptions, SummaryOptions };

/**
 * A model. `new Model({ inputs, outputs })` creates a Functional model from the graph between KerasTensors. A class that
 * extends Model and has a `call` is a model of the layers on its properties:
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

  // Keeps the JavaScript objects of layers that exist now alive, with the properties that users set on them.
  readonly #kept: Set<CoreObject>;
  readonly #inputs = new ModelInputs(this);

  constructor(options?: ModelOptions);
  constructor(
    inputs: TensorTree,
    outputs: TensorTree,
    options?: Omit<ModelOptions, 'inputs' | 'outputs'>,
  );
  constructor(...args: [(ModelOptions | TensorTree)?, TensorTree?, ModelOptions?]) {
    const options = graphOptions(args);
    super(options instanceof Adopted ? options : adopt(new.target, options));
    if (new.target === Model) Object.setPrototypeOf(this, Functional.prototype);
    this.#kept = new Set(this.kind === 'model' ? [] : knownObjectsOf(core().modelLayers(this.raw)));
  }

  // --- Structure ---

  /** The layers, without operations of `ops`; for a Sequential, without its InputLayer. */
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

  /** Layers and operations of the graph, in execution order. */
  get operations(): Operation[] {
    return objectsOf(core().modelOperations(this.raw)) as Operation[];
  }

  /**
   * The layer with a name, `getLayer('dense')`, or at an index, `getLayer(-1)`; a negative index counts from the end.
   *
   * @throws ValueError when the model has no such layer.
   */
  getLayer(which: { name?: string; index?: number } | string | number): Layer {
    return wrapObject(core().modelGetLayer(this.raw, layerSelector(which))) as Layer;
  }

  /**
   * The input tensors as a flat list.
   *
   * @throws AttributeError for a Sequential that has no input yet.
   */
  get inputs(): KerasTensor[] {
    return unpack(core().modelTensors(this.raw, true, true)) as KerasTensor[];
  }

  /**
   * The output tensors as a flat list.
   *
   * @throws AttributeError for a Sequential that has no input yet.
   */
  get outputs(): KerasTensor[] {
    return unpack(core().modelTensors(this.raw, false, true)) as KerasTensor[];
  }

  /** The input tensor. Several are nested as in the constructor's `inputs`; `inputs` is a flat list. */
  override get input(): OneOrMany<KerasTensor> {
    return unpack(core().modelTensors(this.raw, true, false)) as OneOrMany<KerasTensor>;
  }

  /** The output tensor. Several are nested as in the constructor's `outputs`; `outputs` is a flat list. */
  override get output(): OneOrMany<KerasTensor> {
    return unpack(core().modelTensors(this.raw, false, false)) as OneOrMany<KerasTensor>;
  }

  /** The shape of the input; for several inputs, shapes nested as `input`. */
  override get inputShape(): Shape {
    return shapesOf(this.input) as Shape;
  }

  /** The shape of the output; for several outputs, shapes nested as `output`. */
  override get outputShape(): Shape {
    return shapesOf(this.output) as Shape;
  }

  /**
   * The part of the model between some of its tensors, as a model that shares the layers and weights. Both ends are
   * KerasTensors, layers or names, which may be nested:
   *
   * ```js
   * model.subModel({ outputs: ['conv2', 'pool2'] }); // activations
   * model.subModel({ inputs: 'block3', outputs: 'block4' }); // from the input of block3 to the output of block4
   * model.subModel({ inputs: 'flatten:0', outputs: model.output }); // from the output of flatten
   * ```
   *
   * @throws ValueError when the model has no such tensor, when a layer is called several times and the call is not chosen
   *   (`'dense@1'`), and when the outputs depend on other tensors than the inputs.
   */
  subModel(options: SubModelOptions): Functional {
    return wrapObject(subModel(this.raw, options)) as Functional;
  }

  // --- Weights ---

  /**
   * Replaces weights by the values that a function returns for them; `undefined` leaves a weight unchanged.
   *
   * ```js
   * model.mapWeights((weight, values) => (weight.name === 'kernel' ? values.map((w) => w * 0.9) : undefined));
   * ```
   *
   * The function is called with copies of the values. After an error no weight has changed.
   *
   * @throws ValueError with the name of the weight when the size or shape of a result does not fit.
   */
  mapWeights(mapper: WeightMapper): this {
    mapWeights(this, mapper);
    return this;
  }

  /**
   * Interpolates every weight linearly with the weight of `other` at the same index: `t = 0` changes nothing, `t = 1`
   * copies the bits. Weights with an integer dtype are copied unless `t` is 0.
   *
   * @throws ValueError with the name of the weight when the number of weights or a shape differs; no weight has changed.
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
   * The outputs for all samples of `data`, computed in batches with `training` off.
   *
   * ```js
   * const probabilities = model.predict(new Float32Array(784)).data();
   * ```
   *
   * Data for one input returns one tensor. State the type of any other result: `model.predict<Tensor[]>(x)` for several
   * outputs, `model.predict<{ score: Tensor }>(x)` for named ones.
   *
   * @param data tensors or plain data, nested as the inputs. A typed array is split into samples by the shape of its
   *   input.
   * @param options the batch size alone, as in Keras, or an object.
   * @returns tensors nested as the outputs; `.data()` and `.array()` return their elements.
   * @throws ValueError when the data does not fit the inputs.
   */
  predict<R extends TensorTree = Tensor>(
    data: Tensor | TypedArray | NestedArray,
    options?: PredictOptions | number | null,
  ): R;
  predict<R extends TensorTree = TensorTree>(
    data: ModelData,
    options?: PredictOptions | number | null,
  ): R;
  predict(data: ModelData, options?: PredictOptions | number | null): unknown {
    const { batchSize, onProgress } = readPredictOptions(options);
    refuseTangents('predict(): call the model with apply()', data);
    makeRoom();
    if (!onProgress) {
      const result = predictFlat(this.raw, data, this.#inputs, batchSize);
      if (result !== undefined) return result;
    }
    const made: Tensor[] = [];
    try {
      const inputs = pack(toModelInputs(data, this.#inputs, made), 'The input');
      return movedOut(unpack(core().modelPredict(this.raw, inputs, batchSize, onProgress ?? null)));
    } finally {
      for (const tensor of made) tensor.dispose();
    }
  }

  // --- Text and configs ---

  /** Prints the table of layers as Keras does, and returns it. */
  summary(options: SummaryOptions = {}): string {
    const { printFn = console.log, ...rest } = readOptions('summary()', options, summaryOptions);
    const text = core().modelSummary(this.raw, JSON.stringify(rest));
    printFn?.(text);
    return text;
  }

  /** The model without its weights as JSON, for `modelFromJson` here or in Python. */
  toJson(): string {
    return core().modelToJson(this.raw);
  }

  /** The arguments of `compile()` in Keras; null for a model that was not compiled. Clones and files keep them. */
  get compileConfig(): Config | null {
    const config = parseJson<Config | null>(core().modelCompileConfig(this.raw));
    return config && Object.keys(config).length > 0 ? config : null;
  }

  set compileConfig(config: Config | null) {
    core().modelSetCompileConfig(this.raw, writeJson(config ?? {}));
  }

  // --- State ---

  /**
   * The weights in plain objects, by the parts of their paths: `tree.trainable_variables.dense.kernel`.
   *
   * @throws ValueError when two weights have the same path.
   */
  getStateTree(): StateTree {
    return {
      trainable_variables: treeOf(this.trainableWeights),
      non_trainable_variables: treeOf(this.#otherVariables()),
    };
  }

  /** Assigns weights from a tree of `getStateTree()`. Weights that are not in the tree stay unchanged. */
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
   * The bytes of a `.keras` file with config and weights, which Keras opens; or of a legacy `.h5` file or of an ONNX
   * file when the path ends in `.h5` or `.onnx` or `format` says so.
   *
   * @param target where to write the file: a path (Node), or a stream or file handle, which is written in blocks without a
   *   second copy of the weights, and closed. Without it nothing is written.
   */
  save(path: string | Url | undefined, options: SeveralFiles): Promise<Record<string, Uint8Array>>;
  save(path?: string | Url, options?: SaveOptions): Promise<Uint8Array>;
  save(target: ByteTarget, options?: SaveOptions): Promise<void>;
  save(
    target?: string | Url | ByteTarget,
    options?: SaveOptions,
  ): Promise<void | Uint8Array | Record<string, Uint8Array>> {
    return saveModel(this, target as string, options);
  }

  /**
   * The bytes of a `.weights.h5` file, which Keras opens. With `maxShardSize`: several files by name, and the
   * `.weights.json` that indexes them. A `.safetensors` or `.npz` file when the path or `format` says so.
   *
   * @param target where to write the files: a path (Node), or for one file a stream or file handle, as for `save`. Without it
   *   nothing is written.
   */
  saveWeights(
    path: string | Url | undefined,
    options: SaveWeightsOptions & { maxShardSize: number },
  ): Promise<Record<string, Uint8Array>>;
  saveWeights(path?: string | Url, options?: SaveWeightsOptions): Promise<Uint8Array>;
  saveWeights(target: ByteTarget, options?: SaveWeightsOptions): Promise<void>;
  saveWeights(
    target?: string | Url | ByteTarget,
    options?: SaveWeightsOptions,
  ): Promise<void | Uint8Array | Record<string, Uint8Array>> {
    return saveWeights(this, target as string, options);
  }

  /**
   * Loads weights that `saveWeights`, Keras, safetensors or NumPy wrote: from a path (Node), a URL, a File or Blob, bytes,
   * or several files by name.
   *
   * @returns the names of the layers that were not loaded; empty unless `skipMismatch` is set.
   */
  loadWeights(source: FileSource, options?: LoadWeightsOptions): Promise<string[]> {
    return loadWeights(this, source, options);
  }

  /**
   * Creates a model of this class from the config that `getConfig()` returned.
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
    return reviveNaming({ customObjects, ...options }, config, () =>
      modelFromConfig(this, Model, config),
    );
  }

  override dispose(): void {
    super.dispose();
    this.#kept.clear();
  }
}

/** A model that is a graph between its inputs and outputs, such as `new Model({ inputs, outputs })` creates. */
export class Functional extends Model {
  static override readonly className: string = 'Functional';

  /** True for every model that is a graph, including user-defined subclasses of `Model`. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this === Functional) return value instanceof Model && value.kind === 'functional';
    return Function.prototype[Symbol.hasInstance].call(this, value);
  }
}

// The options through which the constructor of Layer gets an object that the core has created.
function adopt(target: typeof Model, options: ModelOptions): object {
  const isOwn = target !== Model && target !== Functional;
  return new Adopted(createModel(target, isOwn, options));
}
