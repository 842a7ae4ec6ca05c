// The base of all layers, built-in ones and those that users write.

import { core } from '../boundary/core.js';
import type { TensorData } from '../tensors/data.js';
import { packClassOptions } from '../boundary/fields.js';
import { withKwargs } from '../boundary/kwargs.js';
import { packArguments, packConfig, packOptions, unpack } from '../boundary/codec.js';
import { createBuiltin, writeConfig, type ClassOf } from '../serialization/object.js';
import { Operation, type CallValue } from '../ops/operation.js';
import type { RawObject } from '../boundary/raw.js';
import {
  Adopted,
  builtinBase,
  builtinName,
  CoreObject,
  jsCall,
  wrapObject,
} from '../boundary/registry.js';
import type { AssetFolder } from '../saving/assets.js';
import {
  loadOwnWeights,
  saveOwnWeights,
  tensorsOf,
  type VariableStore,
} from '../saving/own_variables.js';
import { Tensor } from '../tensors/tensor.js';
import type { Config, DType } from '../serialization/config.js';
import type { DTypePolicyIdentifier, RegularizerIdentifier } from '../families/identifier_types.js';
import { toWeight, Variable, wrapAll, wrapVariable } from '../tensors/variable.js';
import { parseJson, writeJson } from '../boundary/json.js';
import { capturedOptions, customClass, takesGraph } from './custom_class.js';
import { inputSpecsOf, setInputSpecs, type InputSpec } from './input_spec.js';
import { statedSizes } from './layer_options.js';
import type { LayerOptions, RnnCell, ShapeNest, WeightOptions } from './layer_options.js';
import { savedChildrenOf, sublayersOf } from './sublayers.js';

export type { LayerOptions, RnnCell, ShapeNest, WeightOptions };

/** What the core may call on a class that a user wrote. @internal */
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
 * `build(inputShape)` makes weights with `addWeight`; `call(inputs, { training, mask })` computes with `ops`, on tensors
 * and KerasTensors alike; layers on properties, also in arrays and objects, become sub-layers. `computeOutputShape` is
 * needed only when `call` looks at the data. Keywords of `call` are read from its parameter list; a class may state
 * them as `static callSignature = 'inputs, training=None'` instead. `static supportsMasking = true` lets masks through.
 */
export class Layer extends Operation {
  static override readonly className: string = 'Layer';

  /** The class, as in `layer.constructor.fromConfig(layer.getConfig())`. */
  declare ['constructor']: ClassOf<Layer>;

  /** Regularizer of the output. */
  declare activityRegularizer: RegularizerIdentifier | null;

  constructor(options: LayerOptions = {}) {
    super((options instanceof Adopted ? options : createLayer(new.target, options)) as Adopted);
    wrapBuild(this);
  }

  // --- State ---

