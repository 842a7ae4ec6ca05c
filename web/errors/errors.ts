// Error classes named for Python's exceptions.

import type { UnknownObject } from './unknown_object.js';

/** The base of all errors that this package raises. `kind` is Python's class name, such as `ValueError`. */
export class KerasError extends Error {
  /** Python's name of the exception: `ValueError`, `TypeError`, `KeyError`, ... */
  readonly kind: string;
  /** Where in a config the error arose, such as `layers[3].config.units`; else empty. */
  readonly path: string;
  /** The classes, functions and Lambda bodies that a config needs and nothing defines, when they are the reason. */
  declare readonly unknown: readonly UnknownObject[];
  /** What was going on, innermost first, such as `While cloning layer 'dense' (Dense)`; also at the end of the message. */
  declare readonly notes?: readonly string[];

  constructor(message: string, kind = 'KerasError', path = '', options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.path = path;
    this.name = new.target.name;
  }
}

// On the prototype, so that consoles do not show it for errors about other things.
Object.defineProperty(KerasError.prototype, 'unknown', { value: [], writable: true });

type ErrorClass = new (message: string, path?: string) => KerasError;

// The names are strings because minifiers rename classes.
function errorClass(kind: string, name = kind): ErrorClass {
  return class extends KerasError {
    constructor(message: string, path = '') {
      super(message, kind, path);
      this.name = name;
    }
  };
}

/** An argument has the right type but a wrong value, or shapes do not fit. */
export class ValueError extends errorClass('ValueError') {}

/** An argument has the wrong type, or the arguments of a call do not match its parameters. */
export class KerasTypeError extends errorClass('TypeError', 'KerasTypeError') {}

/** An operation is not possible in the current state. */
export class RuntimeError extends errorClass('RuntimeError') {}

/** A config lacks a key. */
export class KeyError extends errorClass('KeyError') {}

/** An index is out of range. */
export class IndexError extends errorClass('IndexError') {}

/** An object lacks an attribute, or does not have it yet. */
export class AttributeError extends errorClass('AttributeError') {}

/** A class does not define a method that is needed. */
export class NotImplementedError extends errorClass('NotImplementedError') {}

/** A string is not JSON. */
export class JSONDecodeError extends errorClass('JSONDecodeError') {}

/** A number does not fit where it is needed. */
export class OverflowError extends errorClass('OverflowError') {}

/** Calls are nested too deeply. Raised before the stack overflows; everything stays usable. */
export class RecursionError extends errorClass('RecursionError') {}

/** An object was used after its `dispose()`, or after its engine stopped. */
export class DisposedError extends KerasError {
  constructor(what: string, reason = 'was disposed') {
    super(`This ${what} ${reason} and can no longer be used.`, 'DisposedError');
    this.name = 'DisposedError';
  }
}

/**
 * The engine has stopped: a WebAssembly trap or a stack overflow, the `cause`, left it inconsistent. Another
 * `await initialize()` starts a new engine. Classes stay registered; models and tensors have to be made again.
 */
export class EngineStoppedError extends KerasError {
  constructor(cause: unknown) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    super(
      `The engine of keras-wasm has stopped (${reason}). Call \`await initialize()\` to start a new one, and make models ` +
        'and tensors again: those of the old engine can no longer be used.',
      'EngineStoppedError',
      '',
      { cause },
    );
    this.name = 'EngineStoppedError';
  }
}

const classes: Record<string, ErrorClass> = {
  ValueError,
  RecursionError,
  TypeError: KerasTypeError,
  RuntimeError,
  KeyError,
  IndexError,
  AttributeError,
  NotImplementedError,
  JSONDecodeError,
  OverflowError,
};

/** An error of that kind, such as `ValueError`. */
export function errorOfKind(kind: string, message: string, path: string): KerasError {
  const Class = Object.hasOwn(classes, kind) ? classes[kind] : undefined;
  return Class ? new Class(message, path) : new KerasError(message, kind, path);
}

// Internal: users read `error.unknown`, which lists everything unknown.
const unknownNames = new WeakMap<KerasError, string>();

/** Marks an error whose reason is that a config names something that nothing defines. */
export function setUnknownName(error: KerasError, name: string): void {
  unknownNames.set(error, name);
}

/** The name in a config that nothing defines, when that is the reason for the error. */
export function unknownNameOf(error: KerasError): string | undefined {
  return unknownNames.get(error);
}

/** Runs `body`; an error that leaves it gets `segment`, such as `layers[3]`, in front of its path. */
export function atPath<T>(segment: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof KerasError) {
      const inner = error.path === '' || error.path.startsWith('[') ? error.path : `.${error.path}`;
      (error as { path: string }).path = segment + inner;
    }
    throw error;
  }
}
