// What kind of file some bytes are, by how they begin.
import type { ByteSource } from '../platform/byte_source.js';

const SIGNATURE_BYTES = 8;

/** The bytes that tell. */
export const readSignature = (input: ByteSource): Promise<Uint8Array> =>
  input.read(0, Math.min(SIGNATURE_BYTES, input.size));

const startsWith = (bytes: Uint8Array, signature: readonly number[]): boolean =>
  signature.every((byte, i) => bytes[i] === byte);

export const isZip = (bytes: Uint8Array): boolean => startsWith(bytes, [0x50, 0x4b]);

export const isHdf5 = (bytes: Uint8Array): boolean =>
  startsWith(bytes, [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);
