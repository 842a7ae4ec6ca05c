// Sources of models: paths, URLs, requests, files that users pick, responses, streams, and bytes.
import { ValueError } from '../errors/errors.js';
import {
  heldIfSmall,
  sourceOfBlob,
  sourceOfBytes,
  type ByteSource,
} from '../runtime/platform/byte_source.js';
import { hasFiles, isOnTheNet, openFile } from '../runtime/platform/files.js';
import type {
  ByteStream,
  FetchRequest,
  FetchResponse,
  FileBlob,
  Url,
} from '../runtime/platform/platform_types.js';
import { addressOf, cachedBytes, isCacheName } from './cached_download.js';
import { fetchBytes, isStream, responseBytes, streamBytes } from './fetched.js';
import type { ReadingOptions } from './progress.js';
import { openDownload } from './ranged_download.js';
import { bytesIn, notASource, tagOf } from './source_kinds.js';

/** A file of the File System Access API, such as `FileSystemFileHandle`. */
export interface BrowserFileHandle {
  getFile(): Promise<FileBlob>;
}

/**
 * A path (Node), a URL, a Request or Response, a Blob or File, a file handle of a browser, a stream of the web or of Node, or
 * the bytes themselves.
 */
export type ModelSource =
  | string
  | Url
  | FetchRequest
  | FetchResponse
  | FileBlob
  | BrowserFileHandle
  | ByteStream
  | AsyncIterable<Uint8Array>
  | ArrayBuffer
  | Uint8Array;

/** Files that belong together, by name. */
export type FilesByName = Readonly<Record<string, ModelSource>>;

/** An open source, and its name in messages. */
export interface Opened {
  readonly input: ByteSource;
  readonly name: string;
}

/** Opens the source and closes it after `use`. Throws ValueError when it cannot be found. */
export async function withSource<T>(
  source: ModelSource,
  options: ReadingOptions,
  use: (opened: Opened) => Promise<T>,
): Promise<T> {
  const opened = await openSource(source, options);
  try {
    return await use(opened);
  } finally {
    await opened.input.close();
  }
}

/** Whether the source is a path or an address. */
export const isName = (source: unknown): source is string | Url =>
  typeof source === 'string' || tagOf(source) === 'URL';

/** Opens the source; the caller closes the input. Throws ValueError when it cannot be found. */
export async function openSource(source: ModelSource, options: ReadingOptions): Promise<Opened> {
  options.signal?.throwIfAborted();
  if (isName(source)) return await openNamed(source, options);
  const bytes = bytesIn(source);
  if (bytes) return inMemory(bytes, '<bytes>');
  switch (tagOf(source)) {
    case 'Blob':
    case 'File':
      return await ofBlob(source as Blob);
    case 'Response': {
      const response = source as Response;
      const name = response.url || '<response>';
      return inMemory(await responseBytes(response, name, options), name);
    }
    case 'Request': {
      const request = source as Request;
      return await ofAddress(request, request.url, options);
    }
  }
  if (isFileHandle(source)) return await ofBlob(await source.getFile());
  if (isStream(source)) return inMemory(await streamBytes(source, options), '<stream>');
  throw notASource(source);
}

const inMemory = (bytes: Uint8Array, name: string): Opened => ({
  input: sourceOfBytes(bytes),
  name,
});

const ofBlob = async (blob: Blob & { name?: unknown }): Promise<Opened> => ({
  input: await heldIfSmall(sourceOfBlob(blob)),
  name: String(blob.name ?? '<blob>'),
});

const isFileHandle = (source: unknown): source is { getFile(): Promise<Blob> } =>
  typeof source === 'object' &&
  source !== null &&
  typeof (source as BrowserFileHandle).getFile === 'function';

async function openNamed(source: string | Url, options: ReadingOptions): Promise<Opened> {
  const name = String(source);
  const file = await openFile(source);
  if (file) return { input: await heldIfSmall(file), name };
  const { cache } = options;
  const address = isCacheName(cache) ? addressOf(name) : undefined;
  if (address) return inMemory(await cachedBytes(address, cache!, options), name);
  return await ofAddress(name, name, options);
}

async function ofAddress(
  request: string | FetchRequest,
  name: string,
  options: ReadingOptions,
): Promise<Opened> {
  const isSafe = typeof request === 'string' || request.method === 'GET';
  if (!options.inRanges || !isSafe) return inMemory(await fetchBytes(request, options), name);
  const file = await openDownload(request, options);
  return file instanceof Uint8Array ? inMemory(file, name) : { input: file, name };
}

/** The source of a file in the same folder as `source`. ValueError when the folder is unknown. */
export function sourceBeside(source: ModelSource | FilesByName, name: string): ModelSource {
  if (isName(source)) return besideName(String(source), name);
  const found = Object.hasOwn(source, name) ? (source as FilesByName)[name] : undefined;
  if (found !== undefined) return found;
  throw new ValueError(
    `The weights are in several files, and ${name} is not among those that were given: give all files by name, or the path of the file that lists them.`,
  );
}

// Keeps the query and fragment of an address; in a path, `?` and `#` are ordinary characters.
function besideName(source: string, name: string): string {
  const end = isOnTheNet(source) || !hasFiles() ? source.search(/[?#]/) : -1;
  const path = end < 0 ? source : source.slice(0, end);
  const folder = path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return folder + name + source.slice(path.length);
}
