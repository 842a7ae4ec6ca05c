// JSON text as the core reads and writes it: what JavaScript handles natively, and beside it what JavaScript cannot tell
// of numbers. src/bindings/codec/json_text.h describes the numbers, codec.h the tagged nodes.

import { RecursionError } from '../errors/errors.js';
import { put } from './members.js';
import type { JsonValue } from '../base/config.js';
import { isTuple } from './python_values.js';

/** What a number is, or what the numbers inside a container are, by key or index. */
type Numbers = number | string | { [key: string]: Numbers };

const kinds = ['whole float', 'NaN', 'Infinity', '-Infinity', '-0.0'] as const;
const values = [undefined, NaN, Infinity, -Infinity, -0] as const;

const WHOLE_FLOAT = kinds.indexOf('whole float');
const numbersMark = '\u0001';
/** The first character of a text with tagged nodes. */
export const taggedMark = '\u0002';

// Which members of an object or array were floats although they are whole: JavaScript's 1.0 is 1. As long as the
// container and the value stay, they are written as floats again.
const wholeFloats = new WeakMap<object, Set<string | number>>();
const noFloats: ReadonlySet<string | number> = new Set();

/** A node of a text: a dict with the key `$`. */
export interface Node {
  readonly $: string;
  readonly items?: readonly unknown[];
}

/** Makes the value that a node stands for. */
export type Resolve = (node: Node) => unknown;

/** Reads a text of the core, of which the caller knows the type. Text without handles needs no `resolve`. */
export function parseJson<T = JsonValue>(text: string, resolve: Resolve = resolveDict): T {
  if (!text.startsWith(taggedMark)) return parseNumbers(text) as T;
  return resolved(parseNumbers(text.slice(1)), resolve) as T;
}

function parseNumbers(text: string): JsonValue {
  if (!text.startsWith(numbersMark)) return JSON.parse(text) as JsonValue;
  const end = text.indexOf(numbersMark, 1);
  const root = [JSON.parse(text.slice(1, end)) as JsonValue];
  restore(root, { 0: JSON.parse(text.slice(end + 1)) as Numbers });
  return root[0]!;
}

type Container = Record<string | number, JsonValue>;

function restore(container: JsonValue, numbers: { [key: string]: Numbers }): void {
  const target = container as Container;
  for (const [key, number] of Object.entries(numbers)) {
    if (typeof number === 'object') {
      restore(target[key] as JsonValue, number);
      continue;
    }
    const value = typeof number === 'number' ? values[number] : Number(number);
    if (value !== undefined) target[key] = value;
    else noteFloat(target, Array.isArray(target) ? Number(key) : key);
  }
}

// Resolves nodes in place, so that containers keep their whole floats.
function resolved(value: unknown, resolve: Resolve): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return resolvedItems(value, resolve);
  if (Object.hasOwn(value, '$')) {
    const node = value as Node;
    if (node.items !== undefined) resolvedItems(node.items as unknown[], resolve);
    return resolve(node);
  }
  const container = value as Container;
  for (const key of Object.keys(value)) {
    const item = resolved(container[key], resolve);
    if (item !== container[key]) put(container, key, item as JsonValue);
  }
  return value;
}

function resolvedItems(items: unknown[], resolve: Resolve): unknown[] {
  for (let i = 0; i < items.length; ++i) items[i] = resolved(items[i], resolve);
  return items;
}

/** The dict of the one node that needs no handles. */
export function resolveDict({ $, items }: Node): unknown {
  if ($ !== 'dict') throw new Error(`Unknown tag of a packed value: ${$}`);
  const dict: Record<string, unknown> = {};
  for (const pair of items as [string, unknown][]) {
    put(dict, pair[0], pair[1]);
    if (wholeFloats.get(pair)?.has(1)) noteFloat(dict, pair[0]);
  }
  return dict;
}

function noteFloat(container: object, key: string | number): void {
  const floats = wholeFloats.get(container);
  if (floats) floats.add(key);
  else wholeFloats.set(container, new Set([key]));
}

/** Says that `target`, a changed copy of `source`, has the same whole floats. */
export function copyFloats(source: object, target: object, rename = (key: string) => key): void {
  const floats = wholeFloats.get(source);
  if (!floats) return;
  const renamed = [...floats].map((key) => (typeof key === 'string' ? rename(key) : key));
  wholeFloats.set(target, new Set(renamed));
}

/** Says that whole numbers of `target` that are floats in `source` are floats as well. */
export function addFloats(source: object, target: object): void {
  for (const key of wholeFloats.get(source) ?? []) {
    if (Object.hasOwn(target, key)) noteFloat(target, key);
  }
}

/** A node to be written: its JSON, and `items`, which may hold values that are not JSON. */
export class TaggedNode {
  readonly json: { readonly $: string };
  readonly items: readonly unknown[] | undefined;

  constructor(
    json: { readonly $: string; readonly [key: string]: unknown },
    items?: readonly unknown[],
  ) {
    this.json = json;
    this.items = items;
  }
}

/** Decides what is written for values that are not JSON. */
export interface Rules {
  /** Whether arrays that are tuples are written apart from lists. */
  readonly keepsTuples: boolean;
  /**
   * Returns a TaggedNode, or what is written in the place of a function, a symbol, an object of a class, or `undefined`
   * in an array. `path` tells where it is, such as `layers[3].units`.
   */
  convert(value: unknown, path: () => string): unknown;
}

