// The state of the page in the hash of its address, so that a link opens what was seen.
import { decode, encode } from './packed-text.js';

export interface LinkState {
  /** File name of the sample. */
  sample: string | null;
  recipe: string | null;
  /** The user's own code. It is shown, and runs only after a click. */
  code: string | null;
  slider: number | null;
  seed: number | null;
}

/** Parts that are missing or broken are null. */
export function readLink(hash: string): LinkState {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const number = (name: string) => {
    const text = given.get(name);
    return text === null || !Number.isFinite(Number(text)) ? null : Number(text);
  };
  return {
    sample: given.get('sample'),
    recipe: given.get('recipe'),
    code: decoded(given.get('code')),
    slider: number('slider'),
    seed: number('seed'),
  };
}

export function writeLink({ code, ...plain }: LinkState): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(plain))
    if (value !== null) parts.set(name, String(value));
  if (code !== null) parts.set('code', encode(code));
  return `#${parts}`;
}

function decoded(packed: string | null): string | null {
  try {
    return packed === null ? null : decode(packed);
  } catch {
    return null;
  }
}
