// Text compressed for addresses: deflate, then base64 with the characters of URLs.
import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';

// A longer text is not the code of a hook.
const longest = 2 ** 18;

export function encode(text: string): string {
  const binary = strFromU8(deflateSync(strToU8(text), { level: 9 }), true);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Throws when this is not what `encode` made. */
export function decode(packed: string): string {
  const bytes = strToU8(atob(packed.replaceAll('-', '+').replaceAll('_', '/')), true);
  const out = new Uint8Array(longest);
  return strFromU8(inflateSync(bytes, { out }));
}
