// JSON as it crosses the border: what JavaScript reads and writes natively, and beside it what JavaScript cannot tell.
//
// Python keeps 1.0 apart from 1, and NaN and the infinities are values of its JSON. So where a text has any of them it
// has two parts, "\u0001" + value + "\u0001" + specials: the value with plain numbers in their places, and by the same
// keys and places what they are (`kinds` below; a big integer by its digits). src/bindings/codec/json_codec.h is the other side.

import { RecursionError } from '../errors/errors.js';
import { put } from './members.js';
import type { JsonValue } from '../serialization/config.js';

/** What is at a place, or what is where below it. */
type Specials = number | string | { [key: string]: Specials };

/** A leaf of the specials is the index of one of these, the digits of an integer beyond 2^53, or "@" and a function's number. */
const kinds = ['whole float', 'NaN', 'Infinity', '-Infinity', '-0.0'] as const;
const values = [undefined, NaN, Infinity, -Infinity, -0] as const;

const WHOLE_FLOAT = kinds.indexOf('whole float');
const mark = '\u0001';

// Which members of an object or array were floats although they are whole: JavaScript's 1.0 is 1. As long as the
// container and the value stay, they are written as floats again.
const wholeFloats = new WeakMap<object, Set<string | number>>();

/** Whether a text has the form with two parts. */
export function isMarked(text: string): boolean {
  return text.startsWith(mark);
}

/** Reads a text of the core. */
export function parseJson(text: string): JsonValue {
  if (!isMarked(text)) return JSON.parse(text) as JsonValue;
  const end = text.indexOf(mark, 1);
  const root = [JSON.parse(text.slice(1, end)) as JsonValue];
  restore(root, { 0: JSON.parse(text.slice(end + 1)) as Specials });
  return root[0]!;
}

type Container = Record<string | number, JsonValue>;

function restore(container: JsonValue, specials: { [key: string]: Specials }): void {
  const target = container as Container;
  for (const [key, special] of Object.entries(specials)) {
    if (typeof special === 'object') {
      restore(target[key] as JsonValue, special);
      continue;
    }
    const value = typeof special === 'number' ? values[special] : Number(special);
    if (value !== undefined) target[key] = value;
    else noteFloat(target, Array.isArray(target) ? Number(key) : key);
  }
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

/** Stands in a value for a function that the core calls. Texts of files cannot have one: it is written as a special. */
export class FunctionHandle {
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }
}

/** Gives what stands in a text for something that JSON does not know. `path` is its place, as `layers[3].units`. */
export type Convert = (
  value: object | symbol | ((...args: never[]) => unknown),
  path: string,
) => unknown;

/**
 * Writes a value so that the core reads it.
 *
 * @param convert is asked for functions, symbols and objects of classes; without it JSON's rules hold for them.
 */
export function writeJson(value: unknown, convert?: Convert): string {
  const writer = new Writer(convert);
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
  readonly #convert: Convert | undefined;
  // The keys that lead to what is being looked at.
  readonly #keys: (string | number)[] = [];
  // What is special inside of the container that was looked at last.
  #inside: Specials | undefined;

  constructor(convert: Convert | undefined) {
    this.#convert = convert;
  }

  write(value: unknown): string {
    const root = this.#prepare([value], 0) as unknown[];
    const specials = this.#inside as { [key: string]: Specials } | undefined;
    const text = JSON.stringify(root[0]) ?? 'null';
    return specials === undefined ? text : mark + text + mark + JSON.stringify(specials[0]);
  }

  // The container as JSON.stringify shall see it: the same one wherever nothing had to be replaced.
  #prepare(container: object, depth: number): object {
    if (depth > maxDepth) throw new RangeError();
    const isArray = Array.isArray(container);
    const source = container as Container;
    const keys = isArray ? undefined : Object.keys(container);
    const length = keys === undefined ? (container as unknown[]).length : keys.length;
    let copy: Container | undefined;
    let specials: { [key: string]: Specials } | undefined;
    for (let i = 0; i < length; ++i) {
      const key = keys === undefined ? i : keys[i]!;
      const item = source[key] as unknown;
      let written = item;
      this.#inside = undefined;
      switch (typeof item) {
        case 'number':
          this.#inside = kindOf(item, () => wholeFloats.get(container)?.has(key) === true);
          break;
        case 'bigint':
          this.#inside = String(item);
          written = 0;
          break;
        case 'object':
          if (item === null) break;
          if (item instanceof FunctionHandle) {
            this.#inside = `@${item.id}`;
            written = 0;
            break;
          }
          this.#keys[depth] = key;
          written = isPlain(item) ? this.#prepare(item, depth + 1) : this.#converted(item, depth);
          break;
        case 'function':
        case 'symbol':
          this.#keys[depth] = key;
          written = this.#converted(item as symbol, depth);
      }
      if (this.#inside !== undefined) put((specials ??= {}), key, this.#inside);
      if (written === item) continue;
      copy ??= (isArray ? [...(container as unknown[])] : { ...container }) as Container;
      put(copy, key, written as JsonValue);
    }
    this.#inside = specials;
    return copy ?? container;
  }

  #converted(value: Parameters<Convert>[0], depth: number): unknown {
    if (this.#convert === undefined) return value;
    const path = this.#keys
      .slice(1, depth + 1)
      .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
      .join('')
      .replace(/^\./, '');
    const [made] = this.#prepare([this.#convert(value, path)], depth + 1) as unknown[];
    if (this.#inside !== undefined) this.#inside = (this.#inside as { [key: string]: Specials })[0];
    return made;
  }
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}

function kindOf(value: number, isFloat: () => boolean): number | undefined {
  if (value === 0 && 1 / value < 0) return kinds.indexOf('-0.0');
  if (Number.isInteger(value)) return isFloat() ? WHOLE_FLOAT : undefined;
  if (Number.isFinite(value)) return undefined;
  if (Number.isNaN(value)) return kinds.indexOf('NaN');
  return kinds.indexOf(value > 0 ? 'Infinity' : '-Infinity');
}
