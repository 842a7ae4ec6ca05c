// Arrays: in one piece, as views of the file, or in chunks. Section IV.A.2.i of the specification.
import { ValueError } from '../../../errors/errors.js';
import type { ReadBudget } from '../../size_limits.js';
import {
  bytesPerElement,
  elementCount,
  unusableType,
  type StoredArray,
  type StoredDType,
} from '../../stored_array.js';
import { assembleChunks, paddedCount } from './assemble_chunks.js';
import { Attributes } from './attributes.js';
import { readChunking, type Chunking } from './chunks.js';
import { describeType, readDatatype, readShape } from './datatype.js';
import { Damaged, Unsupported, unreadable, type FileBytes } from './file_bytes.js';
import { readFilters, type Filter, type Inflate } from './filters.js';
import { Kind, messageOf, neededMessage, type Message } from './object_header.js';

/** Whether the object is an array. */
export const isDataset = (file: FileBytes, messages: readonly Message[]): boolean =>
  messageOf(file, messages, Kind.layout) !== undefined;

/** An array as its header describes it. */
export interface DatasetHeader {
  readonly shape: readonly number[];
  readonly dtype: StoredDType;
  readonly isBigEndian: boolean;
  /** The size in bytes. */
  readonly size: number;
  readonly storage: Storage;
  /** An element that was never written; undefined for zero. */
  readonly fill: Uint8Array | undefined;
}

type Storage =
  /** `start` is undefined for an array that was never written. */
  | { readonly kind: 'whole'; readonly start: number | undefined }
  | { readonly kind: 'chunks'; readonly chunking: Chunking; readonly filters: readonly Filter[] };

/**
 * Reads the header of an array that messages call `path`.
 *
 * @throws Unsupported when the array is stored in a way that this reader does not know; ValueError for elements that are
 *   not numbers, and for data outside the file.
 */
export function readDatasetHeader(
  file: FileBytes,
  messages: readonly Message[],
  path: string,
): DatasetHeader {
  if (messageOf(file, messages, Kind.externalFiles))
    throw new ValueError(`Not allowed: H5 file with external Dataset: ${path}`);
  const { dtype, isBigEndian } = readDType(file, messages, path);
  const shape = readShape(file, neededMessage(file, messages, Kind.dataspace).start);
  if (shape === undefined) throw new Unsupported(`an array without a shape (${path})`);
  const size = elementCount(shape) * bytesPerElement(dtype);
  const fill = readFillValue(file, messages, bytesPerElement(dtype));
  const storage = readStorage(file, messages, { shape, size, path, dtype });
  return { shape, dtype, isBigEndian, size, storage, fill };
}

/** Limits of reading, for arrays as they are in the file and for compressed ones. */
export interface ReadLimits {
  readonly stored: ReadBudget;
  readonly compressed: ReadBudget;
}

/**
 * The array: a view of the file where possible. Throws ValueError for an array too large for the file.
 *
 * @param inflate for compressed chunks.
 */
export function readDataset(
  file: FileBytes,
  header: DatasetHeader,
  path: string,
  limits: ReadLimits,
  inflate: Inflate,
): StoredArray {
  const { shape, dtype, isBigEndian } = header;
  const bytes = readElements(file, header, path, limits, inflate);
  return { shape, dtype, bytes: isBigEndian ? swapped(bytes, bytesPerElement(dtype)) : bytes };
}

function readElements(
  file: FileBytes,
  { shape, dtype, size, storage, fill }: DatasetHeader,
  path: string,
  limits: ReadLimits,
  inflate: Inflate,
): Uint8Array {
  const elementSize = bytesPerElement(dtype);
  if (storage.kind === 'chunks') {
    const { chunking, filters } = storage;
    const chunkSize = elementCount(chunking.shape) * elementSize;
    const padded = paddedCount(shape, chunking.shape) * elementSize;
    const budget = filters.length > 0 ? limits.compressed : limits.stored;
    budget.spend(path, padded, chunkSize);
    const out = filled(size, fill);
    assembleChunks(file, out, { shape, chunking, filters, elementSize, inflate });
    return out;
  }
  limits.stored.spend(path, size);
  if (storage.start === undefined) return filled(size, fill);
  if (storage.start + size > file.size)
    throw unreadable(`truncated file: the dataset ${path} ends after the file`);
  return file.view(storage.start, size);
}

