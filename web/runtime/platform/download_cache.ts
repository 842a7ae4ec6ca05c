// Downloads that are kept: in the Cache API of browsers, in a folder in Node, Deno and Bun.

import { readFile } from './files.js';
import { hasNode, importNode } from './node.js';
import { writeFiles } from './write_file.js';

/** A download, and by what its server tells versions apart: an ETag, or the time of the last change. */
export interface KeptDownload {
  readonly version: string;
  readonly bytes: Uint8Array;
}

/** The downloads of one cache, by address. */
export interface DownloadCache {
  read(url: string): Promise<KeptDownload | undefined>;
  /** Replaces what is kept of the address. */
  write(url: string, download: KeptDownload): Promise<void>;
}

/** The cache with that name, made when it is first written to. Undefined where nothing can be kept. */
export function downloadCache(name: string): DownloadCache | undefined {
  if (hasNode()) return inFolder(name);
  // Browsers have it in secure contexts only.
  return typeof caches === 'object' ? inBrowser(name) : undefined;
}

const VERSION = 'x-keras-wasm-version';

function inBrowser(name: string): DownloadCache {
  const open = (): Promise<Cache> => caches.open(`keras-wasm/${name}`);
  return {
    async read(url) {
      const response = await (await open()).match(url);
      const version = response?.headers.get(VERSION);
      if (!response || version == null) return undefined;
      return { version, bytes: new Uint8Array(await response.arrayBuffer()) };
    },
    async write(url, { version, bytes }) {
      const body = bytes as Uint8Array<ArrayBuffer>;
      await (await open()).put(url, new Response(body, { headers: { [VERSION]: version } }));
    },
  };
}

// A file per address, which begins with the address and the version as a line of JSON: they change together.
function inFolder(name: string): DownloadCache {
  const fileOf = async (url: string): Promise<string> => {
    const { homedir } = await importNode('os');
    const base = process.env['XDG_CACHE_HOME'] || `${homedir()}/.cache`;
    const folder = encodeURIComponent(name).replace(/^\./, '%2E'); // `..` would be the folder above
    return `${base}/keras-wasm/downloads/${folder}/${await digestOf(url)}`;
  };
  return {
    async read(url) {
      const content = await readFile(await fileOf(url));
      const end = content?.indexOf(NEWLINE) ?? -1;
      if (!content || end < 0) return undefined;
      const head = headIn(content.subarray(0, end));
      const bytes = content.subarray(end + 1);
      const isWhole = head?.url === url && head.size === bytes.length;
      return isWhole ? { version: head.version, bytes } : undefined;
    },
    async write(url, { version, bytes }) {
      const head = JSON.stringify({ url, version, size: bytes.length });
      const line = new TextEncoder().encode(`${head}\n`);
      const content = new Uint8Array(line.length + bytes.length);
      content.set(line);
      content.set(bytes, line.length);
      const path = await fileOf(url);
      await writeFiles(path, Promise.resolve([[path, content]]), { folders: true });
    },
  };
}

const NEWLINE = 10;

interface Head {
  readonly url: string;
  readonly version: string;
  readonly size: number;
}

function headIn(line: Uint8Array): Head | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(line)) as Head;
  } catch {
    return undefined;
  }
}

async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
