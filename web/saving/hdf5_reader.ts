// HDF5 through jsfive, small and in JavaScript: weights are views of the file's own bytes. What it cannot read
// (chunks, filters, compact storage) is for h5wasm_file.ts.
import { File, type Dataset, type Group } from 'jsfive';
import { KerasError, KeyError, ValueError } from '../errors.js';
import {
  bytesPerElement,
  checkStoredSize,
  fromNumpy,
  type StoredArray,
  type StoredDType,
  type WeightFile,
} from './weight_file.js';

/** The error of Python's h5py for a file that is cut short, damaged, or none. */
export const unreadable = (reason: string, cause?: unknown): KerasError =>
  new KerasError(`Unable to synchronously open file (${reason})`, 'OSError', '', { cause });

/** Thrown when the file is valid HDF5 but needs the complete reader. */
export class NeedsCompleteReader extends Error {}

// Numbers of the HDF5 file format specification, version 3.
const DATATYPE_MESSAGE = 0x0003;
const DATA_STORAGE_MESSAGE = 0x0008;
const FILTER_MESSAGE = 0x000b;
const EXTERNAL_FILES_MESSAGE = 0x0007;
const CONTIGUOUS = 1;
const VIRTUAL = 3;
const OPAQUE_CLASS = 5;
const UNDEFINED_ADDRESS = 0xffffffffffffffffn;

/** Opens HDF5 bytes. Throws for bytes that are no HDF5 file or are cut short. */
export function openHdf5(bytes: Uint8Array): WeightFile {
  return new JsfiveFile(bytes);
}

class JsfiveFile implements WeightFile {
  readonly #bytes: Uint8Array;
  readonly #file: Group;

  constructor(bytes: Uint8Array) {
    // jsfive wants a buffer that begins where the file begins.
    const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
    this.#bytes = whole ? bytes : bytes.slice();
    this.#file = guarded('the file', () => new File(this.#bytes.buffer as ArrayBuffer, 'weights'));
  }

  has(path: string): boolean {
    return this.#find(path) !== undefined;
  }

  keys(group: string): string[] {
    const found = this.#find(group);
    return found === undefined ? [] : guarded(group, () => [...found.keys]);
  }

  read(path: string): StoredArray {
    const dataset = this.#find(path) as Dataset | undefined;
    if (dataset === undefined) throw new KeyError(`There is no dataset ${path} in the file`);
    return guarded(path, () => this.#array(path, dataset));
  }

  attribute(group: string, name: string): unknown {
    const found = this.#find(group);
    return found === undefined ? undefined : guarded(group, () => found.attrs[name]);
  }

  close(): void {}

  // Descends step by step, so that a missing name is told from a broken file.
  #find(path: string): Group | undefined {
    let group = this.#file;
    for (const step of path.split('/').filter(Boolean)) {
      const names = guarded(path, () => group.keys ?? []);
      if (!names.includes(step)) return undefined;
      // A link may lead anywhere: what Keras writes has none.
      if (typeof group._links[step] === 'string')
        throw new ValueError('Not allowed: H5 file with SoftLink');
      group = guarded(path, () => group.get(step) as Group);
    }
    return group;
  }

  #array(path: string, dataset: Dataset): StoredArray {
    const objects = dataset._dataobjects;
    if (objects.find_msg_type(EXTERNAL_FILES_MESSAGE).length > 0)
      throw new ValueError(`Not allowed: H5 file with external Dataset: ${path}`);
    const dtype = this.#dtype(dataset);
    const shape = [...dataset.shape];
    const size = shape.reduce((a, b) => a * b, 1) * bytesPerElement(dtype);
    checkStoredSize(path, size, this.#bytes.byteLength);
    const storage = objects.find_msg_type(DATA_STORAGE_MESSAGE)[0];
    if (storage === undefined || objects.find_msg_type(FILTER_MESSAGE).length > 0) {
      throw new NeedsCompleteReader(path);
    }
    const [, , layout, property] = objects._get_data_message_properties(
      storage.get('offset_to_message'),
    );
    if (layout === VIRTUAL)
      throw new ValueError(`Not allowed: H5 file with virtual Dataset: ${path}`);
    if (layout !== CONTIGUOUS) throw new NeedsCompleteReader(path);
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset);
    const address = view.getBigUint64(property, true);
    // An array that was never written has no place in the file: it is all zeros.
    if (address === UNDEFINED_ADDRESS) return { shape, dtype, bytes: new Uint8Array(size) };
    const start = Number(address);
    if (start + size > this.#bytes.byteLength) {
      throw unreadable(`truncated file: the dataset ${path} ends after the file`);
    }
    return { shape, dtype, bytes: this.#bytes.subarray(start, start + size) };
  }

  #dtype(dataset: Dataset): StoredDType {
    const message = dataset._dataobjects.find_msg_type(DATATYPE_MESSAGE)[0];
    const at = message?.get('offset_to_message');
    // bfloat16 has no type of its own in HDF5: Keras stores two opaque bytes and says so in an attribute.
    if (at !== undefined && (this.#bytes[at] ?? 0) % 16 === OPAQUE_CLASS) {
      if (dataset.attrs['dtype'] === 'bfloat16') return 'bfloat16';
      throw new NeedsCompleteReader('opaque data');
    }
    const code = String(dataset.dtype);
    const dtype = fromNumpy(code);
    if (dtype === undefined || code.startsWith('>')) throw new NeedsCompleteReader(code);
    return dtype;
  }
}

// jsfive throws strings, RangeErrors where the bytes end, and TypeErrors for what it does not know, such as links to
// other files.
function guarded<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof NeedsCompleteReader || error instanceof KerasError) throw error;
    if (error instanceof TypeError) throw new NeedsCompleteReader(what);
    const reason = error instanceof Error ? error.message : String(error);
    throw unreadable(`truncated or damaged file: cannot read ${what}: ${reason}`, error);
  }
}
