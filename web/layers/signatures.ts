// What the text of a class says of its methods, as Python's `inspect` does: names of parameters, which survive minifiers
// where they are keys of destructured objects.

import { toSnakeCase } from '../boundary/names.js';

/** The parameters of a function. */
export interface Parameters {
  positional: { name: string; optional: boolean }[];
  /** Keys of a last parameter that is destructured. */
  keywords: string[];
  /** Whether it takes others, too. */
  rest: boolean;
}

// Names of a last parameter that is not destructured but stands for the keywords, as Python's `**kwargs`. Others, such
// as `context` or `options`, are parameters.
const bag = /^_?(kwargs|keywords)$/;

/**
 * The parameters of a method from its text, as Python's `inspect` gives them: the core must know which keyword arguments
 * a layer takes. A last parameter `{ training, mask }` is read as keywords; `static callSignature` overrules all of it.
 */
export function parameters(method: unknown): Parameters {
  const found: Parameters = { positional: [], keywords: [], rest: false };
  if (typeof method !== 'function') return found;
  const list = splitTopLevel(parameterText(Function.prototype.toString.call(method)));
  list.forEach((part, i) => {
    const last = i === list.length - 1;
    if (part.startsWith('{') && last && i > 0) {
      const inner = part.slice(1, part.lastIndexOf('}'));
      for (const member of splitTopLevel(inner)) {
        if (member.startsWith('...')) found.rest = true;
        else found.keywords.push(/^[\w$]+/.exec(member)?.[0] ?? member);
      }
      return;
    }
    if (part.startsWith('...')) {
      found.rest = true;
      return;
    }
    const name = /^[\w$]+/.exec(part)?.[0] ?? (i === 0 ? 'inputs' : `argument${i}`);
    if (last && i > 0 && bag.test(name)) {
      found.keywords.push('training', 'mask');
      found.rest = true;
    } else {
      found.positional.push({ name, optional: part.includes('=') });
    }
  });
  return found;
}

/** Whether a function takes that keyword of Keras, such as `training`: `(x, { training }) => ...`. */
export function takesKeyword(target: unknown, keyword: string): boolean {
  return parameters(target).keywords.some((name) => toSnakeCase(name) === keyword);
}

/** Whether a function is JavaScript's lambda, an arrow function: those, and methods, cannot be constructors. */
export function isLambda(target: unknown): boolean {
  return typeof target === 'function' && !Object.hasOwn(target, 'prototype');
}

// The text between the parentheses after the method's name; the one parameter of `x => ...`.
function parameterText(source: string): string {
  const alone = /^(?:async\s+)?([\w$]+)\s*=>/.exec(source);
  if (alone) return alone[1]!;
  const start = source.indexOf('(');
  return source.slice(start + 1, closing(source, start));
}

// The place of the bracket that closes the one at `start`.
function closing(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; ++i) {
    i = skipText(text, i);
    if ('([{'.includes(text[i]!)) ++depth;
    if (')]}'.includes(text[i]!) && --depth === 0) return i;
  }
  return text.length;
}

// Past a string or comment that begins at `i`.
function skipText(text: string, i: number): number {
  const comment = /\/\*[\s\S]*?\*\/|\/\/.*|(['"`])(?:\\.|(?!\1)[\s\S])*\1/y;
  comment.lastIndex = i;
  const match = comment.exec(text);
  return match ? comment.lastIndex - 1 : i;
}

/** What a class's own constructor takes in its first argument, an object of options. */
export interface ConstructorOptions {
  /** The keys that it names, and whether each has a default. */
  readonly keys: ReadonlyMap<string, boolean>;
  /** Whether it hands on what it does not name. */
  readonly rest: boolean;
  /** The text of the arguments with which it calls `super`; empty when it does not. */
  readonly superArguments: string;
}

/** Reads the constructor that a class states itself; undefined when it inherits one. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
export function ownConstructor(target: Function): ConstructorOptions | undefined {
  const source = Function.prototype.toString.call(target);
  const start = constructorPlace(source);
  if (start === -1) return undefined;
  const open = source.indexOf('(', start);
  const close = closing(source, open);
  const [first = ''] = splitTopLevel(source.slice(open + 1, close));
  const keys = new Map<string, boolean>();
  let rest = !first.startsWith('{') && first !== '';
  if (first.startsWith('{')) {
    for (const member of splitTopLevel(first.slice(1, closing(first, 0)))) {
      if (member.startsWith('...')) rest = true;
      else keys.set(keyOf(member), member.includes('='));
    }
  }
  return { keys, rest, superArguments: superArguments(source, close) };
}

// The text without what stands in strings and comments.
function superArguments(source: string, from: number): string {
  const start = source.indexOf('{', from);
  const body = blanked(source.slice(start, closing(source, start)));
  const call = /\bsuper\s*\(/.exec(body);
  if (!call) return '';
  const open = call.index + call[0].length - 1;
  return body.slice(open + 1, closing(body, open));
}

function blanked(text: string): string {
  let result = '';
  for (let i = 0; i < text.length; ++i) {
    const end = skipText(text, i);
    result += end > i ? ' '.repeat(end + 1 - i) : text[i];
    i = end;
  }
  return result;
}

// The key of a member of a destructured object.
const keyOf = (member: string): string =>
  /^(?:'([^']*)'|"([^"]*)"|([\w$]+))/.exec(member)?.slice(1).find(Boolean) ?? member;

// Of the word in the body of the class; -1 when there is none.
function constructorPlace(source: string): number {
  let depth = 0;
  for (let i = 0; i < source.length; ++i) {
    i = skipText(source, i);
    const character = source[i]!;
    if ('([{'.includes(character)) ++depth;
    else if (')]}'.includes(character)) --depth;
    else if (
      depth === 1 &&
      character === 'c' &&
      /^constructor\s*\(/.test(source.slice(i, i + 80))
    ) {
      if (!/[\w$.#]/.test(source[i - 1] ?? '')) return i;
    }
  }
  return -1;
}

/** The parts between commas outside brackets, strings and comments. */
export function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (let i = 0; i < text.length; ++i) {
    const end = skipText(text, i);
    if (end > i) {
      // Comments are no part of a parameter; strings are defaults, of which only the presence matters.
      if (text[i] !== '/') part += text.slice(i, end + 1);
      i = end;
      continue;
    }
    const character = text[i]!;
    if ('([{'.includes(character)) ++depth;
    if (')]}'.includes(character)) --depth;
    if (character === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else {
      part += character;
    }
  }
  if (part.trim()) parts.push(part.trim());
  return parts;
}
