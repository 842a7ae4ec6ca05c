// HDF5 through h5wasm, complete and large: imported only for writing and for what the small reader cannot read.
import type * as H5 from 'h5wasm';
import { KerasError, KeyError, ValueError } from '../../../errors/errors.js';
import { unreadable } from './bytes.js';
import {
  elementCount,
  fromNumpy,
  ReadBudget,
  unusableType,
  type StoredArray,
  type StoredDType,
  type WeightFile,
} from '../../weight_file.js';

let loading: Promise<typeof H5> | undefined;
let files = 0;

async function load(): Promise<typeof H5> {
  loading ??= import('h5wasm').then(async (library) => {
    await library.ready;
    return library;
  });
  try {
    return await loading;
  } catch (error) {
    loading = undefined;
    throw error;
  }
}

/** How well arrays may be compressed, all together. */
const COMPRESSION = 100;

// Files live in the library's memory file system while they are open.
const nextName = (): string => `keras-${files++}.h5`;

function fileSystem(library: typeof H5): NonNullable<typeof H5.FS> {
  if (library.FS === null) throw new Error('h5wasm has no file system');
  return library.FS;
}

/** Opens HDF5 bytes with the complete reader. */
export async function openWithH5wasm(bytes: Uint8Array): Promise<WeightFile> {
  const library = await load();
  const name = nextName();
  fileSystem(library).writeFile(name, bytes);
  const file = opened(library, name);
  const entities = new Entities(library, file);
  const budget = new ReadBudget(bytes.length, COMPRESSION);
  const find = (path: string): H5.Entity | undefined => entities.at(path);
  return {
    has: (path) => reading(() => find(path) !== undefined),
    keys: (group) =>
      reading(() => {
        const found = find(group);
        return found === undefined ? [] : [...entities.keys(group, found)];
      }),
    read: (path) => reading(() => readDataset(path, find(path), budget)),
    attribute: (group, name) => reading(() => entities.attribute(group, name, bytes.length)),
    close() {
      file.close();
      fileSystem(library).unlink(name);
    },
  };
}

// The library's own errors name functions of its C code. After a trap it is loaded anew for the next file.
function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof KerasError) throw error;
    if (error instanceof WebAssembly.RuntimeError) loading = undefined;
    throw unreadable(error instanceof Error ? error.message : String(error), error);
  }
}

function opened(library: typeof H5, name: string): H5.File {
  try {
    return new library.File(name, 'r');
  } catch (error) {
    fileSystem(library).unlink(name);
    throw unreadable(error instanceof Error ? error.message : String(error), error);
  }
}

type Attributes = Record<string, H5.Attribute>;

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  return Array.isArray(value) ? value.reduce((sum: number, item) => sum + sizeOf(item), 0) : 0;
}

// What was found, by path: the library makes lists of all members and attributes whenever it is asked for one.
class Entities {
  readonly #library: typeof H5;
  readonly #file: H5.File;
  readonly #found = new Map<string, H5.Entity | undefined>();
  readonly #keys = new Map<string, Set<string>>();
  readonly #attributes = new Map<string, Attributes>();

  constructor(library: typeof H5, file: H5.File) {
    this.#library = library;
    this.#file = file;
  }

  /** What is at a path; undefined when there is nothing. ValueError for links, which may lead anywhere. */
  at(path: string): H5.Entity | undefined {
    let entity: H5.Entity = this.#file;
    let place = '';
    for (const step of path.split('/').filter(Boolean)) {
      if (!this.keys(place, entity).has(step)) return undefined;
      place = `${place}/${step}`;
      const next = this.#member(place);
      if (next === undefined) return undefined;
      entity = next;
    }
    return entity;
  }

