// What the core has to know of a class that users derive from a layer or model.

import { core } from '../boundary/core.js';
import { perEngine } from '../boundary/engine.js';
import { NotImplementedError } from '../errors/errors.js';
import { put } from '../boundary/members.js';
import { toSnakeCase } from '../boundary/names.js';
import { ownName, registeredName } from '../serialization/registered_names.js';
import { builtinName } from '../boundary/registry.js';
import type { Config } from '../serialization/config.js';
import {
  ownConstructor,
  parameters,
  splitTopLevel,
  type ConstructorOptions,
} from './signatures.js';

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
type Class = Function & { readonly prototype: Record<string, unknown> };

interface Defined {
  index: number;
  registeredName: string;
}

const defined = perEngine(() => new WeakMap<Class, Defined>());

/**
 * The core's number of a class.
 *
 * @param base the class it extends whose methods the core knows: only other methods are called here.
 * @param capturesOptions whether its config is told from its properties when it has no `getConfig`.
 */
export function customClass(
  target: Class,
  base: Class,
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
  const overrides = methods.filter((method) => target.prototype[method] !== base.prototype[method]);
  if (capturesOptions && ownOptions(target, base, family === 'model').size > 0)
    overrides.push('getConfig');
  if ((target as { supportsMasking?: unknown }).supportsMasking === true)
    overrides.push('supportsMasking');
  const index = core().defineClass(
    target,
    JSON.stringify({
      className: ownName(target),
      registeredName: name,
      family,
      overrides,
      ...(family === 'layer' || family === 'model' ? describeCall(target) : {}),
      // Keras captures the arguments of the constructor: without one of its own, those that Layer takes.
      capturesArguments:
        capturesOptions &&
        family === 'layer' &&
        !overrides.includes('getConfig') &&
        constructorsOf(target, base).length === 0,
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

function describeCall(target: Class): CallDescription {
  const stated = (target as { callSignature?: unknown }).callSignature;
  const call = parameters(target.prototype['call']);
  const build = parameters(target.prototype['build']);
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

// Those of the class and of the classes of users above it.
function constructorsOf(target: unknown, base: unknown): ConstructorOptions[] {
  const found: ConstructorOptions[] = [];
  for (
    let level = target;
    typeof level === 'function' && level !== base && !builtinName(level);
    level = Object.getPrototypeOf(level) as unknown
  ) {
    const own = ownConstructor(level);
    if (own) found.push(own);
  }
  return found;
}

/**
 * Whether a model of the class can be made of a given graph: its constructors hand on the `inputs` and `outputs` that
 * they get. Others make a graph of their own.
 */
export function takesGraph(target: unknown): boolean {
  return constructorsOf(target, null).every(({ keys, rest, superArguments }) =>
    keys.has('inputs') || keys.has('outputs')
      ? keys.has('inputs') && keys.has('outputs')
      : rest && !/\b(inputs|outputs)\b/.test(superArguments),
  );
}

/** Options that every layer takes, and those of a graph beside them. */
const layerOptions = 'name trainable dtype activity_regularizer input_shape input_dim autocast';
const commonOptions = {
  layer: new Set(layerOptions.split(' ')),
  graph: new Set([...layerOptions.split(' '), 'inputs', 'outputs']),
};

// The options that the constructors of a class add, and whether each has a default.
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
 * What Keras captures of the constructor's arguments for a class without a `getConfig`: here, the properties of the same
 * names that hold plain data. As in Keras, models keep only their defaults.
 *
 * @throws NotImplementedError for an argument that cannot be known.
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
