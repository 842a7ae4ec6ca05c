// What kind of file some bytes are, by how they begin.
import type { ByteSource } from '../runtime/platform/byte_source.js';

const SIGNATURE_BYTES = 8;

/** The bytes that tell. */
export const readSignature = (input: ByteSource): Promise<Uint8Array> =>
  input.read(0, Math.min(SIGNATURE_BYTES, input.size));

const startsWith = (bytes: Uint8Array, signature: readonly number[]): boolean =>
  signature.every((byte, i) => bytes[i] === byte);

export const isZip = (bytes: Uint8Array): boolean => startsWith(bytes, [0x50, 0x4b]);

export const isHdf5 = (bytes: Uint8Array): boolean =>
  startsWith(bytes, [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);

/** What a text is that was given or found in place of a model; undefined for any other text. */
export function describeText(start: string): string | undefined {
  const text = start.trimStart().toLowerCase();
  if (text.startsWith('version https://git-lfs'))
    return 'it is a Git LFS pointer, not the file itself: fetch the file with `git lfs pull`';
  if (text.startsWith('<!doctype') || text.startsWith('<html') || text.startsWith('<?xml'))
    return 'it is a web page: the address may be another one';
  if (text.startsWith('{') || text.startsWith('['))
    return 'it is JSON: `modelFromJson` makes a model of the JSON of its config';
  return undefined;
}

/** Why bytes that begin like this are not a zip archive, as the rest of a sentence. */
export function describeBytes(start: Uint8Array): string {
  if (start.length === 0) return 'it is empty';
  if (isZip(start)) return 'it is cut short or damaged: its end has no directory';
  const hex = [...start.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0'));
  return (
    describeText(new TextDecoder().decode(start)) ?? `it begins with the bytes ${hex.join(' ')}`
  );
}
