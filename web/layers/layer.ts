// The base of all layers, built-in and user-defined.

import { core } from '../boundary/core.js';
import type { TensorData } from '../tensors/data.js';
import { packClassOptions } from '../boundary/fields.js';
import { withKwargs } from '../boundary/kwargs.js';
import { packArguments, packConfig, packOptions, unpack } from '../boundary/codec.js';
import { createBuiltin, type ClassOf } from '../serialization/object.js';
import { Operation } from '../ops/operation.js';
import type { RawObject } from '../boundary/raw.js';
import { Adopted, builtinBase, builtinName, jsCall, wrapObject } from '../boundary/registry.js';
import type { AssetFolder } from '../saving/assets.js';
import { loadOwnWeights, saveOwnWeights, type VariableStore } from '../saving/own_variables.js';
import { Tensor } from '../tensors/tensor.js';
import type { ShapeTree, TensorTree } from '../tensors/tree.js';
import type { Config, DType, Shape } from '../base/config.js';
import type { Hook } from '../base/callable.js';
import type { DTypePolicy } from '../families/dtype_policy.js';
import type {
  DTypePolicyIdentifier,
  ObjectRecord,
  RegularizerIdentifier,
} from '../families/identifier_types.js';
import type { Variable } from '../tensors/variable.js';
import { toWeight, wrapAll, wrapVariable } from '../tensors/variable.js';
import { parseJson, writeJson } from '../boundary/json.js';
import { capturedOptions, customClass, takesGraph } from '../custom_classes/custom_class.js';
import { inputSpecsOf, setInputSpecs, type InputSpec } from './input_spec.js';
import { defineCallShapes } from './call_shapes.js';
import { callJsLayer } from './js_layer.js';
import type { LayerOptions, RnnCell, WeightOptions } from './layer_options.js';

export type { LayerOptions, RnnCell, WeightOptions };

/** Methods of a user-defined class that the core calls. @internal */
export const layerMethods = [
  'call',
  'build',
  'computeOutputShape',
  'computeMask',
  'getConfig',
  'getInitialState',
  'saveOwnVariables',
  'loadOwnVariables',
] as const;

interface LayerState {
  trainable: boolean;
  built: boolean;
  computeDtype: DType;
  variableDtype: DType;
  path: string;
  supportsMasking: boolean;
}

/**
 * A layer. Extend it to write one in JavaScript:
 *
 * ```js
 * class Scale extends Layer {
 *   static className = 'Scale';
 *   constructor({ factor = 2, ...options } = {}) {
 *     super(options);
 *     this.factor = factor;
 *   }
 *   call(x) {
 *     return ops.multiply(x, this.factor);
 *   }
 *   getConfig() {
 *     return { ...super.getConfig(), factor: this.factor };
 *   }
 * }
 * ```
 *
 * - `build(inputShape)` creates weights with `addWeight`.
 * - `call(inputs, { training, mask })` computes with `ops`, on tensors and KerasTensors alike. Its parameter list says
 *   which keyword arguments it takes; `static callSignature = 'inputs, training=None'` states them explicitly.
 * - `computeOutputShape` is needed only when `call` reads the data of its inputs.
 * - Layers on properties, also in arrays and objects, are sublayers.
 * - `static supportsMasking = true` passes masks through.
 * - Predictions compile `call`, as Keras with `jit_compile`: it runs once for each shape of the inputs, and later
 *   predictions repeat its operations without calling it. A `call` that reads the data of its inputs, draws random numbers
 *   or assigns variables is called every time; `static jit = false` asks for that.
 */
export class Layer extends Operation {
  static override readonly className: string = 'Layer';

  /** Whether predictions may repeat the operations of `call` without calling it. */
  static readonly jit: boolean = true;

  /** The class, as in `layer.constructor.fromConfig(layer.getConfig())`. */
  declare ['constructor']: ClassOf<Layer>;

  /** Regularizer of the output. */
  declare activityRegularizer: RegularizerIdentifier | null;

  constructor(options: LayerOptions = {}) {
    super(options instanceof Adopted ? options : createLayer(new.target, options));
    wrapBuild(this);
  }

  // --- State ---

