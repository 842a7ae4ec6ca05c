// Heaps of strings of variable length. Section III.E of the HDF5 specification.
import { PartWriter, type FileParts } from './file_parts.js';

/** The size of a collection of strings, unless one string needs more. */
const COLLECTION = 4096;
const PREFIX = 16;
/** Index 0 of a collection is its free space. */
const FREE = 0;

/** Places strings in collections as the HDF5 library does: short strings share one. */
export class StringHeap {
  readonly #parts: FileParts;
  #address = 0;
  #collection = new Uint8Array(0);
  #used = 0;
  #index = 0;

  constructor(parts: FileParts) {
    this.#parts = parts;
  }

  /** A reference to a copy of the string: its length, the address of its collection, and its index there. */
  add(text: Uint8Array): Uint8Array {
    if (text.length === 0) return new Uint8Array(PREFIX);
    const size = PREFIX + Math.ceil(text.length / 8) * 8;
    if (this.#used + size > this.#collection.length) this.#startCollection(size);
    this.#index += 1;
    this.#put(objectPrefix(this.#index, text.length));
    this.#collection.set(text, this.#used + PREFIX);
    this.#used += size;
    const left = this.#collection.length - this.#used;
    if (left >= PREFIX) this.#put(objectPrefix(FREE, left));
    return new PartWriter().u32(text.length).address(this.#address).u32(this.#index).finish();
  }

  #startCollection(size: number): void {
    this.#collection = new Uint8Array(Math.max(COLLECTION, PREFIX + size));
    this.#address = this.#parts.place(this.#collection);
    this.#index = this.#used = 0;
    const { length } = this.#collection;
    this.#put(new PartWriter().text('GCOL').u8(1, 0, 0, 0).length(length).finish());
    this.#used = PREFIX;
  }

  #put(bytes: Uint8Array): void {
    this.#collection.set(bytes, this.#used);
  }
}

const objectPrefix = (index: number, size: number): Uint8Array =>
  new PartWriter().u16(index).u16(0).u32(0).length(size).finish();
