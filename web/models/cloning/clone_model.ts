// cloneModel: a copy of a model's graph, with hooks that can replace layers and calls.

import { adaptHook, copyingOf, type CopyWeightsOptions } from './copy_weights.js';
import { CloneReport, type ReportLists } from './report.js';
import { core } from '../../boundary/core.js';
import {
  revivalNames,
  withRevivalNames,
  type RevivalNames,
} from '../../serialization/custom_objects.js';
import { KerasTypeError, ValueError } from '../../errors/errors.js';
import { addNotes } from '../../errors/notes.js';
import { parseJson } from '../../boundary/json.js';
import type { Layer } from '../../layers/layer.js';
import { Model, type Functional } from '../model.js';
import { toCamelCase } from '../../boundary/names.js';
import { pack, packConfig } from '../../boundary/codec.js';
import type { CallArgument } from '../../ops/call_value.js';
import type { Operation } from '../../ops/operation.js';
import type { Hook } from '../../base/callable.js';
import type { OneOrMany, TensorTree } from '../../tensors/tree.js';
import {
  givenTwice,
  isOptionsObject,
  notOptions,
  readOptions,
  type OptionNames,
} from '../../boundary/option_reader.js';
import { wrapObject } from '../../boundary/registry.js';
import { Tensor, type KerasTensor } from '../../tensors/tensor.js';
import type { Config } from '../../base/config.js';
import { notingUnknown } from '../../serialization/unknown_objects.js';

/** Options of `cloneModel`. The first five are Keras's; the others go beyond it and are off by default. */
export interface CloneOptions extends RevivalNames {
  /**
   * KerasTensors on which the clone is built, in the structure of the model's inputs; new Inputs by default. A Sequential
   * takes one tensor, alone or in an array.
   */
  inputTensors?: TensorTree;
  /**
   * Returns the replacement of a layer in the clone: a new layer, the same one, a wrapper or model around it, or a
   * function; `undefined` for the default. Called once for each layer and operation of `ops`, except InputLayers.
   * By default: `(layer) => layer.constructor.fromConfig(layer.getConfig())`.
   */
  cloneFunction?: CloneFunction | null;
  /**
   * Calls the replacement of a layer and returns the output, so that calls can be added before and after it;
   * `undefined` for the default. Only for Functional models, see `asFunctional`. Keyword arguments are one trailing
   * `kwargs()`. By default: `(layer, ...args) => layer.apply(...args)`.
   */
  callFunction?: CallFunction | null;
  /** Whether the hooks also apply inside nested models, instead of `cloneFunction` getting them as a whole. */
  recursive?: boolean;
  /**
   * Replacements by original: layers in the map are not cloned again, and new replacements are added to it. Two calls
   * with one map make two models that share layers. Ignored for models that are neither Functional nor Sequential.
   */
  cache?: CloneCache | null;

  /**
   * Copies the weights from each layer to its replacement, in the order of `layer.weights`, whatever the names; also
   * the statistics of BatchNormalization and the states of random number generators. Memory is shared until one of the
   * two changes.
   *
   * Weights match when their shapes are equal. A mismatch is an error, unless `mismatch` says otherwise; so is a
   * replacement with more or fewer weights, of which weights of the same name and shape match. Layers that hooks removed
   * or replaced by something without weights are skipped. Weights that the hook itself set keep their values.
   *
   * A Sequential without an input shape has no weights to copy before it is first called (see `CloneReport.unbuilt`).
   */
  copyWeights?: boolean | CopyWeightsOptions | null;
  /** Called with a report of where each weight of the clone comes from. */
  onReport?: ((report: CloneReport) => void) | null;
  /**
   * Returns the new name of what would be called `name` in the clone; `undefined` keeps the name. Called for layers,
   * operations, new Inputs, layers of nested models when `recursive`, and the model itself unless `name` is given.
   * Layers that the model and the clone share, and layers that `callFunction` adds, keep their names.
   * `(name) => 'a_' + name` makes a clone that can be used with the original in one model.
   */
  rename?: ((name: string, layer: HookLayer) => string | undefined) | null;
  /** Name of the clone; by default the model's. */
  name?: string | null;
  /**
   * Keeps what Keras loses: `trainable` of a Functional model itself and of single weights. The config of a layer keeps
   * its `trainable` in any case. What `cloneFunction` returns is not changed.
   */
  keepTrainable?: boolean;
  /**
   * Clones a Sequential model as an equivalent Functional one, so that `callFunction` applies; nested ones, too, when
   * `recursive`.
   */
  asFunctional?: boolean;
}

