// A call of a layer or an operation: what the functions of `layers/` and `ops/` get.
import { cast } from '../graph/elementwise.js';
import type { GraphBuilder } from '../graph/builder.js';
import { isFloat, NoOnnxForm, type Constant, type Value } from '../graph/value.js';
import { DATA_TYPES, type ElementType } from '../proto/messages.js';
import type { Json, LayerDescription } from '../../../model_description.js';

/** An argument: a value, a tree of values, or JSON. */
export type Argument = unknown;

/** What a call returns: one value, or several in a list. */
export type Result = Value | readonly Result[] | { readonly [key: string]: Result };

export interface CallArguments {
  readonly args: readonly Argument[];
  readonly kwargs: Readonly<Record<string, Argument>>;
}

/** Writes the nodes of a call. */
export type Form = (call: Call) => Result;

/** How a layer is written. */
export interface LayerForm {
  readonly form: Form;
  /** Whether floating-point inputs are cast to the compute dtype first. True by default. */
  readonly autocast?: boolean;
  /** The mask of the output; by default the mask of the input, as in Keras. */
  readonly computeMask?: (call: Call, result: Result) => Value | undefined;
}

export const isValue = (value: unknown): value is Value =>
  typeof value === 'object' && value !== null && 'dtype' in value && 'shape' in value;

/** The values in a tree, in Keras's order: dicts by sorted key. */
export function flatten(tree: unknown): Value[] {
  if (isValue(tree)) return [tree];
  if (Array.isArray(tree)) return tree.flatMap(flatten);
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.keys(tree)
    .sort()
    .flatMap((key) => flatten((tree as Json)[key]));
}

/** The tree with other values. */
export function mapValues(tree: unknown, change: (value: Value) => Value): unknown {
  if (isValue(tree)) return change(tree);
  if (Array.isArray(tree)) return tree.map((each: unknown) => mapValues(each, change));
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(
    Object.entries(tree).map(([key, each]) => [key, mapValues(each, change)]),
  );
}

/**
 * The dtype to compute with: float32 for bfloat16, which most of ONNX's operators lack. Throws NoOnnxForm for complex
 * numbers.
 */
export function elementType(dtype: string): ElementType {
  if (dtype === 'bfloat16') return 'float32';
  if (Object.hasOwn(DATA_TYPES, dtype)) return dtype as ElementType;
  throw new NoOnnxForm(`its dtype is ${dtype}`);
}

export class Call {
  readonly g: GraphBuilder;
  readonly layer: LayerDescription;
  readonly args: readonly Argument[];
  readonly kwargs: Readonly<Record<string, Argument>>;
  readonly #callLayer: CallLayer;

  constructor(
    g: GraphBuilder,
    layer: LayerDescription,
    { args, kwargs }: CallArguments,
    callLayer: CallLayer,
  ) {
    this.g = g;
    this.layer = layer;
    this.args = args;
    this.kwargs = kwargs;
    this.#callLayer = callLayer;
  }

  /** The layer's config. */
  get config(): Json {
    return this.layer.config;
  }

  /** The dtype of the layer's computation. */
  get dtype(): ElementType {
    return elementType(this.layer.computeDtype);
  }

  /** An argument by position or name. */
  arg(index: number, name: string): Argument {
    return index < this.args.length ? this.args[index] : this.kwargs[name];
  }

  /** An argument that must be one tensor. A number, which Keras takes, too, becomes a constant. */
  tensor(index: number, name: string): Value {
    const value = this.arg(index, name) ?? (index === 0 ? Object.values(this.kwargs)[0] : null);
    if (isValue(value)) return value;
    throw new NoOnnxForm(`its argument \`${name}\` is not a tensor`);
  }

  /** An argument that is a tensor or a number. */
  operand(index: number, name: string): Value | number {
    const value = this.arg(index, name) ?? this.config[name];
    if (typeof value === 'number') return value;
    if (typeof value === 'boolean') return this.g.scalar(Number(value), 'bool');
    return isValue(value) ? value : arrayOf(this.g, value, name);
  }

