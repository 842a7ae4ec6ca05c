// Arrays that lie in one piece, as views of the file. Section IV.A.2.i of the specification.
import { ValueError } from '../../../errors/errors.js';
import {
  bytesPerElement,
  elementCount,
  unusableType,
  type ReadBudget,
  type StoredArray,
  type StoredDType,
} from '../../weight_file.js';
import { Attributes } from './attributes.js';
import { Damaged, NeedsCompleteReader, unreadable, type FileBytes } from './bytes.js';
import { describeType, readDatatype, readShape } from './datatype.js';
import { Kind, messageOf, neededMessage, type Message } from './object_header.js';

/** Whether the object is an array. */
export const isDataset = (messages: readonly Message[]): boolean =>
  messageOf(messages, Kind.layout) !== undefined;

/** The array of an object. `path` is its name in messages. Throws ValueError for elements that are not numbers. */
export function readDataset(
  file: FileBytes,
  messages: readonly Message[],
  path: string,
  budget: ReadBudget,
): StoredArray {
  if (messageOf(messages, Kind.externalFiles))
    throw new ValueError(`Not allowed: H5 file with external Dataset: ${path}`);
  const dtype = readDType(file, messages, path);
  const shape = readShape(file, neededMessage(messages, Kind.dataspace).start);
  if (shape === undefined) throw new NeedsCompleteReader('an array without a shape');
  const size = elementCount(shape) * bytesPerElement(dtype);
  budget.spend(path, size);
  if (messageOf(messages, Kind.filters)) throw new NeedsCompleteReader(path);
  return { shape, dtype, bytes: readContent(file, messages, size, path) };
}

// bfloat16 has no type of its own in HDF5: Keras stores two opaque bytes and says so in an attribute.
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
      if (address === undefined) {
        if (hasFillValue(file, messages)) throw new NeedsCompleteReader('a fill value');
        return new Uint8Array(size);
      }
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

// An array that was never written has no place in the file. It is all zeros, unless it says what else.
function hasFillValue(file: FileBytes, messages: readonly Message[]): boolean {
  const old = messageOf(messages, Kind.oldFillValue);
  if (old && file.u32(old.start) > 0) return true;
  const message = messageOf(messages, Kind.fillValue);
  if (!message) return false;
  const version = file.u8(message.start);
  if (version === 3) return (file.u8(message.start + 1) & 0x20) !== 0;
  return file.u8(message.start + 3) !== 0 && file.u32(message.start + 4) > 0;
}
