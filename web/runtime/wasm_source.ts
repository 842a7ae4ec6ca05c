// Compiles a module from an address or bytes, with errors that say what to do.

import { fetchResponse } from './platform/browser.js';
import { hasFiles, isOnTheNet, readFile } from './platform/files.js';
import type { BinaryData, FetchResponse, Url, WasmModule } from './platform/platform_types.js';
import { describeLfsPointer } from '../saving/describe_file.js';

/** The values that `wasmBinary` accepts. */
export type WasmBinary = BinaryData | WasmModule | FetchResponse;

/** Compiles bytes, a response, or what is at an address. */
export async function compile(
  source: WasmBinary | Url | string,
  help: string,
): Promise<WasmModule> {
  if (source instanceof WebAssembly.Module) return source;
  if (typeof source === 'string' || source instanceof URL) return await compileUrl(source, help);
  // Not `instanceof Response`: evaluating that name makes Node load its whole implementation of fetch.
  if ('headers' in source) return await compileResponse(source, source.url, help);
  return await compileBytes(asBytes(source), 'The given wasmBinary', help);
}

async function compileUrl(url: URL | string, help: string): Promise<WebAssembly.Module> {
  const address = String(url);
  if (isFile(address)) return await compileBytes(await readBytes(url, help), address, help);
  return await compileResponse(await responseAt(url, help), address, help);
}

const isFile = (address: string): boolean => hasFiles() && !isOnTheNet(address);

async function responseAt(url: Url | string, help: string): Promise<Response> {
  try {
    return await fetchResponse(url);
  } catch (error) {
    throw withHelp(error as Error, help);
  }
}

/** The bytes of the file at an address. */
export async function readBytes(url: Url | string, help: string): Promise<Uint8Array<ArrayBuffer>> {
  if (!isFile(String(url)))
    return new Uint8Array(await (await responseAt(url, help)).arrayBuffer());
  const bytes = await readFile(url);
  if (!bytes) throw new Error(`Could not read ${String(url)}. ${help}`);
  return bytes;
}

async function compileResponse(
  response: Response,
  address: string,
  help: string,
): Promise<WebAssembly.Module> {
  const isWasm = response.headers.get('content-type')?.startsWith('application/wasm') ?? false;
  if (isWasm && typeof WebAssembly.compileStreaming === 'function')
    try {
      return await WebAssembly.compileStreaming(response);
    } catch (error) {
      throw await explained(error as Error, address, help);
    }
  return await compileBytes(new Uint8Array(await response.arrayBuffer()), address, help);
}

/** What to tell of an error of the compiler, which names neither the address nor what came back. */
async function explained(error: Error, address: string, help: string): Promise<Error> {
  try {
    // The response is used up; only this failure asks again.
    if (!isPolicy(error)) assertWasm(await readBytes(address, help), address, help);
  } catch (found) {
    return found as Error;
  }
  return compileError(error, address, help);
}

function compileError(error: Error, what: string, help: string): Error {
  if (isPolicy(error)) return withHelp(error, policyHelp);
  const named = new Error(`Could not compile ${what}: ${error.message}`, { cause: error });
  return withHelp(named, help);
}

// Chromium, Firefox and WebKit each have a message of their own.
const isPolicy = ({ message }: Error): boolean =>
  /unsafe-eval|Content Security Policy|blocked by CSP/i.test(message);

const policyHelp =
  "The page's Content Security Policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src.";

/** An error with the same message and advice. */
export const withHelp = (error: Error, help: string): Error =>
  new Error(`${error.message.replace(/\.?$/, '.')} ${help}`, { cause: error });

/** Throws an Error that says what `bytes` are when they are not WebAssembly. */
export function assertWasm(bytes: Uint8Array, what: string, help: string): void {
  const magic = [0x00, 0x61, 0x73, 0x6d];
  if (!magic.every((byte, i) => bytes[i] === byte)) {
    const start = new TextDecoder().decode(bytes.subarray(0, 40));
    const found =
      bytes.length === 0
        ? 'it is empty'
        : /^\s*</.test(start)
          ? `an HTML page came back: ${JSON.stringify(start)}`
          : (describeLfsPointer(start) ?? `it starts with ${JSON.stringify(start)}`);
    throw new Error(`${what} is not WebAssembly: ${found}. ${help}`);
  }
}

async function compileBytes(
  bytes: Uint8Array<ArrayBuffer>,
  what: string,
  help: string,
): Promise<WebAssembly.Module> {
  assertWasm(bytes, what, help);
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw compileError(error as Error, what, help);
  }
}

function asBytes(source: BinaryData): Uint8Array<ArrayBuffer> {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  return new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength);
}