  /** The member of an operation's config, or the argument of that name. */
  option<T>(name: string, fallback: T): T {
    return (this.config[name] ?? this.kwargs[name] ?? fallback) as T;
  }

  /** The first argument, which must be one tensor. */
  get input(): Value {
    return this.tensor(0, 'inputs');
  }

  /** The first argument as a list of tensors. */
  get inputs(): Value[] {
    return flatten(this.args[0] ?? Object.values(this.kwargs)[0]);
  }

  /** The argument `mask`, or the mask that Keras passes for it. */
  get mask(): Value | undefined {
    const given = this.kwargs['mask'];
    if (isValue(given)) return given;
    const tensors = [...this.args, ...Object.values(this.kwargs)].filter(
      (each) => flatten(each).length > 0,
    );
    return tensors.length === 1 && isValue(tensors[0]) ? tensors[0].mask : undefined;
  }

  hasWeight(name: string): boolean {
    return this.layer.weights.has(name);
  }

  /** A weight in the compute dtype, or in another one. */
  weight(name: string, dtype: ElementType = this.dtype): Value {
    return weightOf(this.g, this.layer, name, dtype);
  }

  child(name: string): LayerDescription {
    const found = this.layer.children.get(name);
    if (found) return found;
    throw new NoOnnxForm(`it has no part ${name}`);
  }

  /** Writes a call of another layer. */
  call(layer: LayerDescription, args: readonly Argument[], kwargs: Json = {}): Result {
    return this.#callLayer(this.g, layer, { args, kwargs });
  }

  /** Writes a call of another layer that returns one tensor. */
  callOne(layer: LayerDescription, args: readonly Argument[], kwargs: Json = {}): Value {
    return flatten(this.call(layer, args, kwargs))[0]!;
  }

  /** The same for a graph inside this one, such as the body of a loop. */
  inside(g: GraphBuilder): Call {
    return new Call(g, this.layer, this, this.#callLayer);
  }
}

// A nested list of numbers as a constant.
function arrayOf(g: GraphBuilder, value: unknown, name: string): Value {
  const shape: number[] = [];
  for (let each = value; Array.isArray(each); each = each[0]) shape.push(each.length);
  const flat = Array.isArray(value) ? (value.flat(shape.length) as unknown[]) : [];
  if (flat.length === 0 || !flat.every((each) => typeof each === 'number'))
    throw new NoOnnxForm(`its argument \`${name}\` is not a tensor`);
  const dtype = flat.every(Number.isInteger) ? 'int32' : 'float32';
  return g.numbers(flat, dtype, shape);
}

export type CallLayer = (g: GraphBuilder, layer: LayerDescription, call: CallArguments) => Result;

/** A weight of a layer in a dtype. Integers keep theirs. The file has the weight as it is stored. */
export function weightOf(
  g: GraphBuilder,
  layer: LayerDescription,
  name: string,
  dtype: ElementType,
): Value {
  const stored = layer.weights.get(name);
  if (!stored) throw new NoOnnxForm(`it has no weight \`${name}\``);
  elementType(stored.dtype); // throws for dtypes that ONNX lacks
  const value = g.constant(stored as Constant);
  return isFloat(value.dtype) ? cast(g, value, dtype) : value;
}

/** A member of a config that is a number. */
export function numberOf(config: Json, key: string, fallback?: number): number {
  const value = config[key] ?? fallback;
  if (typeof value === 'number') return value;
  throw new NoOnnxForm(`its config has no number \`${key}\``);
}

/** A member of a config that is a list of numbers, or one number for each axis. */
export function numbersIn(config: Json, key: string, count?: number): number[] {
  const value = config[key];
  if (typeof value === 'number') return Array.from({ length: count ?? 1 }, () => value);
  if (Array.isArray(value) && value.every((each) => typeof each === 'number')) return value;
  throw new NoOnnxForm(`its config has no numbers \`${key}\``);
}
