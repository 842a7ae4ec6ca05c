// Arrays: in one piece or in chunks. Section IV.A.2.i of the specification.
import { blocksOf } from '../../../runtime/platform/byte_source.js';
import { ValueError, type KerasError } from '../../../errors/errors.js';
import type { ReadBudget } from '../../size_limits.js';
import {
  bytesPerElement,
  elementCount,
  unusableType,
  type ArrayToRead,
  type StoredDType,
} from '../../stored_array.js';
import { ChunkAssembler, paddedCount } from './assemble_chunks.js';
import { Attributes } from './attributes.js';
import { readChunking, type Chunking } from './chunks.js';
import { describeType, readDatatype, readShape } from './datatype.js';
import { Damaged, Unsupported, unreadable, type FileBytes } from './file_bytes.js';
import { needsInflate, readFilters, type Filter, type Inflate } from './filters.js';
import { Kind, messageOf, neededMessage, type Message } from './object_header.js';
import type { Pages } from './pages.js';

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

/** The file that an array is in. */
export interface ArrayFile {
  readonly pages: Pages;
  readonly file: FileBytes;
  readonly limits: ReadLimits;
}

/**
 * The array with this header, to be read. Throws ValueError for an array too large for the file, and h5py's error for one
 * that ends after it.
 */
export function datasetToRead(
  { pages, file, limits }: ArrayFile,
  header: DatasetHeader,
  path: string,
): ArrayToRead {
  const { shape, dtype, isBigEndian, size, storage, fill } = header;
  const elementSize = bytesPerElement(dtype);
  const readInto = async (memory: () => Uint8Array): Promise<void> => {
    if (storage.kind === 'chunks') memory().set(await readChunks({ pages, file }, header));
    else if (storage.start === undefined) fillWith(memory(), fill);
    else await readBlocks(pages, storage.start, size, path, memory);
    if (isBigEndian) swapBytes(memory(), elementSize);
  };
  if (storage.kind === 'chunks') {
    const { chunking, filters } = storage;
    const chunkSize = elementCount(chunking.shape) * elementSize;
    const padded = paddedCount(shape, chunking.shape) * elementSize;
    const budget = filters.length > 0 ? limits.compressed : limits.stored;
    budget.spend(path, padded, chunkSize);
  } else {
    limits.stored.spend(path, size);
    if (storage.start !== undefined && storage.start + size > file.size) throw isCut(path);
  }
  return { shape, dtype, readInto };
}

const isCut = (path: string): KerasError =>
  unreadable(`truncated file: the dataset ${path} ends after the file`);

async function readBlocks(
  { source }: Pages,
  start: number,
  size: number,
  path: string,
  memory: () => Uint8Array,
): Promise<void> {
  let at = 0;
  for await (const block of blocksOf(source, start, start + size)) {
    memory().set(block, at);
    at += block.length;
  }
  if (at < size) throw isCut(path);
}

async function readChunks(
  { pages, file }: Pick<ArrayFile, 'pages' | 'file'>,
  { shape, dtype, size, storage, fill }: DatasetHeader,
): Promise<Uint8Array> {
  const { chunking, filters } = storage as Storage & { kind: 'chunks' };
  const out = new Uint8Array(size);
  fillWith(out, fill);
  const elementSize = bytesPerElement(dtype);
  const inflate = needsInflate(filters) ? await loadInflate() : undefined;
  const chunks = await pages.run(chunking.find);
  const assembler = new ChunkAssembler(out, { shape, chunking, filters, elementSize, inflate });
  for (const chunk of chunks) {
    const length = chunk.size ?? assembler.chunkBytes;
    file.check(chunk.address, length);
    assembler.add(chunk, await pages.source.read(chunk.address, chunk.address + length));
  }
  return out;
}

/** The library is imported only for compressed arrays. */
async function loadInflate(): Promise<Inflate> {
  const { unzlibSync } = await import('fflate');
  return (packed, size) => unzlibSync(packed, { out: new Uint8Array(size) });
}

function fillWith(bytes: Uint8Array, fill: Uint8Array | undefined): void {
  bytes.fill(0);
  if (!fill?.some((byte) => byte !== 0) || bytes.length === 0) return;
  bytes.set(fill);
  for (let done = fill.length; done < bytes.length; done *= 2) bytes.copyWithin(done, 0, done);
}

function swapBytes(bytes: Uint8Array, elementSize: number): void {
  for (let at = 0; at < bytes.length; at += elementSize)
    bytes.subarray(at, at + elementSize).reverse();
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
  return file.view(at + 4, size).slice();
}
