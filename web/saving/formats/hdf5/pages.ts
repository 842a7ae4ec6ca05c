// The parts of a file that describe its arrays, read in pages: a file of gigabytes is opened by reading a few of them.
import { partOf, type ByteSource } from '../../../runtime/platform/byte_source.js';
import { unreadable, windowOf, type LoadedBytes, type PageWindow } from './file_bytes.js';

/** Thrown for bytes that are not in memory yet. `Pages.run()` reads them and tries again. */
export class MissingPages extends Error {
  readonly start: number;
  readonly end: number;

  constructor(start: number, end: number) {
    super(`bytes ${start} to ${end} are not in memory`);
    this.start = start;
    this.end = end;
  }
}

/** How a file is read: in pages of a size in bytes, or as a whole when it is small. */
export interface PageSizes {
  readonly page: number;
  readonly smallFile: number;
}

const DEFAULT_SIZES: PageSizes = { page: 2 ** 16, smallFile: 2 ** 22 };
/** Pages are dropped when they take more. */
const MOST_HELD = 2 ** 22;

export class Pages implements LoadedBytes {
  readonly size: number;
  readonly source: ByteSource;
  // By number of the page; a window may cover several pages.
  readonly #windows = new Map<number, PageWindow>();
  readonly #sizes: PageSizes;
  #whole: PageWindow | undefined;
  #held = 0;

  constructor(source: ByteSource, sizes = DEFAULT_SIZES) {
    this.source = source;
    this.#sizes = sizes;
    this.size = source.size;
    if (source.bytes) this.#whole = windowOf(0, source.bytes);
  }

  /** The file from `start` on. */
  from(start: number): Pages {
    if (start === 0) return this;
    return new Pages(partOf(this.source, start, this.size - start), this.#sizes);
  }

  /** Bytes in memory that include the `size` bytes at `at`. Throws MissingPages. */
  window(at: number, size: number): PageWindow {
    if (this.#whole) return this.#whole;
    const found = this.#windows.get(Math.floor(at / this.#sizes.page));
    if (found && at + size <= found.end) return found;
    throw new MissingPages(at, at + size);
  }

  /** Runs a function that reads bytes of the file, again from its start after each page that it lacked. */
  async run<T>(read: () => T): Promise<T> {
    if (this.#held > MOST_HELD) this.#drop();
    for (;;) {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof MissingPages)) throw error;
        await this.#load(error);
      }
    }
  }

  #drop(): void {
    this.#windows.clear();
    this.#held = 0;
  }

  async #load({ start, end }: MissingPages): Promise<void> {
    const { page: size, smallFile } = this.#sizes;
    if (this.size <= smallFile) return void (this.#whole = await this.#read(0, this.size));
    const first = Math.floor(start / size);
    const last = Math.ceil(Math.max(end, start + 1) / size);
    const window = await this.#read(first * size, Math.min(this.size, last * size));
    for (let page = first; page < last; ++page) this.#windows.set(page, window);
    this.#held += window.bytes.length;
  }

  async #read(start: number, end: number): Promise<PageWindow> {
    const bytes = await this.source.read(start, end);
    if (bytes.length < end - start)
      throw unreadable(
        `truncated file: it was cut short at byte ${start + bytes.length} while it was read`,
      );
    return windowOf(start, bytes);
  }
}
