// The bytes of an HDF5 file while it is written: parts are placed one after the other, those that others point to first.
import { PartedBytes, type Part } from '../../../parted_bytes.js';

const ALIGNMENT = 8;

const aligned = (size: number): number => Math.ceil(size / ALIGNMENT) * ALIGNMENT;

/** The parts of a file, in order. Parts may be filled in until the content is used. */
export class FileParts {
  readonly content = new PartedBytes();

  /** Where the next part will be placed. */
  get next(): number {
    return aligned(this.end);
  }

  /** Where the file ends so far. */
  get end(): number {
    return this.content.length;
  }

  /** Appends a part and returns its address: a multiple of 8. */
  place(part: Part): number {
    const at = this.next;
    if (at > this.end) this.content.add(new Uint8Array(at - this.end));
    this.content.add(part);
    return at;
  }
}

const encoder = new TextEncoder();

/** UTF-8. */
export const encodeText = (text: string): Uint8Array => encoder.encode(text);

const UNDEFINED_ADDRESS = 0xffffffffffffffffn;

/** Collects little-endian numbers and bytes. */
export class PartWriter {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  u8(...values: readonly number[]): this {
    return this.bytes(Uint8Array.from(values));
  }

  u16(value: number): this {
    const at = this.#grow(2);
    this.#view.setUint16(at, value, true);
    return this;
  }

  u32(value: number): this {
    const at = this.#grow(4);
    this.#view.setUint32(at, value, true);
    return this;
  }

  /** A length or a count of eight bytes. */
  length(value: number): this {
    const at = this.#grow(8);
    this.#view.setBigUint64(at, BigInt(value), true);
    return this;
  }

  /** An address; undefined for parts that are not in the file. */
  address(value: number | undefined): this {
    if (value !== undefined) return this.length(value);
    const at = this.#grow(8);
    this.#view.setBigUint64(at, UNDEFINED_ADDRESS, true);
    return this;
  }

  bytes(bytes: Uint8Array): this {
    const at = this.#grow(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  text(text: string): this {
    return this.bytes(encodeText(text));
  }

  zeros(count: number): this {
    this.#grow(count);
    return this;
  }

  /** Appends zeros up to the next multiple of 8, or up to a size. */
  pad(to = aligned(this.#size)): this {
    return this.zeros(Math.max(0, to - this.#size));
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  // Returns where the new bytes, which are zeros, begin.
  #grow(count: number): number {
    const at = this.#size;
    this.#size += count;
    if (this.#size > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#size, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}
