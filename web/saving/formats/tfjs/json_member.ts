// The text of a part of a JSON text, as it stands: JavaScript would read 1.0 and 1 as one number.

/** The text of the member at the path of keys. The text must be valid JSON and have the member. */
export function jsonMember(text: string, keys: readonly string[]): string {
  let start = 0;
  let end = text.length;
  for (const key of keys) [start, end] = memberAt(text, start, end, key);
  return text.slice(start, end);
}

const SPACE = /[\s,:]/;

// The last member of that name, as JSON.parse takes it.
function memberAt(text: string, start: number, end: number, key: string): [number, number] {
  let found: [number, number] = [start, start];
  let at = text.indexOf('{', start) + 1;
  for (;;) {
    while (SPACE.test(text[at]!)) ++at;
    if (at >= end || text[at] !== '"') return found;
    const keyEnd = valueEnd(text, at);
    const name: unknown = JSON.parse(text.slice(at, keyEnd));
    at = keyEnd;
    while (SPACE.test(text[at]!)) ++at;
    const valueStart = at;
    at = valueEnd(text, at);
    if (name === key) found = [valueStart, at];
  }
}

// Where the value that begins at `at` ends.
function valueEnd(text: string, at: number): number {
  let depth = 0;
  for (; at < text.length; ++at) {
    const c = text[at]!;
    if (c === '"') {
      at = stringEnd(text, at);
      if (depth === 0) return at + 1;
    } else if (c === '{' || c === '[') ++depth;
    else if (c === '}' || c === ']') {
      if (depth === 0) return at; // the end of a number or word before it
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && SPACE.test(c)) return at;
  }
  return at;
}

// The position of the closing quote.
function stringEnd(text: string, at: number): number {
  for (++at; text[at] !== '"'; ++at) if (text[at] === '\\') ++at;
  return at;
}
