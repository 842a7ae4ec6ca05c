// Reads the dict that describes an array in a `.npy` file: a Python literal, of which NumPy writes a small part.

export type Literal = string | number | boolean | null | Literal[] | Map<string, Literal>;

const TOKEN =
  /\s*(?:(?<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?<number>-?\d+)L?|(?<word>[A-Za-z]+)|(?<mark>[[\](){},:]))/y;

const WORDS: ReadonlyMap<string, Literal> = new Map<string, Literal>([
  ['True', true],
  ['False', false],
  ['None', null],
]);

/** Levels of brackets. */
const MAX_DEPTH = 8;

/** The value; tuples are lists. Undefined for text that is not such a literal. */
export function parseLiteral(text: string): Literal | undefined {
  const tokens = tokensOf(text.trimEnd());
  if (!tokens) return undefined;
  const parser = new Parser(tokens);
  const value = parser.value(0);
  return parser.isAtEnd ? value : undefined;
}

interface Token {
  readonly mark?: string;
  readonly value?: Literal;
}

function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const groups = TOKEN.exec(text)?.groups;
    if (!groups) return undefined;
    const { string, number, word, mark } = groups;
    if (mark !== undefined) tokens.push({ mark });
    else if (string !== undefined) tokens.push({ value: string.slice(1, -1) });
    else if (number !== undefined) tokens.push({ value: Number(number) });
    else if (word !== undefined && WORDS.has(word)) tokens.push({ value: WORDS.get(word)! });
    else return undefined;
  }
  return tokens;
}

const CLOSING: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  value(depth: number): Literal | undefined {
    const token = this.#tokens[this.#at++];
    if (token?.mark === undefined) return token?.value;
    const end = CLOSING[token.mark];
    if (end === undefined || depth === MAX_DEPTH) return undefined;
    return token.mark === '{' ? this.#dict(depth + 1) : this.#list(end, depth + 1);
  }

  #list(end: string, depth: number): Literal[] | undefined {
    const items: Literal[] = [];
    while (!this.#skip(end)) {
      const item = this.value(depth);
      if (item === undefined || !this.#endsItem(end)) return undefined;
      items.push(item);
    }
    return items;
  }

  #dict(depth: number): Map<string, Literal> | undefined {
    const members = new Map<string, Literal>();
    while (!this.#skip('}')) {
      const key = this.value(depth);
      if (typeof key !== 'string' || !this.#skip(':')) return undefined;
      const value = this.value(depth);
      if (value === undefined || !this.#endsItem('}')) return undefined;
      members.set(key, value);
    }
    return members;
  }

  // A comma, or the closing bracket, which stays.
  #endsItem(end: string): boolean {
    return this.#skip(',') || this.#tokens[this.#at]?.mark === end;
  }

  #skip(mark: string): boolean {
    const isThere = this.#tokens[this.#at]?.mark === mark;
    if (isThere) ++this.#at;
    return isThere;
  }
}