/** What hooks are called with: layers, and operations of `ops`. `layer instanceof layers.Dense` tells them apart. */
export type HookLayer = Layer | Operation;

/** Replacements by the layers that they replace. */
export type CloneCache = Map<HookLayer, HookLayer | LayerFunction>;

/** A function in the place of a layer. */
export type LayerFunction = Hook<
  (...args: [inputs: OneOrMany, ...args: CallArgument[]]) => TensorTree
>;

/** Returns the replacement of a layer in a clone; `undefined` for a copy of the layer. */
export type CloneFunction = Hook<
  (layer: HookLayer) => HookLayer | LayerFunction | undefined | void
>;

/** Calls a layer of a clone and returns its output; `undefined` for `layer.apply(...args)`. */
export type CallFunction = Hook<
  (
    layer: HookLayer,
    ...args: [inputs: OneOrMany<KerasTensor>, ...CallArgument[]]
  ) => CallArgument | undefined | void
>;

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

// Keras's order of parameters.
const positional = ['inputTensors', 'cloneFunction', 'callFunction', 'recursive'] as const;

// Options as one object, or by position as in Keras: `cloneModel(model, inputTensors, cloneFunction)`. The last argument
// may be an object with further options.
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

// Whether a value is the inputs of a model: tensors, alone, in arrays, or under names that are not options.
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
 * A model of the same graph with new layers, and with new weights unless `copyWeights` is set. Errors that a hook throws
 * are raised unchanged; `error.notes` and the stack name the layer.
 */
export function cloneModel(
  model: Model,
  options: CloneOptions & { asFunctional: true },
): Functional;
export function cloneModel<T extends Model>(model: T, options?: CloneOptions | null): T;
/** With the first options by position, in Keras's order; more options may follow. */
export function cloneModel<T extends Model>(
  model: T,
  inputTensors: TensorTree,
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
    onCached: cache && ((layer: HookLayer, made: HookLayer) => void cache.set(layer, made)),
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
    ) as Model;
  } catch (error) {
    if (error instanceof ValueError && /^The name ".*" is used \d+ times/.test(error.message))
      addNotes(error, [
        'Give each layer that a hook makes a `name` of its own, or pass `rename` for those that are cloned.',
      ]);
    throw error;
  } finally {
    for (const made of adapted) made.dispose();
  }
  if (report) onReport?.(report);
  return clone;
}

// The parts of the model's config that cloning deserializes. Layers are made by their own classes, registered or not.
function revivedParts(model: Model, recursive: boolean): unknown {
  const config = parseJson<Config>(core().objectConfig(model.raw));
  return isGraph(config) ? withoutClasses(config, recursive) : config;
}

type LayerRecord = { class_name: string; module: string; config: Config };
type GraphConfig = Config & { layers: LayerRecord[] };
const isGraph = (config: Config): config is GraphConfig => Array.isArray(config['layers']);

const withoutClasses = ({ layers }: GraphConfig, recursive: boolean): unknown => ({
  layers: layers.map((record) => {
    // The core looks up the function of a Lambda, so it must see the class.
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

function checkCache(cache: unknown): CloneCache | null {
  if (cache === undefined || cache === null) return null;
  if (cache instanceof Map) return cache as CloneCache;
  throw new KerasTypeError(`cache must be a Map. Received: ${String(cache)}`);
}

const pythonTypeNames: Record<string, string> = {
  boolean: 'bool',
  string: 'str',
  bigint: 'int',
  object: 'dict',
};

// Python's name of the type.
function pythonTypeName(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (Array.isArray(value)) return 'list';
  return pythonTypeNames[typeof value] ?? typeof value;
}
