// Downloads of models that are kept from call to call (the option `cache`).
import { ValueError } from '../errors/errors.js';
import { warn } from '../errors/warnings.js';
import {
  downloadCache,
  type DownloadCache,
  type KeptDownload,
} from '../runtime/platform/download_cache.js';
import { fetchResponse, responseBytes } from './fetched.js';
import type { ReadingOptions } from './progress.js';

/** Whether the option is the name of a cache. ValueError for other values. */
export function isCacheName(cache: unknown): cache is string {
  if (cache === undefined || cache === null) return false;
  if (typeof cache === 'string' && cache !== '') return true;
  throw new ValueError(`\`cache\` is the name of a cache. Received: cache=${String(cache)}`);
}

/** The whole address of the web, which in pages may be relative; undefined for other names, such as `data:`. */
export function addressOf(name: string): string | undefined {
  const base = typeof location === 'object' ? location.href : undefined;
  try {
    const address = new URL(name, base).href;
    return /^https?:/i.test(address) ? address : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The content of an address: that in the cache while the server states the same version, else what it sends, which is
 * kept. Without a connection the kept content is used, with a warning.
 */
export async function cachedBytes(
  url: string,
  name: string,
  options: ReadingOptions,
): Promise<Uint8Array> {
  const cache = downloadCache(name);
  const kept = await cache?.read(url);
  if (kept && (await isCurrent(url, kept, options))) {
    options.onProgress?.({
      phase: 'download',
      loaded: kept.bytes.length,
      total: kept.bytes.length,
    });
    return kept.bytes;
  }
  const response = await fetchResponse(url, options);
  const version = versionOf(response);
  const bytes = await responseBytes(response, url, options);
  if (cache && version !== undefined) await keep(cache, url, { version, bytes });
  return bytes;
}

// A request for the headers alone: pages may send it to other origins, unlike one with `If-None-Match`.
async function isCurrent(
  url: string,
  { version }: KeptDownload,
  { signal }: ReadingOptions,
): Promise<boolean> {
  let response: Response;
  try {
    response = await fetch(url, { method: 'HEAD', ...(signal ? { signal } : {}) });
  } catch {
    signal?.throwIfAborted();
    warn(`${url} cannot be reached: its copy in the cache is used.`);
    return true;
  }
  return response.ok && versionOf(response) === version;
}

// Weak and strong ETags of the same content count as equal.
function versionOf({ headers }: Response): string | undefined {
  const version = headers.get('etag') ?? headers.get('last-modified');
  return version?.replace(/^W\//, '');
}

// A full disk or quota must not prevent opening what was downloaded.
async function keep(cache: DownloadCache, url: string, download: KeptDownload): Promise<void> {
  try {
    await cache.write(url, download);
  } catch (error) {
    warn(`${url} cannot be kept in the cache: ${(error as Error).message}`);
  }
}