function filled(size: number, fill: Uint8Array | undefined): Uint8Array {
  const bytes = new Uint8Array(size);
  if (!fill?.some((byte) => byte !== 0) || size === 0) return bytes;
  bytes.set(fill);
  for (let done = fill.length; done < size; done *= 2) bytes.copyWithin(done, 0, done);
  return bytes;
}

function swapped(bytes: Uint8Array, elementSize: number): Uint8Array {
  const out = bytes.slice();
  for (let at = 0; at < out.length; at += elementSize) out.subarray(at, at + elementSize).reverse();
  return out;
}

// HDF5 has no bfloat16: Keras stores opaque elements of two bytes and states the type in an attribute.
function readDType(
  file: FileBytes,
  messages: readonly Message[],
  path: string,
): { dtype: StoredDType; isBigEndian: boolean } {
  const type = readDatatype(file, neededMessage(file, messages, Kind.datatype).start);
  if (type.kind === 'number') return type;
  if (
    type.kind === 'opaque' &&
    type.size === bytesPerElement('bfloat16') &&
    new Attributes(file, messages).read('dtype') === 'bfloat16'
  )
    return { dtype: 'bfloat16', isBigEndian: false };
  throw unusableType(path, describeType(type));
}

const Layout = { compact: 0, contiguous: 1, chunked: 2, virtual: 3 } as const;

function readStorage(
  file: FileBytes,
  messages: readonly Message[],
  {
    shape,
    size,
    path,
    dtype,
  }: { shape: readonly number[]; size: number; path: string; dtype: StoredDType },
): Storage {
  const { start } = neededMessage(file, messages, Kind.layout);
  const version = file.u8(start);
  if (version < 3 || version > 5) throw new Unsupported(`an old layout of the dataset ${path}`);
  switch (file.u8(start + 1)) {
    case Layout.compact:
      if (file.u16(start + 2) !== size) throw new Damaged(`${path} has another size`);
      return { kind: 'whole', start: start + 4 };
    case Layout.contiguous:
      return { kind: 'whole', start: file.address(start + 2) };
    case Layout.chunked: {
      const chunking = readChunking(file, start, shape, bytesPerElement(dtype));
      const filters = messageOf(file, messages, Kind.filters);
      return { kind: 'chunks', chunking, filters: filters ? readFilters(file, filters.start) : [] };
    }
    case Layout.virtual:
      throw new ValueError(`Not allowed: H5 file with virtual Dataset: ${path}`);
    default:
      throw new Damaged(`${path} has an unknown layout`);
  }
}

const IS_DEFINED = 0x20;

function readFillValue(
  file: FileBytes,
  messages: readonly Message[],
  elementSize: number,
): Uint8Array | undefined {
  const old = messageOf(file, messages, Kind.oldFillValue);
  if (old && file.u32(old.start) > 0) return fillAt(file, old.start, elementSize);
  const message = messageOf(file, messages, Kind.fillValue);
  if (!message) return undefined;
  const { start } = message;
  if (file.u8(start) === 3)
    return file.u8(start + 1) & IS_DEFINED ? fillAt(file, start + 2, elementSize) : undefined;
  return file.u8(start + 3) === 0 ? undefined : fillAt(file, start + 4, elementSize);
}

// The size of the value, and the value.
function fillAt(file: FileBytes, at: number, elementSize: number): Uint8Array | undefined {
  const size = file.u32(at);
  if (size === 0) return undefined;
  if (size !== elementSize) throw new Damaged('a fill value has another size');
  return file.view(at + 4, size);
}
