// Reads HDF5 files through h5wasm, which knows the whole format.
import type * as H5 from 'h5wasm';
import { KerasError, KeyError, ValueError } from '../../../errors/errors.js';
import { ReadBudget } from '../../size_limits.js';
import {
  elementCount,
  fromNumpy,
  unusableType,
  type StoredArray,
  type StoredDType,
} from '../../stored_array.js';
import type { WeightReader } from '../../weight_reader.js';
import { unreadable } from './file_bytes.js';
import { abandonLibrary, fileSystem, loadLibrary, newFileName, type Library } from './h5wasm.js';

/** How many times larger than the file compressed arrays may be, all together. */
const MAX_EXPANSION = 100;

/** Opens a file of any kind. Throws KerasError of kind OSError for bytes that are not HDF5. */
export async function openCompleteReader(bytes: Uint8Array): Promise<WeightReader> {
  const library = await loadLibrary();
  const name = newFileName();
  fileSystem(library).writeFile(name, bytes);
  return new CompleteReader(library, name, openFile(library, name), bytes.length);
}

function openFile(library: Library, name: string): H5.File {
  try {
    return new library.File(name, 'r');
  } catch (error) {
    fileSystem(library).unlink(name);
    throw unreadable(messageOf(error), error);
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

// The library's own errors name functions of its C code.
function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof KerasError) throw error;
    if (error instanceof WebAssembly.RuntimeError) abandonLibrary();
    throw unreadable(messageOf(error), error);
  }
}

class CompleteReader implements WeightReader {
  readonly #library: Library;
  readonly #name: string;
  readonly #file: H5.File;
  readonly #size: number;
  readonly #entities: Entities;
  readonly #budget: ReadBudget;

  constructor(library: Library, name: string, file: H5.File, size: number) {
    this.#library = library;
    this.#name = name;
    this.#file = file;
    this.#size = size;
    this.#entities = new Entities(library, file);
    this.#budget = new ReadBudget(size, MAX_EXPANSION);
  }

  has(path: string): boolean {
    return guarded(() => this.#entities.at(path) !== undefined);
  }

  keys(group: string): string[] {
    return guarded(() => {
      const found = this.#entities.at(group);
      return found === undefined ? [] : [...this.#entities.keys(group, found)];
    });
  }

  read(path: string): StoredArray {
    return guarded(() => readDataset(path, this.#entities.at(path), this.#budget));
  }

  attribute(group: string, name: string): unknown {
    return guarded(() => this.#entities.attribute(group, name, this.#size));
  }

  close(): void {
    this.#file.close();
    fileSystem(this.#library).unlink(this.#name);
  }
}

type Attributes = Record<string, H5.Attribute>;

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  return Array.isArray(value) ? value.reduce((sum: number, item) => sum + sizeOf(item), 0) : 0;
}

// Caches what was found, by path: the library lists all members or attributes for every question.
class Entities {
  readonly #library: Library;
  readonly #file: H5.File;
  readonly #found = new Map<string, H5.Entity | undefined>();
  readonly #keys = new Map<string, Set<string>>();
  readonly #attributes = new Map<string, Attributes>();

  constructor(library: Library, file: H5.File) {
    this.#library = library;
    this.#file = file;
  }

  /** The object at a path; undefined when there is none. ValueError for soft and external links. */
  at(path: string): H5.Entity | undefined {
    let entity: H5.Entity = this.#file;
    let reached = '';
    for (const step of path.split('/').filter(Boolean)) {
      if (!this.keys(reached, entity).has(step)) return undefined;
      reached = `${reached}/${step}`;
      const next = this.#member(reached);
      if (next === undefined) return undefined;
      entity = next;
    }
    return entity;
  }

  keys(at: string, entity: H5.Entity): Set<string> {
    const path = at.replace(/^\//, '');
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
    // The library returns arbitrary memory when it fails to read a damaged string.
    if (declared > stored || sizeOf(attribute.value) > stored)
      throw unreadable(`the attribute '${name}' is larger than the file`);
    return attribute.value;
  }

  #member(path: string): H5.Entity | undefined {
    if (this.#found.has(path)) return this.#found.get(path);
    if (this.#file.get_link(path) !== null)
      throw new ValueError('Not allowed: H5 file with SoftLink');
    const found = this.#file.get(path);
    if (found instanceof this.#library.ExternalLink)
      throw new ValueError('Not allowed: H5 file with ExternalLink');
    this.#found.set(path, found ?? undefined);
    return found ?? undefined;
  }
}

// Type classes of HDF5.
const INTEGER = 0;
const FLOAT = 1;
const ENUMERATED = 8; // h5py stores booleans like this

function numberType(type: number, signed: boolean, size: number): StoredDType | undefined {
  if (type === FLOAT) return fromNumpy(`f${size}`);
  if (type === INTEGER || type === ENUMERATED) return fromNumpy(`${signed ? 'i' : 'u'}${size}`);
  return undefined;
}

function readDataset(path: string, entity: H5.Entity | undefined, budget: ReadBudget): StoredArray {
  if (entity === undefined || !('shape' in entity))
    throw new KeyError(`There is no dataset ${path} in the file`);
  const dataset = entity;
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
