// What a page gives its worker, in a form that can be sent: addresses relative to the page, and bytes.
import type * as keras from '../index.js';
import { hasNode } from '../runtime/platform/node.js';

/** An address relative to the page as an absolute one; a path of Node unchanged. */
export function absolute(address: string): string {
  if (hasNode()) return address;
  return new URL(address, typeof document === 'object' ? document.baseURI : location.href).href;
}

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

/** The source of a model: responses, requests, streams and loaders cannot be sent, so they are read here. */
export async function sendableSource(source: unknown): Promise<unknown> {
  if (typeof source === 'string' || source instanceof URL) return absolute(String(source));
  switch (tagOf(source)) {
    case 'Request':
      return await bytesOf(await fetch(source as Request));
    case 'Response':
      return await bytesOf(source as Response);
    case 'ReadableStream':
      return new Uint8Array(await new Response(source as ReadableStream).arrayBuffer());
    case 'FileList':
      return Array.from(source as FileList);
    default:
      return isStream(source) ? await collected(source) : source;
  }
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  if (!response.ok) throw new Error(`Could not fetch ${response.url}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

const isStream = (value: unknown): value is AsyncIterable<Uint8Array> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

async function collected(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const part of stream) parts.push(new Uint8Array(part));
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** The options of `initialize`, without promises and responses. */
export async function sendableOptions(options: keras.InitializeOptions): Promise<object> {
  const entries = Object.entries(options).map(async ([name, given]) => {
    const value: unknown = await given;
    if (name.endsWith('Url') && value !== undefined)
      return [name, absolute(String(value))] as const;
    return [name, typeof value === 'string' ? value : await sendableSource(value)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
