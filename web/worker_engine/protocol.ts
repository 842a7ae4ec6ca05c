// What crosses between a page and the worker of its engine: tagged values, so that no data of users can act as a tag.
import { KerasError } from '../index.js';
import * as errors from './error_classes.js';
import type { UnknownObject } from '../index.js';
import { WorkerTensor, type TensorElements } from './worker_tensor.js';
import type { DType, Shape } from '../index.js';

/** An encoded value; the first element says how to decode the others. */
export type Encoded =
  | ['plain', unknown]
  | ['list', Encoded[]]
  | ['dict', [string, Encoded][]]
  | ['tensor', TensorElements, readonly number[], DType | undefined]
  | ['function', string]
  | ['callback', number]
  | ['signal']
  | ['model', number, ModelInfo?];

/** Name, shape and dtype of an input or output of a model. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What a page knows of a model in the worker. */
export interface ModelInfo {
  readonly name: string;
  readonly className: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** Sent by the page: a call, or the id of a call to cancel. */
export type Request =
  | { readonly id: number; readonly method: string; readonly args: Encoded[] }
  | { readonly cancel: number };

export interface EncodedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly kind: string | undefined;
  readonly path: string;
  readonly unknown: readonly UnknownObject[];
  readonly notes: readonly string[] | undefined;
}

/** Sent by the worker: the result of a call, or a call of a callback. */
export type Answer =
  | { readonly id: number; readonly value: Encoded }
  | { readonly id: number; readonly error: EncodedError }
  | { readonly id: number; readonly cancelled: true }
  | { readonly id: number; readonly callback: number; readonly args: unknown[] };

/**
 * Encodes arrays, plain objects and their leaves. `special` encodes what only one side knows; its second argument is the
 * key of the value in the object around it.
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
  const encodeEntry = ([name, item]: [string, unknown]): [string, Encoded] => [
    name,
    encode(item, special, name),
  ];
  return ['dict', Object.entries(value as object).map(encodeEntry)];
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
    case 'tensor':
      return new WorkerTensor(encoded[1], encoded[2], encoded[3]);
    default:
      return special(encoded);
  }
}

export function encodeError(error: unknown): EncodedError {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const known = error instanceof KerasError ? error : undefined;
  return {
    name,
    message,
    stack,
    kind: known?.kind,
    path: known?.path ?? '',
    unknown: known?.unknown ?? [],
    notes: (error as { notes?: string[] } | undefined)?.notes,
  };
}

const classes: Readonly<Record<string, object>> = { ...errors };

/** The error with its class, message and notes, and the stack of the worker. */
export function decodeError(encoded: EncodedError): Error {
  const { name, message, stack, kind, path, unknown, notes } = encoded;
  const error = kind === undefined ? new Error(message) : new KerasError(message, kind, path);
  const Class = Object.hasOwn(classes, name) ? (classes[name] as { prototype: object }) : undefined;
  if (kind !== undefined && Class) Object.setPrototypeOf(error, Class.prototype);
  error.name = name;
  if (unknown.length > 0) Object.assign(error, { unknown });
  if (notes !== undefined) Object.defineProperty(error, 'notes', { value: notes });
  if (stack !== undefined) error.stack = stack;
  return error;
}
