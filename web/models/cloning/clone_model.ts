// cloneModel: a model of the same graph, with hooks that change layers and calls on the way.

import { adaptHook, copyingOf, type CopyWeightsOptions } from './copy_weights.js';
import { CloneReport, type ReportLists } from './report.js';
import { core } from '../../boundary/core.js';
import {
  revivalNames,
  withRevivalNames,
  type RevivalNames,
} from '../../serialization/custom_objects.js';
import { KerasTypeError } from '../../errors/errors.js';
import { parseJson } from '../../boundary/json.js';
import type { Kwargs } from '../../boundary/kwargs.js';
import type { Layer } from '../../layers/layer.js';
import { Model, type Functional } from '../model.js';
import { toCamelCase } from '../../boundary/names.js';
import { pack, packConfig } from '../../boundary/codec.js';
import type { CallValue, Operation, TensorNest } from '../../ops/operation.js';
import {
  givenTwice,
  isOptionsObject,
  notOptions,
  readOptions,
  type OptionNames,
} from '../../boundary/option_reader.js';
import { CoreObject, wrapObject } from '../../boundary/registry.js';
import { Tensor } from '../../tensors/tensor.js';
import type { Config } from '../../serialization/config.js';
import { notingUnknown } from '../../serialization/unknown_objects.js';

/** What `cloneModel` takes. The first five are Keras's; the others go beyond it, and are off by default. */
export interface CloneOptions extends RevivalNames {
  /**
   * KerasTensors on which the clone is built, in the structure of the model's inputs; new Inputs by default. A Sequential
   * takes one tensor, alone or in an array.
   */
  inputTensors?: CallValue;
  /**
   * Returns what stands for a layer in the clone: a new layer, the same one, a wrapper or model around it, or a function;
   * `undefined` for the default. It sees every layer once, and the operations of `ops`, but no InputLayer. By default:
   * `(layer) => layer.constructor.fromConfig(layer.getConfig())`.
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  cloneFunction?: ((layer: any) => CallValue) | null;
  /**
   * Calls what `cloneFunction` returned and gives its output back, so that calls can be added before and after;
   * `undefined` for the default. Only for Functional models, see `asFunctional`. By default:
   * `(layer, ...args) => layer.apply(...args)`. Keyword arguments are one trailing `kwargs()`.
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  callFunction?: ((layer: any, ...args: (CallValue | Kwargs)[]) => CallValue) | null;
  /** Whether models inside of the model are cloned by the same hooks, instead of by `cloneFunction` as a whole. */
  recursive?: boolean;
  /**
   * What stands for layers that were cloned before, by layer: those are not cloned again, and what is cloned enters the
   * map. Two calls with one map make two models that share their layers. Models that are neither Functional nor
   * Sequential leave it alone.
   */
  cache?: Map<HookLayer, CallValue> | null;

  /**
   * Carries the weights over, with statistics such as those of BatchNormalization and the states of random number
   * generators: from each layer to the one that stands for it, in the order of `layer.weights`, whatever the names. No
   * memory is copied before one of the two is changed.
   *
   * Weights fit when their shapes are equal. What does not fit is an error, unless `mismatch` says otherwise; so is a
   * layer with more or fewer weights, of which those of the same name and shape fit. Layers that hooks removed, or
   * replaced by something without weights, are left out. Weights to which the hook itself gave values keep them.
   *
   * A Sequential without an input shape has weights only once it was called: a clone of one that was not has nothing to
   * copy (see `CloneReport.unbuilt`).
   */
  copyWeights?: boolean | CopyWeightsOptions | null;
  /** Gets a report of where each weight of the clone has its value from. */
  onReport?: ((report: CloneReport) => void) | null;
  /**
   * Returns the name in the clone for something that would be called `name`; `undefined` to leave it. Called for layers,
   * for operations, for the Inputs that the clone makes, for the layers of nested models when `recursive`, and for the
   * model itself unless there is a `name`. Layers that the model and the clone share, and those that `callFunction`
   * adds, keep their names. `(name) => 'a_' + name` makes a model that goes together with the original in another one.
   */
  rename?: ((name: string, layer: HookLayer) => string | undefined) | null;
  /** Name of the clone; that of the model by default. */
  name?: string | null;
  /**
   * Keeps what is lost in Keras: that a Functional model itself is not trainable, and whether single weights are. The
   * `trainable` of each layer is kept by its config in any case, and what `cloneFunction` returns is left as it is.
   */
  keepTrainable?: boolean;
  /**
   * Makes a Functional model of a Sequential one, which computes the same and whose calls `callFunction` gets; also of
   * those inside when `recursive`.
   */
  asFunctional?: boolean;
}

/** What hooks get: layers, and operations of `ops`. */
export type HookLayer = Layer | Operation;

const optionNames: OptionNames<CloneOptions> = {
  inputTensors: true,
  cloneFunction: true,
  callFunction: true,
  recursive: true,
  cache: true,
  copyWeights: true,
  onReport: true,
  rename: true,
  name: true,
  keepTrainable: true,
  asFunctional: true,
  ...revivalNames,
};

// Keras's parameters in their order.
const positional = ['inputTensors', 'cloneFunction', 'callFunction', 'recursive'] as const;

