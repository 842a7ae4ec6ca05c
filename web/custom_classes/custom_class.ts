// Describes a user-defined class to the core: its name, the methods it overrides, and the signature of its `call`.

import { core } from '../boundary/core.js';
import { perEngine } from '../boundary/engine.js';
import { NotImplementedError } from '../errors/errors.js';
import { put } from '../boundary/members.js';
import { toSnakeCase } from '../boundary/names.js';
import { ownName, registeredName } from '../base/registered_names.js';
import { builtinName } from '../boundary/registry.js';
import type { AnyClass } from '../base/callable.js';
import type { Config } from '../base/config.js';
import {
  ownConstructor,
  parameters,
  splitTopLevel,
  type ConstructorOptions,
} from './signatures.js';

interface Defined {
  index: number;
  registeredName: string;
}

const defined = perEngine(() => new WeakMap<AnyClass, Defined>());

// The methods of a class, its own and inherited ones.
const methodsOf = (Class: AnyClass): Record<string, unknown> =>
  Class.prototype as Record<string, unknown>;

/**
 * The core's index of a class, which is defined in the core when it is new.
 *
 * @param base the built-in class that it extends. The core calls only the methods that differ from `base`'s.
 * @param capturesOptions whether a class without a `getConfig` has its config read from its properties.
 */
export function customClass(
  target: AnyClass,
  base: AnyClass,
  family: 'layer' | 'model' | 'initializer' | 'regularizer' | 'constraint',
  methods: readonly string[],
  capturesOptions = false,
): number {
  const name = registeredName(target);
  const found = defined().get(target);
  if (found) {
    if (found.registeredName !== name) {
      core().renameClass(found.index, name);
      found.registeredName = name;
    }
    return found.index;
  }
  const overrides = methods.filter((name) => methodsOf(target)[name] !== methodsOf(base)[name]);
  if (capturesOptions && ownOptions(target, base, family === 'model').size > 0)
    overrides.push('getConfig');
  if ('supportsMasking' in target && target.supportsMasking === true)
    overrides.push('supportsMasking');
  const index = core().defineClass(
    target,
    JSON.stringify({
      className: ownName(target),
      registeredName: name,
      family,
      overrides,
      ...(family === 'layer' || family === 'model' ? describeCall(target) : {}),
      // Keras captures the arguments of the constructor: Layer's arguments for a class without its own constructor.
      capturesArguments:
        capturesOptions &&
        family === 'layer' &&
        !overrides.includes('getConfig') &&
        constructorsOf(target, base).length === 0,
      ...('jit' in target && target.jit === false ? { jit: false } : {}),
      ...(family === 'model' ? { takesGraph: takesGraph(target) } : {}),
    }),
  );
  defined().set(target, { index, registeredName: name });
  return index;
}

interface CallDescription {
  signature: string;
  positional: number;
  buildArguments: string[];
}

function describeCall(target: AnyClass): CallDescription {
  const stated = 'callSignature' in target ? target.callSignature : undefined;
  const call = parameters(methodsOf(target)['call']);
  const build = parameters(methodsOf(target)['build']);
  const buildArguments =
    build.positional.length > 1 ? build.positional.map(({ name }) => toSnakeCase(name)) : [];
  if (typeof stated === 'string') {
    const parts = splitTopLevel(stated);
    const keyword = parts.findIndex((part) => /=|\*/.test(part));
    return {
      signature: stated,
      positional: keyword === -1 ? parts.length : keyword,
      buildArguments,
    };
  }
  const names =
    call.positional.length > 0 ? call.positional : [{ name: 'inputs', optional: false }];
  const parts = [
    ...names.map(({ name, optional }) => toSnakeCase(name) + (optional ? '=None' : '')),
    ...call.keywords.map((name) => `${toSnakeCase(name)}=None`),
    ...(call.rest ? ['**kwargs'] : []),
  ];
  return { signature: parts.join(', '), positional: names.length, buildArguments };
}

// --- Constructors ---

// The constructors of the class and of the user-defined classes it extends.
function constructorsOf(target: unknown, base: unknown): ConstructorOptions[] {
  const found: ConstructorOptions[] = [];
  for (
    let level: unknown = target;
    typeof level === 'function' && level !== base && !builtinName(level);
    level = Object.getPrototypeOf(level)
  ) {
    const own = ownConstructor(level);
    if (own) found.push(own);
  }
  return found;
}

/**
 * Whether a model of the class can be created from a given graph: its constructors pass the `inputs` and `outputs` on to
 * `super`. Other constructors create a graph of their own.
 */
export function takesGraph(target: unknown): boolean {
  return constructorsOf(target, null).every(({ keys, rest, superArguments }) =>
    keys.has('inputs') || keys.has('outputs')
      ? keys.has('inputs') && keys.has('outputs')
      : rest && !/\b(inputs|outputs)\b/.test(superArguments),
  );
}

/** The options of every layer, and of models made from a graph. */
const layerOptions = 'name trainable dtype activity_regularizer input_shape input_dim autocast';
const commonOptions = {
  layer: new Set(layerOptions.split(' ')),
  graph: new Set([...layerOptions.split(' '), 'inputs', 'outputs']),
};

// The options that the constructors of a class add to the common ones, and whether each has a default.
function ownOptions(target: unknown, base: unknown, isModel: boolean): Map<string, boolean> {
  const common = commonOptions[isModel ? 'graph' : 'layer'];
  const found = new Map<string, boolean>();
  for (const { keys } of constructorsOf(target, base)) {
    for (const [key, hasDefault] of keys)
      if (!common.has(toSnakeCase(key)) && !found.has(key)) found.set(key, hasDefault);
  }
  return found;
}

/**
 * The config of a class without a `getConfig`. Keras captures the arguments of the constructor; here they are read from
 * the properties of the same names. As in Keras, models keep only their defaults.
 *
 * @throws NotImplementedError for an argument whose property does not hold plain data.
 */
export function capturedOptions(object: object, base: unknown, isModel: boolean): Config {
  const config: Config = {};
  for (const [key, hasDefault] of ownOptions(object.constructor, base, isModel)) {
    const value = (object as Record<string, unknown>)[key];
    if (isModel ? hasDefault : isPlainData(value)) {
      if (!isModel) put(config, key, value);
      continue;
    }
    const name = ownName(object.constructor);
    throw new NotImplementedError(
      `Object ${name} was created by passing non-serializable argument values in \`__init__()\`, and therefore the object must override \`get_config()\` in order to be serializable. Please implement \`get_config()\`. (The class ${name} has no getConfig(), and its argument '${key}' is not kept as plain data under that name.)`,
    );
  }
  return config;
}

function isPlainData(value: unknown): boolean {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true;
  if (Array.isArray(value)) return value.every(isPlainData);
  if (typeof value !== 'object') return false;
  return (
    Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlainData)
  );
}