  get #state(): LayerState {
    return parseJson<LayerState>(core().layerState(this.raw));
  }

  /** Whether training changes the weights. Setting it applies to all weights and sublayers that exist now. */
  get trainable(): boolean {
    return this.#state.trainable;
  }

  set trainable(trainable: boolean) {
    core().layerSetTrainable(this.raw, Boolean(trainable));
  }

  /** Whether the layer is built: its weights exist. */
  get built(): boolean {
    return this.#state.built;
  }

  set built(built: boolean) {
    core().layerSetBuilt(this.raw, Boolean(built));
  }

  /** Dtype of the weights. */
  get dtype(): DType {
    return this.#state.variableDtype;
  }

  /** Dtype of the computation and the output. */
  get computeDtype(): DType {
    return this.#state.computeDtype;
  }

  /** Dtype of the weights. */
  get variableDtype(): DType {
    return this.#state.variableDtype;
  }

  /** The dtypes of the computation and the weights. */
  get dtypePolicy(): DTypePolicy {
    return wrapObject(core().layerDTypePolicy(this.raw)) as DTypePolicy;
  }

  set dtypePolicy(policy: DTypePolicyIdentifier) {
    core().layerSetDTypePolicy(this.raw, packConfig(policy));
  }

  /** Path of the layer in the model it was built in, such as `encoder/dense`. */
  get path(): string {
    return this.#state.path;
  }

  /** Whether the layer passes masks on. */
  get supportsMasking(): boolean {
    return this.#state.supportsMasking;
  }

  /** What the layer expects of each input; null when it takes anything. A single spec may be set without an array. */
  get inputSpec(): InputSpec[] | null {
    return inputSpecsOf(this.raw);
  }

  set inputSpec(specs: InputSpec | readonly InputSpec[] | null) {
    setInputSpecs(this.raw, specs);
  }

  // --- Weights ---

  /** All weights: its own trainable and non-trainable ones, then its sublayers' weights. */
  get weights(): Variable[] {
    return core().layerVariables(this.raw, 'weights').map(wrapVariable);
  }

  /** The weights that training changes; empty when the layer is not trainable. */
  get trainableWeights(): Variable[] {
    return core().layerVariables(this.raw, 'trainable').map(wrapVariable);
  }

  /** The weights that training does not change. */
  get nonTrainableWeights(): Variable[] {
    return core().layerVariables(this.raw, 'nonTrainable').map(wrapVariable);
  }

  /** The weights and the states of random number generators. */
  get variables(): Variable[] {
    return core().layerVariables(this.raw, 'variables').map(wrapVariable);
  }

  /** The values of all weights, in the order of `weights`. */
  getWeights(): Tensor[] {
    return wrapAll(core().layerGetWeights(this.raw));
  }

  /**
   * Replaces the values of all weights, in the order of `weights`. A typed array takes the shape of its weight.
   *
   * @throws ValueError when the number of values or a shape differs; no weight is changed then.
   */
  setWeights(values: readonly (Tensor | TensorData)[]): void {
    const targets = values.every((value) => value instanceof Tensor) ? [] : this.weights;
    const tensors = values.map((value, i) => toWeight(value, targets[i]?.shape ?? []));
    try {
      core().layerSetWeights(
        this.raw,
        tensors.map(({ raw }) => raw),
      );
    } finally {
      tensors.forEach((made, i) => made === values[i] || made.dispose());
    }
  }

  /**
   * Number of scalars in the weights.
   *
   * @throws ValueError when the layer is not built.
   */
  countParams(): number {
    return core().layerCountParams(this.raw);
  }

  /** Creates a weight of this layer; for user-defined classes, in `build` or the constructor. */
  addWeight(options: WeightOptions = {}): Variable {
    return wrapVariable(core().layerAddWeight(this.raw, packOptions(options, 'addWeight()')));
  }

  // --- Build and call ---

  /**
   * Creates the weights for an input shape with batch size (`null` when unknown): `build([null, 4])`. Layers with
   * several inputs take an array of shapes, or several arguments. The first call of a layer builds it.
   */
  build(...inputShapes: ShapeTree[]): void {
    // While `building`, this is the `super.build()` of a user-defined class: see wrapBuild.
    const shapes = writeJson(inputShapes);
    if (building.has(this)) core().layerSuperBuild(this.raw, shapes);
    else core().layerBuild(this.raw, shapes);
  }

  /**
   * The computation, without building, casting and masks: override it in a class of your own, and call the one of the
   * base class as `super.call(x)`. To call a layer, use `apply`.
   *
   * @param args the inputs, more arguments by position, and the keyword arguments as one plain object.
   * @returns a tensor, or tensors nested in arrays and objects.
   */
  call(...args: unknown[]): TensorTree {
    return unpack(core().operationCall(this.raw, packArguments(withKwargs(args)))) as TensorTree;
  }

  /** The shape of the output for an input shape with batch size: `computeOutputShape([null, 4])`. */
  computeOutputShape(...inputShapes: ShapeTree[]): ShapeTree {
    return parseJson<ShapeTree>(core().layerComputeOutputShape(this.raw, writeJson(inputShapes)));
  }

  /**
   * Sets the states of stateful recurrent layers to zero: of this layer and of all layers inside it.
   *
   * @throws AttributeError for a Bidirectional that is not stateful.
   */
  resetState(): void {
    core().layerResetState(this.raw);
  }

  /** The same as `resetState()`, under Keras's other name. */
  resetStates(): void {
    this.resetState();
  }

  /** The mask of the output, given the mask of the input. `null` stands for no mask. */
  computeMask(inputs: TensorTree, previousMask: TensorTree = null): TensorTree {
    return unpack(
      core().layerComputeMask(this.raw, packArguments([inputs, previousMask])),
    ) as TensorTree;
  }

  /**
   * The options of the constructor as Keras writes them: a dict with snake_case keys. A class of your own adds its
   * options: `getConfig() { return { ...super.getConfig(), factor: this.factor }; }`. Without a `getConfig`, they are
   * read from the properties with the names of the options.
   *
   * @throws NotImplementedError when such a property does not hold plain data.
   */
  override getConfig(): Config {
    const config = super.getConfig();
    if (this.getConfig !== Layer.prototype.getConfig || builtinName(this.constructor))
      return config;
    const base = builtinBase(this.constructor) ?? Layer;
    if (base !== Layer && this.kind !== 'model' && !makesOwnGraph(this)) return config;
    return { ...config, ...capturedOptions(this, Layer, this.kind !== 'layer') };
  }

  /** The sublayer with this name in saved files. @internal */
  protected heldLayer(name: string): Layer {
    const children = unpack(core().layerSavedChildren(this.raw)) as [string, Layer][];
    return children.find(([key]) => key === name)![1];
  }

  /** Creates the weights that a record's `build_config` describes. */
  buildFromConfig(config: Config): void {
    core().layerBuildFromConfig(this.raw, writeJson(config));
  }

  // --- Files ---

  /**
   * Adds the values that a file holds for this layer to the store, by name: its own weights, not its sublayers'.
   * Override it together with `loadOwnVariables` to store something else.
   */
  saveOwnVariables(store: VariableStore): void {
    saveOwnWeights(this.raw, store);
  }

  /**
   * Restores what `saveOwnVariables` stored.
   *
   * @throws ValueError when the number of values or a shape differs.
   */
  loadOwnVariables(store: Readonly<Record<string, Tensor>>): void {
    loadOwnWeights(this.raw, store);
  }

  /**
   * Adds files of this layer, such as a vocabulary, to its folder in a `.keras` file. May be async. A class that defines
   * it must define `loadAssets` too.
   */
  saveAssets?(folder: AssetFolder): void | Promise<void>;

  /** Restores the files of `saveAssets`; the folder is empty when the file has none. May be async. */
  loadAssets?(folder: ReadonlyMap<string, Uint8Array>): void | Promise<void>;

  /** @internal Calls a method of a user-defined class for the core. */
  [jsCall](method: string, args: unknown[], keywords: Record<string, unknown>): unknown {
    if (method !== 'build') return callJsLayer(this, Layer, method, args, keywords);
    building.add(this);
    try {
      this.build(...(args as ShapeTree[]));
    } finally {
      building.delete(this);
    }
    return null;
  }
}

