// Classifies values given as the source of a model.
import { KerasTypeError } from '../errors/errors.js';

/**
 * The name of a value's class. Unlike `instanceof`, it recognizes values of other realms (frames, Jest, vm), and does not
 * make Node load its implementation of fetch.
 */
export const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

/** The bytes of a buffer or view as a plain Uint8Array; undefined for other values. */
export function bytesIn(value: unknown): Uint8Array | undefined {
  // Node's Buffer is a Uint8Array whose slice() does not copy.
  if (ArrayBuffer.isView(value))
    return unshared(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  const tag = tagOf(value);
  if (tag !== 'ArrayBuffer' && tag !== 'SharedArrayBuffer') return undefined;
  return unshared(new Uint8Array(value as ArrayBuffer));
}

// Browsers do not decode text in shared memory, and another thread could change it after it was checked.
const unshared = (bytes: Uint8Array): Uint8Array =>
  tagOf(bytes.buffer) === 'SharedArrayBuffer' ? bytes.slice() : bytes;

const ADVICE: Record<string, string> = {
  Promise: 'wait for it first: `await`',
  Array: 'make bytes of it: `Uint8Array.from(array)`',
  String: 'give its text: `String(path)`',
  Function: 'give what it returns',
  AsyncFunction: 'give what it returns: `await` it',
  FileHandle: 'give what it reads: `await handle.readFile()`',
  HTMLInputElement: 'give its files: `input.files`',
};

function adviceFor(source: unknown, kind: string): string | undefined {
  if (Object.hasOwn(ADVICE, kind)) return ADVICE[kind];
  if (typeof source !== 'object' || source === null) return undefined;
  if ('then' in source) return ADVICE['Promise'];
  if ('class_name' in source)
    return '`modelFromJson(JSON.stringify(config))` makes a model of a config';
  return undefined;
}

/** The error for a value that is not a source of a model, with its class and advice. */
export function notASource(source: unknown): KerasTypeError {
  const kind = classOf(source);
  const advice = adviceFor(source, kind);
  return new KerasTypeError(
    'A model is opened from a path, a URL, a Request or Response, a Blob or File, a stream, or bytes. ' +
      `Received: ${kind}${advice ? `; ${advice}` : ''}.`,
  );
}

function classOf(value: unknown): string {
  const tag = tagOf(value);
  if (tag !== 'Object') return /^(Null|Undefined|Number|Boolean)$/.test(tag) ? String(value) : tag;
  const { constructor } = value as { constructor?: unknown };
  return typeof constructor === 'function' && constructor.name ? constructor.name : 'an object';
}
