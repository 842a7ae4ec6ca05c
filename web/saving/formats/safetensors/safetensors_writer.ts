// Writes `.safetensors` files, with the bytes that the reference implementation writes.
import { KerasTypeError, ValueError } from '../../../errors/errors.js';
import type { ArrayDType, NamedArray } from '../../named_arrays.js';
import { PartedBytes } from '../../parted_bytes.js';
import { DTYPES, LENGTH_BYTES, METADATA } from './header.js';

const CODES = new Map<ArrayDType, string>([...DTYPES].map(([code, dtype]) => [dtype, code]));
const ORDER = [...DTYPES.values()];

/** A file, whose parts are the bytes of the arrays. KerasTypeError for metadata that is not strings by name. */
export function writeSafetensors(
  arrays: readonly NamedArray[],
  metadata: Readonly<Record<string, string>>,
): PartedBytes {
  checkMetadata(metadata);
  const sorted = [...arrays].sort(inFileOrder);
  // A list of members, since an object would move names such as `1` to its front.
  const members = Object.keys(metadata).length > 0 ? [member(METADATA, metadata)] : [];
  let at = 0;
  for (const { name, dtype, shape, bytes } of sorted) {
    if (name === METADATA) throw new ValueError(`A weight cannot be called ${METADATA}.`);
    const data_offsets = [at, (at += bytes.length)];
    members.push(member(name, { dtype: CODES.get(dtype), shape, data_offsets }));
  }
  const header = headerOf(`{${members.join(',')}}`);
  return new PartedBytes([header, ...sorted.map(({ bytes }) => bytes)]);
}

const member = (key: string, value: unknown): string =>
  `${JSON.stringify(key)}:${JSON.stringify(value)}`;

function checkMetadata(metadata: Readonly<Record<string, unknown>>): void {
  const wrong = Object.entries(metadata).find(([, value]) => typeof value !== 'string');
  if (wrong)
    throw new KerasTypeError(
      `The metadata of a file is strings by name. Received: ${wrong[0]}=${String(wrong[1])}`,
    );
}

function headerOf(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const size = LENGTH_BYTES + 8 * Math.ceil(text.length / 8);
  const header = new Uint8Array(size);
  new DataView(header.buffer).setBigUint64(0, BigInt(size - LENGTH_BYTES), true);
  header.fill(0x20, LENGTH_BYTES);
  header.set(text, LENGTH_BYTES);
  return header;
}

// Larger elements first, so that all are aligned; then by the code points of the names.
function inFileOrder(a: NamedArray, b: NamedArray): number {
  const byType = ORDER.indexOf(b.dtype) - ORDER.indexOf(a.dtype);
  return byType || compareCodePoints(a.name, b.name);
}

function compareCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const i = left.findIndex((character, index) => character !== right[index]);
  if (i < 0) return left.length - right.length;
  return left[i]!.codePointAt(0)! - (right[i]?.codePointAt(0) ?? -1);
}