  get #state(): LayerState {
    return parseJson<LayerState>(core().layerState(this.raw));
  }

  /** Whether the weights may be trained. Setting it sets it for all weights and sub-layers that exist now. */
  get trainable(): boolean {
    return this.#state.trainable;
  }

  set trainable(trainable: boolean) {
    core().layerSetTrainable(this.raw, Boolean(trainable));
  }

  /** Whether the weights exist. */
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

  /** Dtype of the computation and of the output. */
  get computeDtype(): DType {
    return this.#state.computeDtype;
  }

  /** Dtype of the weights. */
  get variableDtype(): DType {
    return this.#state.variableDtype;
  }

  /** In which dtypes the layer computes and keeps its weights. */
  get dtypePolicy(): CoreObject {
    return wrapObject(core().layerDTypePolicy(this.raw));
  }

  set dtypePolicy(policy: DTypePolicyIdentifier) {
    core().layerSetDTypePolicy(this.raw, packConfig(policy));
  }

  /** Where in the model the layer was built, such as `encoder/dense`. */
  get path(): string {
    return this.#state.path;
  }

  /** Whether masks go through the layer. */
  get supportsMasking(): boolean {
    return this.#state.supportsMasking;
  }

  /** What the layer expects of each of its inputs; null when it takes anything. One spec may be set without an array. */
  get inputSpec(): InputSpec[] | null {
    return inputSpecsOf(this.raw);
  }

  set inputSpec(specs: InputSpec | readonly InputSpec[] | null) {
    setInputSpecs(this.raw, specs);
  }

  // --- Weights ---

  /** All weights: own trainable ones, own others, then those of sub-layers. */
  get weights(): Variable[] {
    return core().layerVariables(this.raw, 'weights').map(wrapVariable);
  }

  /** The weights that training changes; none when the layer is not trainable. */
  get trainableWeights(): Variable[] {
    return core().layerVariables(this.raw, 'trainable').map(wrapVariable);
  }

  /** The weights that training leaves alone. */
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
   * ValueError when number or shapes differ; nothing is changed then.
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

  /** Number of scalars in the weights. ValueError when the layer is not built. */
  countParams(): number {
    return core().layerCountParams(this.raw);
  }

  /** Makes a weight of this layer; for classes written in JavaScript, in `build` or the constructor. */
  addWeight(options: WeightOptions = {}): Variable {
    return wrapVariable(core().layerAddWeight(this.raw, packOptions(options, 'addWeight()')));
  }

  // --- Build and call ---

  /**
   * Makes the weights for an input of that shape, batch size included (`null` when unknown): `build([null, 4])`. Layers
   * with several inputs take an array of shapes, or several arguments. Calling the layer does it, too.
   */
  build(...inputShapes: ShapeNest[]): void {
    // Reached as `super.build()` from a class that has a build of its own: see wrapBuild.
    const shapes = writeJson(inputShapes);
    if (building.has(this)) core().layerSuperBuild(this.raw, shapes);
    else core().layerBuild(this.raw, shapes);
  }

  /**
   * The computation itself, without building, casting and masks around it: to be overridden, or called as
   * `super.call(x)`. Users call layers by `apply`.
   */
  call(...args: CallValue[]): CallValue {
    return unpack(core().operationCall(this.raw, packArguments(withKwargs(args)))) as CallValue;
  }

  /** The shape of the output for an input of that shape, batch size included. */
  computeOutputShape(...inputShapes: ShapeNest[]): CallValue {
    return parseJson<CallValue>(core().layerComputeOutputShape(this.raw, writeJson(inputShapes)));
  }

  /**
   * Sets the states that stateful recurrent layers keep between calls to zero: of this layer, and of all layers inside.
   * AttributeError for a Bidirectional that is not stateful.
   */
  resetState(): void {
    core().layerResetState(this.raw);
  }

  /** The same under Keras's other name. */
  resetStates(): void {
    this.resetState();
  }

  /** The mask of the output for the mask of the input. */
  computeMask(inputs: CallValue, previousMask: CallValue = null): CallValue {
    return unpack(
      core().layerComputeMask(this.raw, packArguments([inputs, previousMask])),
    ) as CallValue;
  }

  /**
   * What the constructor takes, as Keras writes it. A class of your own adds its options:
   * `getConfig() { return { ...super.getConfig(), factor: this.factor }; }`. Of a class without a `getConfig` they are
   * taken from the properties of the same names; NotImplementedError when those do not hold plain data.
   */
  override getConfig(): Config {
    const config = super.getConfig();
    if (this.getConfig !== Layer.prototype.getConfig || builtinName(this.constructor))
      return config;
    const base = builtinBase(this.constructor) ?? Layer;
    if (base !== Layer && this.kind !== 'model' && !makesOwnGraph(this)) return config;
    return { ...config, ...capturedOptions(this, Layer, this.kind !== 'layer') };
  }

  /** The layer that the core holds under that name of a saved file. @internal */
  protected heldLayer(name: string): Layer {
    const children = unpack(core().layerSavedChildren(this.raw)) as [string, Layer][];
    return children.find(([key]) => key === name)![1];
  }

  /** Makes the weights again that a record's `build_config` tells of. */
  buildFromConfig(config: Config): void {
    core().layerBuildFromConfig(this.raw, writeJson(config));
  }

  // --- Files ---

  /**
   * Puts what a file is to hold of this layer into the store, by name: its weights, without those of its sub-layers. To
   * be overridden by layers that store something else, together with `loadOwnVariables`.
   */
  saveOwnVariables(store: VariableStore): void {
    saveOwnWeights(this.raw, store);
  }

  /** Takes back what `saveOwnVariables` put into a file. ValueError when it does not fit. */
  loadOwnVariables(store: Readonly<Record<string, Tensor>>): void {
    loadOwnWeights(this.raw, store);
  }

  /**
   * Puts files that belong to this layer, such as a vocabulary, into the folder that a `.keras` file has for it. A class
   * that defines it defines `loadAssets`, too. May be async.
   */
  saveAssets?(folder: AssetFolder): void | Promise<void>;

  /** Takes back the files that `saveAssets` made; the folder is empty when there are none. May be async. */
  loadAssets?(folder: ReadonlyMap<string, Uint8Array>): void | Promise<void>;

  /** @internal What the core asks of a class that a user wrote. */
  [jsCall](method: string, args: unknown[], keywords: Record<string, unknown>): unknown {
    switch (method) {
      case 'call':
        return this.call(...args, keywords);
      case 'build':
        return build(this, args as ShapeNest[]);
      case 'computeOutputShape':
        return this.computeOutputShape(...(args as ShapeNest[]));
      case 'computeMask':
        return this.computeMask(args[0], args[1]);
      case 'getConfig':
        return writeConfig(this, this.getConfig());
      case 'cell':
        return statedSizes(this);
      case 'getInitialState':
        return (this as Partial<RnnCell>).getInitialState!(...(args as [number]));
      case 'saveOwnVariables': {
        const store = Object.create(null) as VariableStore;
        this.saveOwnVariables(store);
        return tensorsOf(store);
      }
      case 'loadOwnVariables': {
        const store = args[0] as Record<string, Tensor>;
        for (const value of Object.values(store)) value.keep();
        this.loadOwnVariables(store);
        return null;
      }
      case 'sublayers':
        return sublayersOf(this, Layer);
      case 'savedChildren':
        return savedChildrenOf(this, Layer);
      default:
        throw new Error(`Unknown method ${method}`);
    }
  }
}

