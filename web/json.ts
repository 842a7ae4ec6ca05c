// JSON as Python reads and writes it: NaN and Infinity are values, and 1.0 stays apart from 1.

import { JSONDecodeError } from './errors.js';
import type { JsonValue } from './types/config.js';

// Which members of an object or array were written as floats although they are whole: JavaScript's 1.0 is 1. As long
// as the container and the value stay, they are written as floats again.
const wholeFloats = new WeakMap<object, Set<string | number>>();

// Neither a whole float nor NaN, Infinity or -Infinity can be in a text without one of these.
const needsOwnParser = /\.0(?!\d*[1-9])|\d[eE]|NaN|Infinity/;

/** Parses a text of the core or of Python. */
export function parseJson(text: string): JsonValue {
  if (!needsOwnParser.test(text)) return JSON.parse(text) as JsonValue;
  return new Parser(text).parse();
}

/** Writes a value so that the core reads it: without spaces, special numbers by Python's names. */
export function writeJson(value: unknown): string {
  return write(value, false);
}

function write(value: unknown, isFloat: boolean): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return writeNumber(value, isFloat);
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? writeArray(value) : writeObject(value);
    default:
      return 'null';
  }
}

function writeNumber(value: number, isFloat: boolean): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return isFloat && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function writeArray(array: readonly unknown[]): string {
  const floats = wholeFloats.get(array);
  const parts: string[] = [];
  for (let i = 0; i < array.length; ++i) parts.push(write(array[i], floats?.has(i) ?? false));
  return `[${parts.join(',')}]`;
}

function writeObject(object: object): string {
  const floats = wholeFloats.get(object);
  const parts: string[] = [];
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    parts.push(`${JSON.stringify(key)}:${write(value, floats?.has(key) ?? false)}`);
  }
  return `{${parts.join(',')}}`;
}

/** Says that `target`, a changed copy of `source`, has the same whole floats. */
export function copyFloats(source: object, target: object, rename = (key: string) => key): void {
  const floats = wholeFloats.get(source);
  if (!floats) return;
  const renamed = [...floats].map((key) => (typeof key === 'string' ? rename(key) : key));
  wholeFloats.set(target, new Set(renamed));
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): JsonValue {
    const value = this.#value();
    this.#skip();
    if (this.#at < this.#text.length) this.#fail();
    return value;
  }

  #value(): JsonValue {
    this.#skip();
    const first = this.#text[this.#at];
    if (first === '{') return this.#object();
    if (first === '[') return this.#array();
    if (first === '"') return this.#string();
    for (const [word, value] of words) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    return Number(this.#number());
  }

  #object(): JsonValue {
    const object: Record<string, JsonValue> = {};
    const floats = new Set<string>();
    for (const last of this.#items('}')) {
      if (last) break;
      this.#skip();
      if (this.#text[this.#at] !== '"') this.#fail();
      const key = this.#string();
      this.#skip();
      if (this.#text[this.#at++] !== ':') this.#fail();
      const value = this.#valueNoting(() => floats.add(key));
      // A key such as __proto__ is a member like any other.
      Object.defineProperty(object, key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    if (floats.size > 0) wholeFloats.set(object, floats);
    return object;
  }

  #array(): JsonValue {
    const array: JsonValue[] = [];
    const floats = new Set<number>();
    for (const last of this.#items(']')) {
      if (last) break;
      array.push(this.#valueNoting(() => floats.add(array.length)));
    }
    if (floats.size > 0) wholeFloats.set(array, floats);
    return array;
  }

  // Yields once before each item, and `true` when there are no more.
  *#items(close: string): Generator<boolean> {
    ++this.#at;
    this.#skip();
    if (this.#text[this.#at] === close) {
      ++this.#at;
      return;
    }
    for (;;) {
      yield false;
      this.#skip();
      const next = this.#text[this.#at++];
      if (next === close) return;
      if (next !== ',') this.#fail();
    }
  }

  #valueNoting(note: () => void): JsonValue {
    this.#skip();
    const start = this.#at;
    const value = this.#value();
    if (typeof value === 'number' && Number.isInteger(value)) {
      if (/[.eE]/.test(this.#text.slice(start, this.#at))) note();
    }
    return value;
  }

  #string(): string {
    const start = this.#at++;
    while (this.#at < this.#text.length && this.#text[this.#at] !== '"') {
      this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
    }
    ++this.#at;
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  #number(): string {
    number.lastIndex = this.#at;
    const match = number.exec(this.#text);
    if (!match) this.#fail();
    this.#at = number.lastIndex;
    return match[0];
  }

  #skip(): void {
    while (' \n\r\t'.includes(this.#text[this.#at] ?? '-')) ++this.#at;
  }

  #fail(): never {
    throw new JSONDecodeError(`Expecting value: char ${this.#at}`);
  }
}

const number = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;

const words: readonly (readonly [string, JsonValue])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
];
