// Parses the source text of functions and classes for their parameters, as Python's `inspect` does. Minifiers keep the
// names that matter here, the keys of destructured objects.

import { toSnakeCase } from '../boundary/names.js';

/** The parameters of a function. */
export interface Parameters {
  positional: { name: string; optional: boolean }[];
  /** Keys of a last parameter that is destructured. */
  keywords: string[];
  /** Whether it takes any other keyword. */
  rest: boolean;
}

// Names of a last parameter that holds the keywords as an object, as Python's `**kwargs`. Other names, such as `context`,
// are positional parameters.
const bag = /^_?(kwargs|keywords)$/;

/**
 * The parameters of a method, from its source text. A last parameter `{ training, mask }` holds keywords. For `call`, a
 * `static callSignature` of the class takes precedence.
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

/** Whether a function takes a keyword, given in snake_case: `(x, { training }) => ...` takes `training`. */
export function takesKeyword(target: unknown, keyword: string): boolean {
  return parameters(target).keywords.some((name) => toSnakeCase(name) === keyword);
}

/** Whether a function is an arrow function or a method: only those lack a `prototype`. */
export function isLambda(target: unknown): boolean {
  return typeof target === 'function' && !Object.hasOwn(target, 'prototype');
}

// The text between the parentheses after the method's name, or the parameter of `x => ...`.
function parameterText(source: string): string {
  const alone = /^(?:async\s+)?([\w$]+)\s*=>/.exec(source);
  if (alone) return alone[1]!;
  const start = source.indexOf('(');
  return source.slice(start + 1, closing(source, start));
}

// The index of the bracket that closes the one at `start`.
function closing(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; ++i) {
    i = skipText(text, i);
    if ('([{'.includes(text[i]!)) ++depth;
    if (')]}'.includes(text[i]!) && --depth === 0) return i;
  }
  return text.length;
}

// The last index of the string or comment that begins at `i`; `i` itself when there is none.
function skipText(text: string, i: number): number {
  const comment = /\/\*[\s\S]*?\*\/|\/\/.*|(['"`])(?:\\.|(?!\1)[\s\S])*\1/y;
  comment.lastIndex = i;
  const match = comment.exec(text);
  return match ? comment.lastIndex - 1 : i;
}

/** What a constructor takes in its first argument, an options object. */
export interface ConstructorOptions {
  /** The options it names, and whether each has a default. */
  readonly keys: ReadonlyMap<string, boolean>;
  /** Whether it collects other options in a rest element. */
  readonly rest: boolean;
  /** Source text of the arguments of its `super` call; empty when it has none. */
  readonly superArguments: string;
}

/** Parses the constructor of a class; undefined when it inherits one. */
export function ownConstructor(target: object): ConstructorOptions | undefined {
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

function superArguments(source: string, from: number): string {
  const start = source.indexOf('{', from);
  const body = blanked(source.slice(start, closing(source, start)));
  const call = /\bsuper\s*\(/.exec(body);
  if (!call) return '';
  const open = call.index + call[0].length - 1;
  return body.slice(open + 1, closing(body, open));
}

// The text with strings and comments replaced by spaces.
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

// The index of `constructor(` in the class body; -1 when there is none.
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
      // Comments are dropped; strings are default values, of which only the presence matters.
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
