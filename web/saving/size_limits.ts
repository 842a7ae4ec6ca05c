// Limits against files that claim much more content than they store.
import { ValueError } from '../errors/errors.js';

/** Arrays and archive members up to this size are never refused, as in Keras. */
export const BOMB_FLOOR = 2 ** 28;
/** Largest accepted ratio of an array's size to the file's size, as in Keras. */
const MAX_EXPANSION = 1000;
/** How often loading may read each array. */
const READS = 8;

function checkStoredSize(path: string, declared: number, stored: number): void {
  if (declared <= BOMB_FLOOR || declared <= MAX_EXPANSION * stored) return;
  throw new ValueError(
    `Not allowed: H5 dataset '${path}' declares ${readableSize(declared)} but only ${readableSize(stored)} are stored on disk; refusing to load a potential decompression/shape bomb.`,
  );
}

/** Limits the bytes read from one file, so that one array stored under thousands of names is not read that often. */
export class ReadBudget {
  readonly #stored: number;
  #left: number;

  /**
   * @param stored the size of the file in bytes.
   * @param expansion bytes of arrays that one byte of the file may account for.
   */
  constructor(stored: number, expansion: number) {
    this.#stored = stored;
    this.#left = BOMB_FLOOR + READS * expansion * stored;
  }

  /** Throws ValueError for an array too large for its file, alone or together with the arrays read before it. */
  spend(path: string, declared: number, chunk = 0): void {
    checkStoredSize(path, Math.max(declared, chunk), this.#stored);
    this.#left -= declared;
    if (this.#left < 0)
      throw new ValueError(
        `Not allowed: the arrays read up to '${path}' are larger than the file of ${readableSize(this.#stored)} can hold.`,
      );
  }
}

/** A number of bytes as Keras prints it: `39.06 KB`. */
export function readableSize(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  let size = bytes;
  let unit = 0;
  for (; size >= 1024 && unit < units.length - 1; ++unit) size /= 1024;
  return `${size.toFixed(2)} ${units[unit]}`;
}
