// Indents JSON without parsing it: JavaScript would read Python's 1.0 as 1.

/** The same JSON with one member per line; empty objects and lists stay as they are. */
export function indented(json: string): string {
  const out: string[] = [];
  let depth = 0;
  const newLine = (): void => void out.push('\n', '  '.repeat(depth));
  const tokens = /"(?:[^"\\]|\\.)*"|[{[]\s*[}\]]|[{}[\],:]|[^\s{}[\],:"]+/g;
  for (const [token] of json.matchAll(tokens)) {
    if (token === '{' || token === '[') {
      out.push(token);
      ++depth;
      newLine();
    } else if (token === '}' || token === ']') {
      --depth;
      newLine();
      out.push(token);
    } else if (token === ',') {
      out.push(token);
      newLine();
    } else out.push(token === ':' ? ': ' : token);
  }
  return out.join('');
}
