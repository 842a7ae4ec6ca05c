// What the core has to know of a class that users derive from a layer or model.

import { core } from '../core.js';
import { enter } from '../host_table.js';
import { toSnakeCase } from '../names.js';
import { ownName, registeredName } from '../registered_names.js';

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
type Class = Function & { readonly prototype: Record<string, unknown> };

interface Defined {
  index: number;
  registeredName: string;
}

const defined = new WeakMap<Class, Defined>();

/**
 * The core's number of a class.
 *
 * @param base the class it extends whose methods the core knows: only other methods are called here.
 */
export function customClass(
  target: Class,
  base: Class,
  family: 'layer' | 'model' | 'initializer' | 'regularizer' | 'constraint',
  methods: readonly string[],
): number {
  const name = registeredName(target);
  const found = defined.get(target);
  if (found) {
    if (found.registeredName !== name) {
      core().renameClass(found.index, name);
      found.registeredName = name;
    }
    return found.index;
  }
  const overrides = methods.filter((method) => target.prototype[method] !== base.prototype[method]);
  if ((target as { supportsMasking?: unknown }).supportsMasking === true)
    overrides.push('supportsMasking');
  const index = core().defineClass(
    JSON.stringify({
      className: ownName(target),
      registeredName: name,
      family,
      constructor: enter(target),
      overrides,
      ...(family === 'layer' || family === 'model' ? describeCall(target) : {}),
    }),
  );
  defined.set(target, { index, registeredName: name });
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
    const keyword = stated.split(',').findIndex((part) => /=|\*/.test(part));
    return {
      signature: stated,
      positional: keyword === -1 ? stated.split(',').length : keyword,
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

interface Parameters {
  positional: { name: string; optional: boolean }[];
  keywords: string[];
  rest: boolean;
}

// Names of a last parameter that is not destructured but stands for the keywords.
const bag = /^_?(options|kwargs|keywords|context|args)$/;

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

// The text between the parentheses after the method's name.
function parameterText(source: string): string {
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

function splitTopLevel(text: string): string[] {
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
