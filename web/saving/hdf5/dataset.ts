// Arrays that lie in one piece, as views of the file. Section IV.A.2.i of the specification.
import { ValueError } from '../../errors.js';
import {
  bytesPerElement,
  checkStoredSize,
  type StoredArray,
  type StoredDType,
} from '../weight_file.js';
import { readAttribute } from './attributes.js';
import { Damaged, NeedsCompleteReader, unreadable, type FileBytes } from './bytes.js';
import { readDatatype, readShape } from './datatype.js';
import { Kind, messageOf, neededMessage, type Message } from './object_header.js';

/** Whether the object is an array. */
export const isDataset = (messages: readonly Message[]): boolean =>
  messageOf(messages, Kind.layout) !== undefined;

/** The array of an object. `path` is its name in messages. */
export function readDataset(
  file: FileBytes,
  messages: readonly Message[],
  path: string,
): StoredArray {
  if (messageOf(messages, Kind.externalFiles))
    throw new ValueError(`Not allowed: H5 file with external Dataset: ${path}`);
  const dtype = readDType(file, messages);
  const shape = readShape(file, neededMessage(messages, Kind.dataspace).start);
  if (shape === undefined) throw new NeedsCompleteReader('an array without a shape');
  const size = shape.reduce((a, b) => a * b, 1) * bytesPerElement(dtype);
  checkStoredSize(path, size, file.size);
  if (messageOf(messages, Kind.filters)) throw new NeedsCompleteReader(path);
  return { shape, dtype, bytes: readContent(file, messages, size, path) };
}

// bfloat16 has no type of its own in HDF5: Keras stores two opaque bytes and says so in an attribute.
function readDType(file: FileBytes, messages: readonly Message[]): StoredDType {
  const type = readDatatype(file, neededMessage(messages, Kind.datatype).start);
  if (type.kind === 'number') return type.dtype;
  if (
    type.kind === 'opaque' &&
    type.size === bytesPerElement('bfloat16') &&
    readAttribute(file, messages, 'dtype') === 'bfloat16'
  )
    return 'bfloat16';
  throw new NeedsCompleteReader(`an array of ${type.kind}`);
}

const Layout = { compact: 0, contiguous: 1, virtual: 3 } as const;

function readContent(
  file: FileBytes,
  messages: readonly Message[],
  size: number,
  path: string,
): Uint8Array {
  const { start } = neededMessage(messages, Kind.layout);
  const version = file.u8(start);
  if (version !== 3 && version !== 4) throw new NeedsCompleteReader('an old layout');
  switch (file.u8(start + 1)) {
    case Layout.compact:
      if (file.u16(start + 2) !== size) throw new Damaged(`${path} has another size`);
      return file.view(start + 4, size);
    case Layout.contiguous: {
      const address = file.address(start + 2);
      if (address === undefined) return zeros(size, path);
      if (address + size > file.size)
        throw unreadable(`truncated file: the dataset ${path} ends after the file`);
      return file.view(address, size);
    }
    case Layout.virtual:
      throw new ValueError(`Not allowed: H5 file with virtual Dataset: ${path}`);
    default:
      throw new NeedsCompleteReader(path);
  }
}

const MEMORY_OF_WASM = 2 ** 32;

// An array that was never written has no place in the file: it is all zeros.
function zeros(size: number, path: string): Uint8Array {
  if (size >= MEMORY_OF_WASM) throw new ValueError(`The dataset ${path} does not fit into memory`);
  return new Uint8Array(size);
}
