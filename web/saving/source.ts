// Where a model comes from: a path, a URL, a file that a user picked, a response, or bytes.
import { ValueError } from '../errors.js';
import { sourceOfBlob, sourceOfBytes, type ByteSource } from '../platform/byte_source.js';
import { openFile } from '../platform/files.js';
import type { FetchResponse, FileBlob, Url } from '../types/platform.js';

/** A path (Node), a URL, a Blob or File, a Response, or the bytes themselves. */
export type ModelSource = string | Url | FileBlob | FetchResponse | ArrayBuffer | Uint8Array;

/** Files that belong together, by name. */
export type FilesByName = Readonly<Record<string, ModelSource>>;

/** What is going on, and how far it is; `total` is undefined while it is not known. */
export interface LoadProgress {
  readonly phase: 'download' | 'config' | 'weights';
  readonly loaded: number;
  readonly total: number | undefined;
}

/** What was opened, and the name under which messages speak of it. */
export interface Opened {
  readonly input: ByteSource;
  readonly name: string;
}

/** Opens the source and closes it after `use`. Throws ValueError when it cannot be found. */
export async function withSource<T>(
  source: ModelSource,
  onProgress: ((progress: LoadProgress) => void) | undefined,
  use: (opened: Opened) => Promise<T>,
): Promise<T> {
  const opened = await openSource(source, onProgress);
  try {
    return await use(opened);
  } finally {
    await opened.input.close();
  }
}

async function openSource(
  source: ModelSource,
  onProgress?: (progress: LoadProgress) => void,
): Promise<Opened> {
  if (source instanceof Uint8Array) return { input: sourceOfBytes(source), name: '<bytes>' };
  if (source instanceof ArrayBuffer)
    return { input: sourceOfBytes(new Uint8Array(source)), name: '<bytes>' };
  if (typeof source !== 'object' || source === null || source instanceof URL)
    return await openNamed(source, onProgress);
  if (source instanceof Blob) {
    const name = 'name' in source && typeof source.name === 'string' ? source.name : '<blob>';
    return { input: sourceOfBlob(source), name };
  }
  // Not asked by `instanceof`: looking at the name `Response` makes Node load its whole implementation of fetch.
  if (!('headers' in source)) return await openNamed(source, onProgress);
  const bytes = await readResponse(source, onProgress);
  return { input: sourceOfBytes(bytes), name: source.url || '<response>' };
}

async function openNamed(
  source: string | URL,
  onProgress?: (progress: LoadProgress) => void,
): Promise<Opened> {
  const name = String(source);
  const file = await openFile(source);
  if (file) return { input: file, name };
  return { input: sourceOfBytes(await readResponse(await fetchFile(name), onProgress)), name };
}

/** Where a file of that name is that belongs to `source`. ValueError when nothing says so. */
export function sourceBeside(source: ModelSource | FilesByName, name: string): ModelSource {
  if (typeof source === 'string' || source instanceof URL)
    return String(source).replace(/[^\\/?#]*([?#].*)?$/, `${name}$1`);
  const found = Object.hasOwn(source, name) ? (source as FilesByName)[name] : undefined;
  if (found !== undefined) return found;
  throw new ValueError(
    `The weights are in several files, and ${name} is not among those that were given: give all files by name, or the path of the \`.weights.json\`.`,
  );
}

const notFound = (name: string): ValueError =>
  new ValueError(
    `File not found: filepath=${name}. Please ensure the file is an accessible \`.keras\` zip file.`,
  );

async function fetchFile(name: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(name);
  } catch (error) {
    throw Object.assign(notFound(name), { cause: error });
  }
  if (!response.ok)
    throw Object.assign(notFound(name), { cause: `HTTP status ${response.status}` });
  return response;
}

async function readResponse(
  response: Response,
  onProgress?: (progress: LoadProgress) => void,
): Promise<Uint8Array> {
  if (!onProgress || !response.body) return new Uint8Array(await response.arrayBuffer());
  const length = Number(response.headers.get('content-length'));
  const total = length > 0 ? length : undefined;
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    loaded += value.length;
    onProgress({ phase: 'download', loaded, total });
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