/** Writes a value so that the core reads it. Without `rules`, values that are not JSON are treated as JSON.stringify does. */
export function writeJson(value: unknown, rules?: Rules): string {
  const writer = new Writer(rules);
  try {
    return writer.write(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RecursionError('The value is nested too deeply, or is a part of itself.');
  }
}

// The core reads a little more: src/json/parse.h.
const maxDepth = 500;

class Writer {
  readonly #rules: Rules | undefined;
  // The keys that lead to the current item.
  readonly #keys: (string | number)[] = [];
  // The numbers inside the container that was prepared last.
  #numbers: Numbers | undefined;
  #isTagged = false;

  constructor(rules: Rules | undefined) {
    this.#rules = rules;
  }

  write(value: unknown): string {
    const root = this.#prepare([value], 0) as unknown[];
    const numbers = this.#numbers as { [key: string]: Numbers } | undefined;
    const mark = this.#isTagged ? taggedMark : '';
    const text = JSON.stringify(root[0]) ?? 'null';
    if (numbers === undefined) return mark + text;
    return mark + numbersMark + text + numbersMark + JSON.stringify(numbers[0]);
  }

  // The container for JSON.stringify: the same object unless something in it had to be replaced.
  #prepare(container: object, depth: number): object {
    if (depth > maxDepth) throw new RangeError();
    const isArray = Array.isArray(container);
    if (!isArray && Object.hasOwn(container, '$')) return this.#prepareDict(container, depth);
    const source = container as Container;
    const keys = isArray ? undefined : Object.keys(container);
    const length = keys === undefined ? (container as unknown[]).length : keys.length;
    let copy: Container | undefined;
    let numbers: { [key: string]: Numbers } | undefined;
    let floats: ReadonlySet<string | number> | undefined; // asked for at the first whole number
    for (let i = 0; i < length; ++i) {
      const key = keys === undefined ? i : keys[i]!;
      const item = source[key] as unknown;
      if (typeof item === 'string' || item === null || typeof item === 'boolean') continue;
      let written: unknown = item;
      this.#numbers = undefined;
      switch (typeof item) {
        case 'number':
          if (Number.isInteger(item) && (item !== 0 || 1 / item > 0)) {
            floats ??= wholeFloats.get(container) ?? noFloats;
            if (floats.has(key)) this.#numbers = WHOLE_FLOAT;
          } else {
            this.#numbers = kindOf(item);
          }
          break;
        case 'bigint':
          this.#numbers = String(item);
          written = 0;
          break;
        case 'object':
          this.#keys[depth] = key;
          written = this.#isPlain(item)
            ? this.#prepare(item, depth + 1)
            : this.#converted(item, depth);
          break;
        case 'undefined':
        case 'function':
        case 'symbol':
          if (item === undefined && !isArray) break;
          this.#keys[depth] = key;
          written = this.#converted(item, depth);
      }
      if (this.#numbers !== undefined) put((numbers ??= {}), key, this.#numbers);
      if (written === item) continue;
      copy ??= (isArray ? [...(container as unknown[])] : { ...container }) as Container;
      put(copy, key, written as JsonValue);
    }
    this.#numbers = numbers;
    return copy ?? container;
  }

  #isPlain(value: object): boolean {
    if (Array.isArray(value)) return !(this.#rules?.keepsTuples === true && isTuple(value));
    const prototype = Object.getPrototypeOf(value) as unknown;
    return prototype === Object.prototype || prototype === null;
  }

  // A dict with the key `$` would be read as a node.
  #prepareDict(dict: object, depth: number): object {
    const items = Object.entries(dict).filter(([, value]) => value !== undefined);
    for (const pair of items) if (wholeFloats.get(dict)?.has(pair[0])) noteFloat(pair, 1);
    return this.#node(new TaggedNode({ $: 'dict' }, items), depth);
  }

  #node({ json, items }: TaggedNode, depth: number): object {
    this.#isTagged = true;
    this.#numbers = undefined;
    if (items === undefined) return json;
    const node = { ...json, items: this.#prepare(items, depth) };
    if (this.#numbers !== undefined) this.#numbers = { items: this.#numbers };
    return node;
  }

  #converted(value: unknown, depth: number): unknown {
    if (this.#rules === undefined) return value;
    const made = this.#rules.convert(value, () => pathOf(this.#keys.slice(1, depth + 1)));
    if (made instanceof TaggedNode) return this.#node(made, depth + 1);
    const [written] = this.#prepare([made], depth + 1) as unknown[];
    if (this.#numbers !== undefined)
      this.#numbers = (this.#numbers as { [key: string]: Numbers })[0];
    return written;
  }
}

function pathOf(keys: readonly (string | number)[]): string {
  const steps = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`));
  return steps.join('').replace(/^\./, '');
}

// Of a number that is not whole, or -0.
function kindOf(value: number): number | undefined {
  if (value === 0) return kinds.indexOf('-0.0');
  if (Number.isFinite(value)) return undefined;
  if (Number.isNaN(value)) return kinds.indexOf('NaN');
  return kinds.indexOf(value > 0 ? 'Infinity' : '-Infinity');
}