function createLayer(target: typeof Layer, options: LayerOptions): RawObject {
  const base = builtinBase(target) as typeof Layer | undefined;
  const packed = () => packClassOptions(target, options);
  if (base === target && base !== Layer) return createBuiltin(target, packed);
  const isPlain = base === undefined || base === Layer;
  const index = customClass(
    target as never,
    (base ?? Layer) as never,
    'layer',
    layerMethods,
    isPlain,
  );
  const name = builtinName(base);
  if (isPlain || name === undefined) return core().layerCreate(index, packed());
  return core().extendedLayerCreate(index, name.className, packed());
}

const makesOwnGraph = (layer: Layer): boolean =>
  layer.kind === 'functional' && !takesGraph(layer.constructor);

const building = new WeakSet<Layer>();

// As Keras, which wraps the `build` of every layer: calling it does the book-keeping, whoever wrote it.
function wrapBuild(layer: Layer): void {
  const own = layer.build;
  if (own === Layer.prototype.build) return;
  Object.defineProperty(layer, 'build', {
    value: (...shapes: ShapeNest[]) => {
      if (building.has(layer)) own.apply(layer, shapes);
      else core().layerBuild(layer.raw, writeJson(shapes));
    },
    configurable: true,
    writable: true,
  });
}

// Runs the build that a user wrote; `building` are the layers that are in theirs.
function build(layer: Layer, shapes: ShapeNest[]): null {
  building.add(layer);
  try {
    layer.build(...shapes);
  } finally {
    building.delete(layer);
  }
  return null;
}
