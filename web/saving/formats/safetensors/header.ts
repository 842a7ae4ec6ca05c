// The header of a `.safetensors` file: a length, and JSON that says where the content of each tensor is
// (https://github.com/huggingface/safetensors, "Format"). Refuses what the reference implementation refuses.
import { KerasError } from '../../../errors/errors.js';
import type { ByteSource } from '../../../runtime/platform/byte_source.js';
import { bytesPerElement, elementCount, type StoredDType } from '../../stored_array.js';
import type { ArrayDType } from '../../named_arrays.js';

/** Bytes of the header's length, before the header. */
export const LENGTH_BYTES = 8;
/** As in the reference implementation. */
const MAX_HEADER_BYTES = 100_000_000;
export const METADATA = '__metadata__';

/** Element types of the format, in the order in which the reference implementation sorts tensors: last ones first. */
export const DTYPES: ReadonlyMap<string, ArrayDType> = new Map([
  ['BOOL', 'bool'],
  ['U8', 'uint8'],
  ['I8', 'int8'],
  ['F8_E5M2', 'float8_e5m2'],
  ['F8_E4M3', 'float8_e4m3fn'],
  ['I16', 'int16'],
  ['U16', 'uint16'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I32', 'int32'],
  ['U32', 'uint32'],
  ['F32', 'float32'],
  ['F64', 'float64'],
  ['I64', 'int64'],
  ['U64', 'uint64'],
]);

/** Bits of the element types that weights cannot have. */
const OTHER_BITS: ReadonlyMap<string, number> = new Map([
  ['F4', 4],
  ['F6_E2M3', 6],
  ['F6_E3M2', 6],
  ['F8_E8M0', 8],
  ['F8_E4M3FNUZ', 8],
  ['F8_E5M2FNUZ', 8],
  ['C64', 64],
]);

/** A tensor: its element type in the format's words, and where in the file its content is. */
export interface TensorEntry {
  readonly stored: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

export interface Header {
  /** By name, in the order of their content. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

const refuse = (reason: string, name: string, cause?: unknown): KerasError =>
  new KerasError(`Error while deserializing: ${reason} (in ${name})`, 'SafetensorError', '', {
    cause,
  });

/**
 * Reads and checks the header of a file that messages call `name`.
 *
 * @throws KerasError of kind SafetensorError for sizes, offsets and JSON that the format does not allow.
 */
export async function readHeader(input: ByteSource, name: string): Promise<Header> {
  if (input.size < LENGTH_BYTES) throw refuse('header too small', name);
  const prefix = await input.read(0, LENGTH_BYTES);
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES) throw refuse('header too large', name);
  const start = LENGTH_BYTES + length;
  if (start > input.size) throw refuse('invalid header length', name);
  const fields = parse(await input.read(LENGTH_BYTES, start), name);
  const metadata = metadataOf(fields[METADATA], name);
  const entries = Object.entries(fields)
    .filter(([key]) => key !== METADATA)
    .map(([key, value]) => [key, entryOf(key, value, name)] as const)
    .sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  checkCoverage(entries, input.size - start, name);
  const tensors = entries.map(
    ([key, entry]) =>
      [key, { ...entry, start: start + entry.start, end: start + entry.end }] as const,
  );
  return { tensors: new Map(tensors), metadata };
}

function parse(bytes: Uint8Array, name: string): Record<string, unknown> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw refuse('invalid UTF-8 in header', name, cause);
  }
  try {
    const fields: unknown = JSON.parse(text);
    if (isObject(fields)) return fields;
  } catch (cause) {
    throw refuse(`invalid JSON in header: ${(cause as Error).message}`, name, cause);
  }
  throw refuse('invalid JSON in header: it is not an object', name);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function metadataOf(value: unknown, name: string): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  const isMetadata =
    isObject(value) && Object.values(value).every((each) => typeof each === 'string');
  if (!isMetadata)
    throw refuse('invalid JSON in header: the metadata is not strings by name', name);
  return value as Record<string, string>;
}

const isSize = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0;

function entryOf(key: string, value: unknown, name: string): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = isObject(value) ? value : {};
  const isEntry =
    typeof dtype === 'string' &&
    (DTYPES.has(dtype) || OTHER_BITS.has(dtype)) &&
    Array.isArray(shape) &&
    shape.every(isSize) &&
    Array.isArray(offsets) &&
    offsets.length === 2 &&
    offsets.every(isSize);
  if (!isEntry)
    throw refuse(`invalid JSON in header: '${key}' is not a dtype, a shape and data_offsets`, name);
  const [start, end] = offsets as [number, number];
  if (end < start) throw refuse(`invalid offset for tensor \`${key}\``, name);
  const size = byteSize(dtype, shape);
  if (size > Number.MAX_SAFE_INTEGER)
    throw refuse('overflow computing buffer size from shape and/or element type', name);
  if (end - start !== size)
    throw refuse(`invalid shape, data type, or offset for tensor \`${key}\``, name);
  return { stored: dtype, shape, start, end };
}

// Not whole for types of fewer than 8 bits whose last byte is not full, which the format does not allow.
function byteSize(stored: string, shape: readonly number[]): number {
  const dtype = DTYPES.get(stored);
  const bits = dtype === undefined ? OTHER_BITS.get(stored)! : 8 * bytesOf(dtype);
  return (elementCount(shape) * bits) / 8;
}

/** Bytes of one element. */
const bytesOf = (dtype: ArrayDType): number =>
  dtype.startsWith('float8') ? 1 : bytesPerElement(dtype as StoredDType);

// The tensors follow each other without gaps from the start to the end of the content.
function checkCoverage(
  entries: readonly (readonly [name: string, entry: TensorEntry])[],
  size: number,
  name: string,
): void {
  let at = 0;
  for (const [key, { start, end }] of entries) {
    if (start !== at) throw refuse(`invalid offset for tensor \`${key}\``, name);
    at = end;
  }
  if (at !== size) throw refuse('incomplete metadata, file not fully covered', name);
}
