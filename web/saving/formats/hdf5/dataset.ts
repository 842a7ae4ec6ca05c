// Arrays stored in one piece, as views of the file. Section IV.A.2.i of the specification.
import { ValueError } from '../../../errors/errors.js';
import type { ReadBudget } from '../../size_limits.js';
import {
  bytesPerElement,
  elementCount,
  unusableType,
  type StoredArray,
  type StoredDType,
} from '../../stored_array.js';
import { Attributes } from './attributes.js';
import { describeType, readDatatype, readShape } from './datatype.js';
import { Damaged, NeedsCompleteReader, unreadable, type FileBytes } from './file_bytes.js';
import { Kind, messageOf, neededMessage, type Message } from './object_header.js';

/** Whether the object is an array. */
export const isDataset = (messages: readonly Message[]): boolean =>
  messageOf(messages, Kind.layout) !== undefined;

/** An array as its header describes it. */
export interface DatasetHeader {
  readonly shape: readonly number[];
  readonly dtype: StoredDType;
  /** The size in bytes. */
  readonly size: number;
  /** Where the elements are; undefined for an array of zeros that was never written. */
  readonly start: number | undefined;
}

/**
 * Reads the header of an array that messages call `path`.
 *
 * @throws NeedsCompleteReader when the array is stored in a way that only the complete reader knows; ValueError for
 *   elements that are not numbers, and for data outside the file.
 */
export function readDatasetHeader(
  file: FileBytes,
  messages: readonly Message[],
  path: string,
): DatasetHeader {
  if (messageOf(messages, Kind.externalFiles))
    throw new ValueError(`Not allowed: H5 file with external Dataset: ${path}`);
  const dtype = readDType(file, messages, path);
  const shape = readShape(file, neededMessage(messages, Kind.dataspace).start);
  if (shape === undefined) throw new NeedsCompleteReader('an array without a shape');
  const size = elementCount(shape) * bytesPerElement(dtype);
  if (messageOf(messages, Kind.filters)) throw new NeedsCompleteReader(path);
  return { shape, dtype, size, start: readStart(file, messages, size, path) };
}

/** The array, as a view of the file. Throws ValueError for an array too large for the file. */
export function readDataset(
  file: FileBytes,
  { shape, dtype, size, start }: DatasetHeader,
  path: string,
  budget: ReadBudget,
): StoredArray {
  budget.spend(path, size);
  if (start === undefined) return { shape, dtype, bytes: new Uint8Array(size) };
  if (start + size > file.size)
    throw unreadable(`truncated file: the dataset ${path} ends after the file`);
  return { shape, dtype, bytes: file.view(start, size) };
}

// HDF5 has no bfloat16: Keras stores opaque elements of two bytes and states the type in an attribute.
function readDType(file: FileBytes, messages: readonly Message[], path: string): StoredDType {
  const type = readDatatype(file, neededMessage(messages, Kind.datatype).start);
  if (type.kind === 'number') return type.dtype;
  if (
    type.kind === 'opaque' &&
    type.size === bytesPerElement('bfloat16') &&
    new Attributes(file, messages).read('dtype') === 'bfloat16'
  )
    return 'bfloat16';
  throw unusableType(path, describeType(type));
}

const Layout = { compact: 0, contiguous: 1, virtual: 3 } as const;

function readStart(
  file: FileBytes,
  messages: readonly Message[],
  size: number,
  path: string,
): number | undefined {
  const { start } = neededMessage(messages, Kind.layout);
  const version = file.u8(start);
  if (version !== 3 && version !== 4) throw new NeedsCompleteReader('an old layout');
  switch (file.u8(start + 1)) {
    case Layout.compact:
      if (file.u16(start + 2) !== size) throw new Damaged(`${path} has another size`);
      return start + 4;
    case Layout.contiguous: {
      const address = file.address(start + 2);
      if (address === undefined && hasFillValue(file, messages))
        throw new NeedsCompleteReader('a fill value');
      return address;
    }
    case Layout.virtual:
      throw new ValueError(`Not allowed: H5 file with virtual Dataset: ${path}`);
    default:
      throw new NeedsCompleteReader(path);
  }
}

// Whether elements that were never written have a value other than zero.
function hasFillValue(file: FileBytes, messages: readonly Message[]): boolean {
  const old = messageOf(messages, Kind.oldFillValue);
  if (old && file.u32(old.start) > 0) return true;
  const message = messageOf(messages, Kind.fillValue);
  if (!message) return false;
  const version = file.u8(message.start);
  if (version === 3) return (file.u8(message.start + 1) & 0x20) !== 0;
  return file.u8(message.start + 3) !== 0 && file.u32(message.start + 4) > 0;
}
