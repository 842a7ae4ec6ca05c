// Sources of models: paths, URLs, files that users pick, responses, and bytes.
import { ValueError } from '../errors/errors.js';
import { sourceOfBlob, sourceOfBytes, type ByteSource } from '../runtime/platform/byte_source.js';
import { hasFiles, isOnTheNet, openFile } from '../runtime/platform/files.js';
import { describeText } from './describe_file.js';
import { bytesIn, notASource, tagOf } from './source_kinds.js';
import type { FetchResponse, FileBlob, Url } from '../runtime/platform/platform_types.js';

/** A path (Node), a URL, a Blob or File, a Response, or the bytes themselves. */
export type ModelSource = string | Url | FileBlob | FetchResponse | ArrayBuffer | Uint8Array;

/** Files that belong together, by name. */
export type FilesByName = Readonly<Record<string, ModelSource>>;

/** The phase of loading and its progress; `total` is undefined while unknown. */
export interface LoadProgress {
  readonly phase: 'download' | 'config' | 'weights';
  readonly loaded: number;
  readonly total: number | undefined;
}

/** An open source, and its name in messages. */
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

/** Whether the source is a path or an address. */
export const isName = (source: unknown): source is string | Url =>
  typeof source === 'string' || tagOf(source) === 'URL';

async function openSource(
  source: ModelSource,
  onProgress?: (progress: LoadProgress) => void,
): Promise<Opened> {
  if (isName(source)) return await openNamed(source, onProgress);
  const bytes = bytesIn(source);
  if (bytes) return { input: sourceOfBytes(bytes), name: '<bytes>' };
  switch (tagOf(source)) {
    case 'Blob':
    case 'File': {
      const blob = source as Blob & { name?: unknown };
      return { input: sourceOfBlob(blob), name: String(blob.name ?? '<blob>') };
    }
    case 'Response': {
      const response = source as Response;
      checkResponse(response, response.url || '<response>');
      const input = sourceOfBytes(await readResponse(response, onProgress));
      return { input, name: response.url || '<response>' };
    }
  }
  throw notASource(source);
}

async function openNamed(
  source: string | Url,
  onProgress?: (progress: LoadProgress) => void,
): Promise<Opened> {
  const name = String(source);
  const file = await openFile(source);
  if (file) return { input: file, name };
  const response = await fetchNamed(name);
  return { input: sourceOfBytes(await readResponse(response, onProgress)), name };
}

/** The source of a file in the same folder as `source`. ValueError when the folder is unknown. */
export function sourceBeside(source: ModelSource | FilesByName, name: string): ModelSource {
  if (isName(source)) return besideName(String(source), name);
  const found = Object.hasOwn(source, name) ? (source as FilesByName)[name] : undefined;
  if (found !== undefined) return found;
  throw new ValueError(
    `The weights are in several files, and ${name} is not among those that were given: give all files by name, or the path of the \`.weights.json\`.`,
  );
}

// Keeps the query and fragment of an address; in a path, `?` and `#` are ordinary characters.
function besideName(source: string, name: string): string {
  const end = isOnTheNet(source) || !hasFiles() ? source.search(/[?#]/) : -1;
  const path = end < 0 ? source : source.slice(0, end);
  const folder = path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return folder + name + source.slice(path.length);
}

// Shortened, since the text may be anything that was passed in place of a name.
const shown = (name: string): string => (name.length > 300 ? `${name.slice(0, 300)}...` : name);

function notFound(name: string, cause: unknown): ValueError {
  const found = describeText(name.slice(0, 100));
  const advice = found
    ? `A string is the path or address of a file, and this is none: ${found}.`
    : 'Please ensure the file is an accessible `.keras` zip file.';
  return Object.assign(new ValueError(`File not found: filepath=${shown(name)}. ${advice}`), {
    cause,
  });
}

async function fetchNamed(name: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(name);
  } catch (cause) {
    if (!isOnTheNet(name)) throw notFound(name, cause);
    throw Object.assign(new ValueError(`Could not fetch ${shown(name)}: ${reasonOf(cause)}.`), {
      cause,
    });
  }
  checkResponse(response, name);
  return response;
}

// Node states the reason (such as an unknown host) in the cause; browsers hide it from pages.
function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: unknown; message?: string };
  const { code, message: inner } = (cause ?? {}) as { code?: string; message?: string };
  return inner || code || message || String(error);
}

function checkResponse(response: Response, name: string): void {
  if (response.bodyUsed)
    throw new ValueError(`The content of ${shown(name)} was read already: give its bytes instead.`);
  if (response.ok) return;
  const status =
    response.type === 'opaque'
      ? "the response is opaque, as in mode 'no-cors': pages cannot read it"
      : `HTTP status ${[response.status, response.statusText].join(' ').trim()}`;
  throw new ValueError(`Could not fetch ${shown(name)}: ${status}.`);
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