  keys(place: string, entity: H5.Entity): Set<string> {
    const path = place.replace(/^\//, '');
    let keys = this.#keys.get(path);
    if (!keys) this.#keys.set(path, (keys = new Set('keys' in entity ? entity.keys() : [])));
    return keys;
  }

  attribute(group: string, name: string, stored: number): unknown {
    const entity = this.at(group);
    if (entity === undefined || !('attrs' in entity)) return undefined;
    let attributes = this.#attributes.get(group);
    if (!attributes) this.#attributes.set(group, (attributes = entity.attrs));
    if (!Object.hasOwn(attributes, name)) return undefined;
    const attribute = attributes[name]!;
    const { size } = attribute.metadata;
    const declared = elementCount(attribute.shape ?? []) * Math.max(1, size);
    // The library makes texts of whatever is in memory when it fails to read a damaged one.
    if (declared > stored || sizeOf(attribute.value) > stored)
      throw unreadable(`the attribute '${name}' is larger than the file`);
    return attribute.value;
  }

  #member(place: string): H5.Entity | undefined {
    if (this.#found.has(place)) return this.#found.get(place);
    if (this.#file.get_link(place) !== null)
      throw new ValueError('Not allowed: H5 file with SoftLink');
    const found = this.#file.get(place);
    if (found instanceof this.#library.ExternalLink)
      throw new ValueError('Not allowed: H5 file with ExternalLink');
    this.#found.set(place, found ?? undefined);
    return found ?? undefined;
  }
}

// Numbers of classes of types.
const INTEGER = 0;
const FLOAT = 1;
const ENUMERATED = 8; // booleans of h5py

function numberType(type: number, signed: boolean, size: number): StoredDType | undefined {
  if (type === FLOAT) return fromNumpy(`f${size}`);
  if (type === INTEGER || type === ENUMERATED) return fromNumpy(`${signed ? 'i' : 'u'}${size}`);
  return undefined;
}

function readDataset(path: string, entity: H5.Entity | undefined, budget: ReadBudget): StoredArray {
  if (entity === undefined || !('shape' in entity))
    throw new KeyError(`There is no dataset ${path} in the file`);
  const dataset = entity as H5.Dataset;
  const { shape, size, type, signed, chunks, virtual_sources: sources } = dataset.metadata;
  if (sources && sources.length > 0)
    throw new ValueError(`Not allowed: H5 file with virtual Dataset: ${path}`);
  budget.spend(path, elementCount(shape ?? []) * size, elementCount(chunks ?? [0]) * size);
  const bfloat16 = dataset.attrs['dtype']?.value === 'bfloat16';
  const dtype = bfloat16 ? 'bfloat16' : numberType(type, signed, size);
  if (dtype === undefined) throw unusableType(path, `HDF5's ${String(dataset.dtype)}`);
  const value = dataset.value;
  if (!ArrayBuffer.isView(value)) {
    const scalar =
      typeof value === 'bigint' ? BigInt64Array.of(value) : Float64Array.of(Number(value));
    return {
      shape: [],
      dtype: typeof value === 'bigint' ? 'int64' : 'float64',
      bytes: new Uint8Array(scalar.buffer),
    };
  }
  return {
    shape: [...(dataset.shape ?? [])],
    dtype,
    bytes: new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
  };
}

/** A group to be written: attributes, arrays and groups by name. */
export interface GroupToWrite {
  attributes?: Record<string, string | readonly string[]>;
  arrays?: Map<string, StoredArray>;
  groups?: Map<string, GroupToWrite>;
}

/** The bytes of an HDF5 file. */
export async function writeHdf5(root: GroupToWrite): Promise<Uint8Array> {
  const library = await load();
  const name = nextName();
  const file = new library.File(name, 'w', { libver: ['earliest', 'latest'] }); // as h5py
  try {
    writeGroup(file, root);
    file.close();
    return fileSystem(library).readFile(name);
  } finally {
    fileSystem(library).unlink(name);
  }
}

function writeGroup(target: H5.Group, group: GroupToWrite): void {
  for (const [name, value] of Object.entries(group.attributes ?? {}))
    writeAttribute(target, name, value);
  for (const [name, array] of group.arrays ?? []) writeArray(target, name, array);
  for (const [name, child] of group.groups ?? []) writeGroup(target.create_group(name), child);
}

// HDF5 keeps attributes in an object header of at most 64 KiB: Keras writes longer lists as name0, name1, ...
const ATTRIBUTE_LIMIT = 64_512;

function writeAttribute(target: H5.Group, name: string, value: string | readonly string[]): void {
  if (typeof value === 'string') {
    target.create_attribute(name, value);
    return;
  }
  const width = Math.max(1, ...value.map((text) => new TextEncoder().encode(text).length));
  const perChunk = Math.max(1, Math.floor(ATTRIBUTE_LIMIT / width));
  const write = (key: string, part: readonly string[]): void =>
    part.length === 0
      ? target.create_attribute(key, new Float64Array(0), [0])
      : target.create_attribute(key, [...part], [part.length], `S${width}`);
  if (value.length <= perChunk) {
    write(name, value);
    return;
  }
  for (let i = 0, chunk = 0; i < value.length; i += perChunk, ++chunk) {
    write(`${name}${chunk}`, value.slice(i, i + perChunk));
  }
}

const CODES: Record<StoredDType, string> = {
  bool: '<B',
  uint8: '<B',
  uint16: '<H',
  uint32: '<I',
  uint64: '<Q',
  int8: '<b',
  int16: '<h',
  int32: '<i',
  int64: '<q',
  float16: '<f',
  bfloat16: '<f',
  float32: '<f',
  float64: '<d',
};

function writeArray(target: H5.Group, name: string, array: StoredArray): void {
  // The library writes no half precision: float32 holds the same values, and Keras casts them back.
  const data = isHalf(array.dtype) ? halfToFloat(array) : typed(array);
  target.create_dataset({ name, data, shape: [...array.shape], dtype: CODES[array.dtype] });
}

const isHalf = (dtype: StoredDType): dtype is 'float16' | 'bfloat16' =>
  dtype === 'float16' || dtype === 'bfloat16';

function aligned(array: StoredArray): ArrayBuffer {
  return array.bytes.slice().buffer;
}

function typed(array: StoredArray) {
  const buffer = aligned(array);
  switch (array.dtype) {
    case 'int8':
      return new Int8Array(buffer);
    case 'uint16':
      return new Uint16Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
    case 'uint32':
      return new Uint32Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'uint64':
      return new BigUint64Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    case 'float64':
      return new Float64Array(buffer);
    case 'float32':
      return new Float32Array(buffer);
    default:
      return new Uint8Array(buffer);
  }
}

function halfToFloat(array: StoredArray): Float32Array {
  const halves = new Uint16Array(aligned(array));
  const out = new Float32Array(halves.length);
  if (array.dtype === 'bfloat16') {
    const bits = new Uint32Array(out.buffer);
    halves.forEach((half, i) => (bits[i] = half << 16));
    return out;
  }
  halves.forEach((half, i) => (out[i] = float16(half)));
  return out;
}

function float16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