// In an interface, so that subclasses may have a property or an accessor of the name.
export interface Layer {
  /**
   * The shape of `input`: of the first symbolic call, with `null` for unknown sizes; for several inputs, nested as they are.
   *
   * @throws ValueError when the layer was never called.
   */
  readonly inputShape: ShapeTree;

  /**
   * The shape of `output`, likewise. Layers with an option of this name, such as EinsumDense, have its value instead.
   *
   * @throws ValueError when the layer was never called.
   */
  readonly outputShape: ShapeTree | number | Hook<(shape: Shape) => Shape> | ObjectRecord | null;
}

defineCallShapes(Layer.prototype);

function createLayer(target: typeof Layer, options: LayerOptions): RawObject {
  const base = builtinBase(target);
  const packed = () => packClassOptions(target, options);
  if (base === target && base !== Layer) return createBuiltin(target, packed);
  const isPlain = base === undefined || base === Layer;
  const index = customClass(target, base ?? Layer, 'layer', layerMethods, isPlain);
  const name = builtinName(base);
  if (isPlain || name === undefined) return core().layerCreate(index, packed());
  return core().extendedLayerCreate(index, name.className, packed());
}

const makesOwnGraph = (layer: Layer): boolean =>
  layer.kind === 'functional' && !takesGraph(layer.constructor);

// The layers whose own `build` is running.
const building = new WeakSet<Layer>();

// Keras wraps the `build` of every layer, so that a direct call marks the layer as built; so does this.
function wrapBuild(layer: Layer): void {
  if (layer.build === Layer.prototype.build) return;
  const own = layer.build.bind(layer);
  Object.defineProperty(layer, 'build', {
    value: (...shapes: ShapeTree[]) => {
      if (building.has(layer)) own(...shapes);
      else core().layerBuild(layer.raw, writeJson(shapes));
    },
    configurable: true,
    writable: true,
  });
}