// Options given as one object, or by position as in Keras: `cloneModel(model, inputTensors, cloneFunction)`, of which
// the last may be an object with more.
function readCloneOptions(args: readonly unknown[]): CloneOptions {
  const last = args.at(-1);
  const hasOptions = isOptionsObject(last) && !isTensors(last);
  const given: Record<string, unknown> = hasOptions ? { ...last } : {};
  const values = hasOptions ? args.slice(0, -1) : args;
  values.forEach((value, i) => {
    const name = positional[i];
    if (name === undefined || (name === 'inputTensors' && !(value == null || isTensors(value))))
      throw notOptions('cloneModel()', value, Object.keys(optionNames).slice(0, 3));
    if (value === undefined || value === null) return;
    if (name in given) throw givenTwice('cloneModel()', name);
    given[name] = value;
  });
  return readOptions(
    'cloneModel()',
    given as CloneOptions,
    optionNames,
    (unknown) =>
      `Unexpected keyword argument(s): (${unknown.map((name) => `'${name}'`).join(', ')}${unknown.length === 1 ? ',' : ''})`,
  );
}

// Whether a value is the inputs of a model: tensors, in arrays or under names that are not those of options.
function isTensors(value: unknown): boolean {
  if (value instanceof Tensor) return true;
  if (Array.isArray(value)) return value.length > 0 && value.every(isTensors);
  if (!isOptionsObject(value)) return false;
  const entries = Object.entries(value);
  const isInput = ([key, item]: [string, unknown]) =>
    !(toCamelCase(key) in optionNames) && isTensors(item);
  return entries.length > 0 && entries.every(isInput);
}

/**
 * A model of the same graph with new layers, and with fresh weights unless `copyWeights` is set. Errors that a hook
 * throws come out as they are; `error.notes` and the stack say at which layer.
 */
export function cloneModel(
  model: Model,
  options: CloneOptions & { asFunctional: true },
): Functional;
export function cloneModel<T extends Model>(model: T, options?: CloneOptions | null): T;
/** The first parameters in Keras's order; options may follow. */
export function cloneModel<T extends Model>(
  model: T,
  inputTensors: TensorNest,
  cloneFunction?: CloneOptions['cloneFunction'] | CloneOptions,
  callFunction?: CloneOptions['callFunction'] | CloneOptions,
  recursive?: boolean | CloneOptions,
): T;
export function cloneModel(model: Model, ...args: unknown[]): Model {
  const options = readCloneOptions(args);
  if (!(model instanceof Model))
    throw new KerasTypeError(`cloneModel() clones models. Received: ${String(model)}`);
  const { inputTensors = null, name = null } = options;
  if (name !== null && typeof name !== 'string')
    throw new KerasTypeError(`name must be a string. Received: ${String(name)}`);
  const copying = copyingOf(options.copyWeights);
  const adapted: Tensor[] = [];
  let report: CloneReport | undefined;
  const onReport = checkHook(options.onReport, 'onReport');
  const cache = checkCache(options.cache);
  const recursive = Boolean(options.recursive);
  const settings = {
    inputTensors,
    cloneFunction: checkHook(options.cloneFunction, 'cloneFunction'),
    callFunction: checkHook(options.callFunction, 'callFunction'),
    rename: checkHook(options.rename, 'rename'),
    mismatch: copying.mismatch,
    adapt: copying.adapt && adaptHook(copying.adapt, adapted),
    recursive,
    cache: cache && [...cache],
    onCached: cache && ((layer: HookLayer, made: CallValue) => void cache.set(layer, made)),
    onReport: onReport && ((lists: ReportLists) => void (report = new CloneReport(lists))),
    name,
    keepTrainable: Boolean(options.keepTrainable),
    asFunctional: Boolean(options.asFunctional),
  };
  let clone;
  try {
    const packed = pack(settings, 'inputTensors');
    const unknown = () =>
      core().findUnknownOfClone(model.raw, packConfig(revivedParts(model, recursive)));
    clone = withRevivalNames(options, () =>
      notingUnknown(unknown, () => wrapObject(core().cloneModel(model.raw, packed))),
    ) as CoreObject as Model;
  } finally {
    for (const made of adapted) made.dispose();
  }
  if (report) onReport?.(report);
  return clone;
}

// The parts of the model's config that cloning revives: layers are made by their own classes, whoever knows those.
function revivedParts(model: Model, recursive: boolean): unknown {
  const config = parseJson(core().objectConfig(model.raw)) as Config;
  return isGraph(config) ? withoutClasses(config, recursive) : config;
}

type LayerRecord = { class_name: string; module: string; config: Config };
type GraphConfig = Config & { layers: LayerRecord[] };
const isGraph = (config: Config): config is GraphConfig => Array.isArray(config['layers']);

const withoutClasses = ({ layers }: GraphConfig, recursive: boolean): unknown => ({
  layers: layers.map((record) => {
    // What a Lambda runs is looked for by the core, which has to know that it is one.
    if (record.module === 'keras.layers' && record.class_name === 'Lambda') return record;
    const { config } = record;
    return { config: recursive && isGraph(config) ? withoutClasses(config, recursive) : config };
  }),
});

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
function checkHook(hook: unknown, name: string): Function | null {
  if (hook === undefined || hook === null) return null;
  if (typeof hook === 'function') return hook;
  throw new KerasTypeError(
    `'${pythonTypeName(hook)}' object is not callable\n${name} must be a function. Received: ${String(hook)}`,
  );
}

function checkCache(cache: unknown): Map<HookLayer, CallValue> | null {
  if (cache === undefined || cache === null) return null;
  if (cache instanceof Map) return cache as Map<HookLayer, CallValue>;
  throw new KerasTypeError(`cache must be a Map. Received: ${String(cache)}`);
}

const pythonTypeNames: Record<string, string> = {
  boolean: 'bool',
  string: 'str',
  bigint: 'int',
  object: 'dict',
};

// What Python calls the type of such a value.
function pythonTypeName(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (Array.isArray(value)) return 'list';
  return pythonTypeNames[typeof value] ?? typeof value;
}
