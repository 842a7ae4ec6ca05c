// Addresses of files of the package that are beside each other.

import type { Url } from './platform/platform_types.js';

/**
 * The address of the file `other` beside one at `address` that is named `own`, as in the package. Undefined where that has
 * another name: bundlers rename files, and know the addresses of all.
 */
export function besides(
  address: string | Url | undefined,
  own: string,
  other: string,
): string | undefined {
  const text = String(address ?? '');
  const found = /[^/\\?#]*(?=$|[?#])/.exec(text);
  if (found?.[0] !== own) return undefined;
  return text.slice(0, found.index) + other + text.slice(found.index + own.length);
}
