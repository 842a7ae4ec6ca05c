// What crosses between a page and the worker of its engine: tagged values, so that no data of users can act as a tag.
import * as keras from '../index.js';

/** A tensor outside the engine: its elements in row-major order. Also accepted as an input. */
export class WorkerTensor {
  readonly data: keras.TypedArray;
  readonly shape: readonly number[];
  readonly dtype: keras.DType | undefined;

  constructor(data: keras.TypedArray, shape: readonly number[], dtype?: keras.DType) {
    this.data = data;
    this.shape = shape;
    this.dtype = dtype;
  }
}

/** An encoded value; the first element says how to decode the others. */
export type Encoded =
  | ['plain', unknown]
  | ['list', Encoded[]]
  | ['dict', [string, Encoded][]]
  | ['tensor', keras.TypedArray, readonly number[], keras.DType | undefined]
  | ['function', string]
  | ['callback', number]
  | ['model', number];

export interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: Encoded[];
}

export interface EncodedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly kind: string | undefined;
  readonly path: string;
}

/** Sent by the worker: the result of a call, or a call of a callback. */
export type Answer =
  | { readonly id: number; readonly value: Encoded }
  | { readonly id: number; readonly error: EncodedError }
  | { readonly callback: number; readonly args: unknown[] };

/**
 * Encodes arrays, plain objects and their leaves. `special` encodes what only one side knows; the path in its second
 * argument names the value.
 */
export function encode(
  value: unknown,
  special: (value: unknown, key: string) => Encoded | undefined,
  key = '',
): Encoded {
  const own = special(value, key);
  if (own) return own;
  if (value instanceof WorkerTensor) return ['tensor', value.data, value.shape, value.dtype];
  if (Array.isArray(value)) return ['list', value.map((item) => encode(item, special))];
  const prototype: unknown =
    typeof value === 'object' && value !== null ? Object.getPrototypeOf(value) : undefined;
  if (prototype !== Object.prototype && prototype !== null) return ['plain', value];
  const entries = Object.entries(value as object);
  return ['dict', entries.map(([name, item]) => [name, encode(item, special, name)])];
}

/** The value; `special` decodes what only one side knows. */
export function decode(encoded: Encoded, special: (encoded: Encoded) => unknown): unknown {
  switch (encoded[0]) {
    case 'plain':
      return encoded[1];
    case 'list':
      return encoded[1].map((item) => decode(item, special));
    case 'dict':
      // Not assigned one by one: `__proto__` is an ordinary name.
      return Object.fromEntries(encoded[1].map(([name, item]) => [name, decode(item, special)]));
    default:
      return special(encoded);
  }
}

export function encodeError(error: unknown): EncodedError {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const known = error instanceof keras.KerasError ? error : undefined;
  return { name, message, stack, kind: known?.kind, path: known?.path ?? '' };
}

/** The error with its class, message, and the stack of the worker. */
export function decodeError({ name, message, stack, kind, path }: EncodedError): Error {
  const error = kind === undefined ? new Error(message) : new keras.KerasError(message, kind, path);
  const Class: unknown = (keras as Record<string, unknown>)[name];
  if (typeof Class === 'function' && Class.prototype instanceof keras.KerasError)
    Object.setPrototypeOf(error, Class.prototype as object);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
