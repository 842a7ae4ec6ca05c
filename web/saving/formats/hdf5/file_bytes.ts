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

const UNDEFINED_ADDRESS = 0xffffffffffffffffn;

const decoder = new TextDecoder();

/** Reads little-endian numbers; addresses and lengths have eight bytes. */
export class FileBytes {
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.size = bytes.byteLength;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Throws Damaged unless the `size` bytes at `at` are in the file. */
  check(at: number, size: number): void {
    if (!(at + size <= this.size)) throw new Damaged(`it ends before byte ${at + size}`);
  }

  u8(at: number): number {
    this.check(at, 1);
    return this.#view.getUint8(at);
  }

  u16(at: number): number {
    this.check(at, 2);
    return this.#view.getUint16(at, true);
  }

  u32(at: number): number {
    this.check(at, 4);
    return this.#view.getUint32(at, true);
  }

  /** A length or a count. */
  length(at: number): number {
    this.check(at, 8);
    const value = this.#view.getBigUint64(at, true);
    if (value > Number.MAX_SAFE_INTEGER) throw new Damaged(`a length of ${value}`);
    return Number(value);
  }

  /** An address; undefined for parts that are not in the file. */
  address(at: number): number | undefined {
    this.check(at, 8);
    const value = this.#view.getBigUint64(at, true);
    if (value === UNDEFINED_ADDRESS) return undefined;
    if (value >= this.size) throw new Damaged(`an address, ${value}, is after its end`);
    return Number(value);
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
    this.check(at, size);
    let value = 0;
    for (let i = size - 1; i >= 0; --i) value = 256 * value + this.bytes[at + i]!;
    if (value > Number.MAX_SAFE_INTEGER) throw new Damaged(`a length of ${value}`);
    return value;
  }

  /** Throws Damaged unless the four letters of the signature are at `at`. */
  expect(signature: string, at: number): void {
    this.check(at, 4);
    for (let i = 0; i < 4; ++i) {
      if (this.bytes[at + i] !== signature.charCodeAt(i))
        throw new Damaged(`there is no ${signature} at byte ${at}`);
    }
  }

  /** UTF-8 up to the first zero, at most `size` bytes. */
  text(at: number, size: number): string {
    this.check(at, size);
    let end = at;
    while (end < at + size && this.bytes[end] !== 0) ++end;
    return decoder.decode(this.bytes.subarray(at, end));
  }

  view(at: number, size: number): Uint8Array {
    this.check(at, size);
    return this.bytes.subarray(at, at + size);
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
