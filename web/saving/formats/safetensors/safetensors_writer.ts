// Writes `.safetensors` files, with the bytes that the reference implementation writes.
import { KerasTypeError, ValueError } from '../../../errors/errors.js';
import type { ArrayDType, NamedArray } from '../../named_arrays.js';
import { DTYPES, LENGTH_BYTES, METADATA } from './header.js';

const CODES = new Map<ArrayDType, string>([...DTYPES].map(([code, dtype]) => [dtype, code]));
const ORDER = [...DTYPES.values()];

/** The bytes of a file. KerasTypeError for metadata that is not strings by name. */
export function writeSafetensors(
  arrays: readonly NamedArray[],
  metadata: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
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
  return Promise.resolve(join(`{${members.join(',')}}`, sorted, at));
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

function join(header: string, sorted: readonly NamedArray[], size: number): Uint8Array {
  const text = new TextEncoder().encode(header);
  const start = LENGTH_BYTES + 8 * Math.ceil(text.length / 8);
  const file = new Uint8Array(start + size);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - LENGTH_BYTES), true);
  file.fill(0x20, LENGTH_BYTES, start);
  file.set(text, LENGTH_BYTES);
  let at = start;
  for (const { bytes } of sorted) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
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
