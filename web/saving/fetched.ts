// The content of addresses, responses and streams.
import { KerasTypeError, ValueError } from '../errors/errors.js';
import { isOnTheNet } from '../runtime/platform/files.js';
import type {
  ByteStream,
  FetchRequest,
  FetchResponse,
} from '../runtime/platform/platform_types.js';
import { bufferReader, readIntoBuffer } from './byte_stream.js';
import { bytesIn } from './source_kinds.js';
import { describeText } from './describe_file.js';
import type { ReadingOptions } from './progress.js';
import { joinedBytes } from './joined_bytes.js';

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

/** The content of an address. ValueError with the status or the reason when it cannot be fetched. */
export async function fetchBytes(
  request: string | FetchRequest,
  options: ReadingOptions,
): Promise<Uint8Array> {
  const name = typeof request === 'string' ? request : request.url;
  return await responseBytes(await fetchResponse(request, options), name, options);
}

/** The response of an address. ValueError with the reason when it cannot be fetched. */
export async function fetchResponse(
  request: string | FetchRequest,
  { signal }: ReadingOptions,
): Promise<FetchResponse> {
  const name = typeof request === 'string' ? request : request.url;
  try {
    return await fetch(request, signal ? { signal } : {});
  } catch (cause) {
    signal?.throwIfAborted();
    if (!isOnTheNet(name)) throw notFound(name, cause);
    throw Object.assign(new ValueError(`Could not fetch ${shown(name)}: ${reasonOf(cause)}.`), {
      cause,
    });
  }
}

// Node states the reason (such as an unknown host) in the cause; browsers hide it from pages.
function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: unknown; message?: string };
  const { code, message: inner } = (cause ?? {}) as { code?: string; message?: string };
  return inner || code || message || String(error);
}

/** The body of a response that messages call `name`. ValueError when it was read already, and for a failure. */
export async function responseBytes(
  response: FetchResponse,
  name: string,
  options: ReadingOptions,
): Promise<Uint8Array> {
  checkResponse(response, name);
  const { body } = response;
  const stated = Number(response.headers.get('content-length'));
  const total = stated > 0 ? stated : undefined;
  // Without a length, a buffer that grows takes up to twice the memory.
  const reader = body && total !== undefined ? bufferReader(body) : undefined;
  if (reader)
    return await readIntoBuffer(
      reader,
      total,
      (loaded) => options.onProgress?.({ phase: 'download', loaded, total }),
      options.signal,
    );
  if (!body || (!options.onProgress && !options.signal))
    return new Uint8Array(await response.arrayBuffer());
  return await streamBytes(body, options, total);
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

/** Whether it is a stream of Node or of the web, or another sequence of bytes that arrive over time. */
export const isStream = (value: unknown): value is AsyncIterable<unknown> | ByteStream =>
  typeof value === 'object' &&
  value !== null &&
  (Symbol.asyncIterator in value || typeof (value as ByteStream).getReader === 'function');

/** All bytes of a stream. KerasTypeError for parts that are not bytes. */
export async function streamBytes(
  stream: AsyncIterable<unknown> | ByteStream,
  { onProgress, signal }: ReadingOptions,
  total?: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let loaded = 0;
  for await (const part of 'getReader' in stream ? partsOf(stream, signal) : stream) {
    signal?.throwIfAborted();
    const bytes = bytesIn(part);
    if (!bytes)
      throw new KerasTypeError(
        `A model is opened from a stream of bytes. It gave: ${typeof part}.`,
      );
    parts.push(bytes);
    loaded += bytes.length;
    onProgress?.({ phase: 'download', loaded, total });
  }
  return joinedBytes(parts);
}

// Not every browser iterates over streams, and Node waits for ever when iteration over an aborted one ends early.
async function* partsOf(
  stream: ReadableStream,
  signal: AbortSignal | undefined,
): AsyncGenerator<unknown> {
  const reader = stream.getReader();
  let isWhole = false;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = (await reader.read()) as { done: boolean; value: unknown };
      if ((isWhole = done)) return;
      yield value;
    }
  } finally {
    if (!isWhole) void reader.cancel().catch(() => undefined);
  }
}
