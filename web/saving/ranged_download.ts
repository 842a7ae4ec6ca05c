// Files on servers that are read in ranges: opening a model of gigabytes downloads its directory and its config alone.
import { ValueError } from '../errors/errors.js';
import { BLOCK_BYTES, type ByteSource } from '../runtime/platform/byte_source.js';
import type { FetchRequest, FetchResponse } from '../runtime/platform/platform_types.js';
import { fetchBytes, responseBytes } from './fetched.js';
import type { ReadingOptions } from './progress.js';

/** Bytes of a page. Short reads download pages, each of them once. */
const PAGE_BYTES = 2 ** 16;
/** Longer reads are not kept. */
const MOST_KEPT = 2 ** 20;

/**
 * The file of an address: in ranges where the server sends them, else its bytes. Once `blocks` reads a part, the whole file is
 * downloaded: weights are most of it, and each is read twice, for its checksum and for its elements. `options` may change
 * later; each request follows them as they are then.
 *
 * @throws ValueError when the address cannot be fetched.
 */
export async function openDownload(
  request: string | FetchRequest,
  options: ReadingOptions,
): Promise<ByteSource | Uint8Array> {
  const first = await fetchRange(request, 0, PAGE_BYTES, options);
  const file = first && rangeOf(first);
  if (file) return inRanges(request, { ...file, head: await bytesOf(first) }, options);
  // A server without ranges has sent the file. Pages may not see what range it is, or may not ask other origins for any.
  if (first?.status === 200) return await responseBytes(first, addressIn(request), options);
  void first?.body?.cancel().catch(() => undefined);
  return await fetchBytes(request, options);
}

const addressIn = (request: string | FetchRequest): string =>
  typeof request === 'string' ? request : request.url;

const bytesOf = async (response: FetchResponse): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer());

/** Undefined when the request fails, as it does where a page may not send this header to another origin. */
async function fetchRange(
  request: string | FetchRequest,
  start: number,
  end: number,
  { signal }: ReadingOptions,
): Promise<FetchResponse | undefined> {
  const headers = new Headers(typeof request === 'string' ? undefined : request.headers);
  headers.set('range', `bytes=${start}-${end - 1}`);
  try {
    return await fetch(request, { headers, ...(signal ? { signal } : {}) });
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

interface RangedFile {
  readonly size: number;
  /** Where the range that was sent begins. */
  readonly start: number;
  /** The ETag of the file, or the time of its last change. */
  readonly version: string | null;
}

// Undefined for other responses, for compressed ones, and where pages may not see the header.
function rangeOf({ status, headers }: FetchResponse): RangedFile | undefined {
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '');
  const isEncoded = !/^(identity)?$/i.test(headers.get('content-encoding') ?? '');
  if (status !== 206 || !range || isEncoded) return undefined;
  const version = headers.get('etag') ?? headers.get('last-modified');
  return { start: Number(range[1]), size: Number(range[2]), version };
}

function inRanges(
  request: string | FetchRequest,
  { size, version, head }: RangedFile & { readonly head: Uint8Array },
  options: ReadingOptions,
): ByteSource {
  const pages = new Map([[0, head]]);
  let whole: Promise<Uint8Array> | undefined;

  function checkSame(isSame: boolean): void {
    if (isSame) return;
    throw new ValueError(`${addressIn(request)} cannot be read: it changed after it was opened.`);
  }

  async function wholeFile(): Promise<Uint8Array> {
    whole ??= fetchBytes(request, options);
    try {
      const bytes = await whole;
      checkSame(bytes.length === size);
      return bytes;
    } catch (error) {
      whole = undefined; // another call tries again
      throw error;
    }
  }

  async function download(start: number, end: number): Promise<Uint8Array> {
    if (whole) return (await wholeFile()).subarray(start, end);
    const response = await fetchRange(request, start, end, options);
    const file = response && rangeOf(response);
    if (!file) {
      void response?.body?.cancel().catch(() => undefined);
      return (await wholeFile()).subarray(start, end);
    }
    checkSame(file.start === start && file.size === size && file.version === version);
    const bytes = await bytesOf(response);
    checkSame(bytes.length === end - start);
    return bytes;
  }

  // Downloads the missing ones of these pages in one request.
  async function loadPages(first: number, last: number): Promise<void> {
    while (first < last && pages.has(first)) ++first;
    while (first < last && pages.has(last - 1)) --last;
    if (first === last) return;
    const start = first * PAGE_BYTES;
    const bytes = await download(start, Math.min(size, last * PAGE_BYTES));
    for (let page = first; page < last; ++page) {
      const at = page * PAGE_BYTES - start;
      pages.set(page, bytes.subarray(at, at + PAGE_BYTES));
    }
  }

  async function readPages(start: number, end: number): Promise<Uint8Array> {
    const first = Math.floor(start / PAGE_BYTES);
    const last = Math.ceil(end / PAGE_BYTES);
    await loadPages(first, last);
    const out = new Uint8Array(end - start);
    for (let page = first; page < last; ++page) {
      const at = page * PAGE_BYTES;
      const from = Math.max(start, at);
      out.set(pages.get(page)!.subarray(from - at, end - at), from - start);
    }
    return out;
  }

  return {
    size,
    async read(start, end) {
      const until = Math.min(end, size);
      if (until <= start) return new Uint8Array();
      return await (until - start > MOST_KEPT ? download(start, until) : readPages(start, until));
    },
    async *blocks(start, end) {
      const bytes = await wholeFile();
      for (let at = start; at < end; at += BLOCK_BYTES)
        yield bytes.subarray(at, Math.min(end, at + BLOCK_BYTES));
    },
    close() {
      pages.clear();
      whole = undefined;
      return Promise.resolve();
    },
  };
}
