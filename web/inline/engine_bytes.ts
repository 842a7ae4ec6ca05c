// The WebAssembly that the file holds, as text.
import { deflated, size } from './embedded.js';

let bytes: Promise<Uint8Array<ArrayBuffer>> | undefined;

/** The module's bytes; the same promise each time. */
export const engineBytes = (): Promise<Uint8Array<ArrayBuffer>> => (bytes ??= inflate());

async function inflate(): Promise<Uint8Array<ArrayBuffer>> {
  const { inflateSync } = await import('fflate');
  return inflateSync(fromBase64(deflated), { out: new Uint8Array(size) });
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text);
  const result = new Uint8Array(characters.length);
  for (let i = 0; i < result.length; ++i) result[i] = characters.charCodeAt(i);
  return result;
}
