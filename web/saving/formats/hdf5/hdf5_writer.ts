// Writes HDF5 files as h5py writes them for Keras.
import type * as H5 from 'h5wasm';
import type { StoredArray, StoredDType } from '../../stored_array.js';
import type { AttributeName } from '../../weight_reader.js';
import type { WeightWriter } from '../../weight_writer.js';
import { fileSystem, loadLibrary, newFileName } from './h5wasm.js';
import { fromBfloat16, fromFloat16 } from './half_precision.js';

type AttributeValue = string | readonly string[];

interface Group {
  readonly attributes: Map<AttributeName, AttributeValue>;
  readonly arrays: Map<string, StoredArray>;
  readonly groups: Map<string, Group>;
}

const newGroup = (): Group => ({ attributes: new Map(), arrays: new Map(), groups: new Map() });

/** Keeps everything in memory until `finish()`, which loads the library. */
export class Hdf5Writer implements WeightWriter {
  #root = newGroup();

  attribute(group: string, name: AttributeName, value: AttributeValue): void {
    this.#groupAt(group).attributes.set(name, value);
  }

  write(path: string, array: StoredArray): void {
    const nameStart = path.lastIndexOf('/') + 1;
    this.#groupAt(path.slice(0, nameStart)).arrays.set(path.slice(nameStart), array);
  }

  async finish(): Promise<Uint8Array> {
    const library = await loadLibrary();
    const name = newFileName();
    const file = new library.File(name, 'w', { libver: ['earliest', 'latest'] }); // as h5py
    try {
      writeGroup(file, this.#root);
      file.close();
      this.#root = newGroup(); // frees the arrays
      return fileSystem(library).readFile(name);
    } finally {
      fileSystem(library).unlink(name);
    }
  }

  #groupAt(path: string): Group {
    let group = this.#root;
    for (const step of path.split('/').filter(Boolean)) {
      let child = group.groups.get(step);
      if (!child) group.groups.set(step, (child = newGroup()));
      group = child;
    }
    return group;
  }
}

function writeGroup(target: H5.Group, { attributes, arrays, groups }: Group): void {
  for (const [name, value] of attributes) writeAttribute(target, name, value);
  for (const [name, array] of arrays) writeArray(target, name, array);
  for (const [name, child] of groups) writeGroup(target.create_group(name), child);
}

// HDF5 limits object headers, which contain the attributes, to 64 KiB: Keras splits longer lists into name0, name1, ...
const ATTRIBUTE_LIMIT = 64_512;

function writeAttribute(target: H5.Group, name: string, value: AttributeValue): void {
  if (typeof value === 'string') {
    target.create_attribute(name, value);
    return;
  }
  const width = Math.max(1, ...value.map((text) => new TextEncoder().encode(text).length));
  const perChunk = Math.max(1, Math.floor(ATTRIBUTE_LIMIT / width));
  if (value.length <= perChunk) {
    writeList(target, name, value, width);
    return;
  }
  for (let i = 0, chunk = 0; i < value.length; i += perChunk, ++chunk)
    writeList(target, `${name}${chunk}`, value.slice(i, i + perChunk), width);
}

function writeList(target: H5.Group, name: string, list: readonly string[], width: number): void {
  if (list.length === 0) target.create_attribute(name, new Float64Array(0), [0]);
  else target.create_attribute(name, [...list], [list.length], `S${width}`);
}

interface Encoding {
  /** The library's code of the element type. */
  readonly code: string;
  readonly view: (buffer: ArrayBuffer) => H5.GuessableDataTypes;
}

// The library does not write half precision: Keras casts float32 back.
const ENCODINGS: Record<StoredDType, Encoding> = {
  bool: { code: '<B', view: (buffer) => new Uint8Array(buffer) },
  uint8: { code: '<B', view: (buffer) => new Uint8Array(buffer) },
  uint16: { code: '<H', view: (buffer) => new Uint16Array(buffer) },
  uint32: { code: '<I', view: (buffer) => new Uint32Array(buffer) },
  uint64: { code: '<Q', view: (buffer) => new BigUint64Array(buffer) },
  int8: { code: '<b', view: (buffer) => new Int8Array(buffer) },
  int16: { code: '<h', view: (buffer) => new Int16Array(buffer) },
  int32: { code: '<i', view: (buffer) => new Int32Array(buffer) },
  int64: { code: '<q', view: (buffer) => new BigInt64Array(buffer) },
  float16: { code: '<f', view: (buffer) => fromFloat16(new Uint16Array(buffer)) },
  bfloat16: { code: '<f', view: (buffer) => fromBfloat16(new Uint16Array(buffer)) },
  float32: { code: '<f', view: (buffer) => new Float32Array(buffer) },
  float64: { code: '<d', view: (buffer) => new Float64Array(buffer) },
};

function writeArray(target: H5.Group, name: string, { shape, dtype, bytes }: StoredArray): void {
  const { code, view } = ENCODINGS[dtype];
  const data = view(bytes.slice().buffer); // a copy, since views need aligned bytes
  target.create_dataset({ name, data, shape: [...shape], dtype: code });
}
