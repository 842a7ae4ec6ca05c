// The bytes of an HDF5 file. Every read is checked against the size of the file.
import { KerasError } from '../../../errors/errors.js';

/** The error of Python's h5py for bytes that are not HDF5, are damaged or cut short. */
export const unreadable = (reason: string, cause?: unknown): KerasError =>
  new KerasError(`Unable to synchronously open file (${reason})`, 'OSError', '', { cause });

/** Thrown for parts of a file that are valid HDF5 but that this reader does not know. */
export class Unsupported extends KerasError {
  constructor(what: string) {
    super(
      `The HDF5 file uses ${what}, which is not supported. Save it again with h5py's default options, as Keras does.`,
      'OSError',
    );
  }
}

/** Thrown where the bytes contradict the format. The reader turns it into an `unreadable` error that names the object. */
export class Damaged extends Error {}

/** Each half of the address of a part that is not in the file. */
const UNDEFINED_HALF = 0xffffffff;

const decoder = new TextDecoder();

/** Bytes of the file that are in memory. */
export interface PageWindow {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export const windowOf = (start: number, bytes: Uint8Array): PageWindow => ({
  start,
  end: start + bytes.length,
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
});

/** The part of a file that is in memory. */
export interface LoadedBytes {
  readonly size: number;
  /** Bytes in memory that include the `size` bytes at `at`. Throws `MissingPages`. */
  window(at: number, size: number): PageWindow;
}

/** What names and texts are searched for their end in at once. */
const TEXT_BYTES = 256;

/**
 * Reads little-endian numbers; addresses and lengths have eight bytes. Methods throw `MissingPages` for bytes that are not in
 * memory: call them inside `Pages.run()`.
 */
export class FileBytes {
  readonly size: number;
  readonly #loaded: LoadedBytes;
  #window = windowOf(0, new Uint8Array());

  /** The first `size` bytes of a file. */
  constructor(loaded: LoadedBytes, size = loaded.size) {
    this.size = size;
    this.#loaded = loaded;
  }

  /** Throws Damaged unless the `size` bytes at `at` are in the file. */
  check(at: number, size: number): void {
    if (!(at + size <= this.size)) throw new Damaged(`it ends before byte ${at + size}`);
  }

  // Where the bytes are in the window.
  #offset(at: number, size: number): number {
    this.check(at, size);
    const { start, end } = this.#window;
    if (at < start || at + size > end) this.#window = this.#loaded.window(at, size);
    return at - this.#window.start;
  }

  u8(at: number): number {
    const offset = this.#offset(at, 1);
    return this.#window.view.getUint8(offset);
  }

  u16(at: number): number {
    const offset = this.#offset(at, 2);
    return this.#window.view.getUint16(offset, true);
  }

  u32(at: number): number {
    const offset = this.#offset(at, 4);
    return this.#window.view.getUint32(offset, true);
  }

  // As a number, which is exact up to 2^53: bigints took a fifth of the time to read a file.
  #u64(at: number): number {
    const offset = this.#offset(at, 8);
    const { view } = this.#window;
    return view.getUint32(offset, true) + 2 ** 32 * view.getUint32(offset + 4, true);
  }

  /** A length or a count. */
  length(at: number): number {
    const value = this.#u64(at);
    if (value > Number.MAX_SAFE_INTEGER) throw new Damaged(`a length of ${value}`);
    return value;
  }

  /** An address; undefined for parts that are not in the file. */
  address(at: number): number | undefined {
    const value = this.#u64(at);
    if (value < this.size) return value;
    if (this.u32(at) === UNDEFINED_HALF && this.u32(at + 4) === UNDEFINED_HALF) return undefined;
    throw new Damaged(`an address, ${value}, is after its end`);
  }

  /** An address of a part that must be in the file. */
  requiredAddress(at: number): number {
    const address = this.address(at);
    if (address === undefined) throw new Damaged('a required part has no address');
    return address;
  }

  /** A number of 1, 2, 4 or 8 bytes: 2 to the power of `exponent`. */
  sized(at: number, exponent: number): number {
    if (exponent === 0) return this.u8(at);
    if (exponent === 1) return this.u16(at);
    return exponent === 2 ? this.u32(at) : this.length(at);
  }

  /** A number of up to eight bytes. */
  number(at: number, size: number): number {
    const bytes = this.view(at, size);
    let value = 0;
    for (let i = size - 1; i >= 0; --i) value = 256 * value + bytes[i]!;
    if (value > Number.MAX_SAFE_INTEGER) throw new Damaged(`a length of ${value}`);
    return value;
  }

  /** Throws Damaged unless the four letters of the signature are at `at`. */
  expect(signature: string, at: number): void {
    const bytes = this.view(at, 4);
    if (bytes.some((byte, i) => byte !== signature.charCodeAt(i)))
      throw new Damaged(`there is no ${signature} at byte ${at}`);
  }

  /** UTF-8 up to the first zero, at most `size` bytes. */
  text(at: number, size: number): string {
    this.check(at, size);
    for (let looked = Math.min(size, TEXT_BYTES); ; looked = Math.min(size, 2 * looked)) {
      const bytes = this.view(at, looked);
      const end = bytes.indexOf(0);
      if (end >= 0 || looked === size)
        return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
    }
  }

  view(at: number, size: number): Uint8Array {
    const offset = this.#offset(at, size);
    return this.#window.bytes.subarray(offset, offset + size);
  }
}

/**
 * Limits the bytes read while following addresses from part to part. The parts of a sound file do not overlap, so that
 * they fit in the file; exceeding its size reveals a cycle.
 */
export class Budget {
  #left: number;

  constructor(file: FileBytes) {
    this.#left = file.size;
  }

  spend(size: number): void {
    this.#left -= Math.max(0, size);
    if (this.#left < 0) throw new Damaged('its parts go in circles');
  }
}
