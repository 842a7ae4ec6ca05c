// Errors with Keras's sentences, under the names of Python's exceptions.

/** The base of all errors that this package raises. `kind` is Python's class name, such as `ValueError`. */
export class KerasError extends Error {
  /** Python's name of the exception: `ValueError`, `TypeError`, `KeyError`, ... */
  readonly kind: string;
  /** Where in a config the error arose, such as `layers[3].config.units`; empty when that says nothing. */
  readonly path: string;
  /** During what it arose, innermost first, such as `While cloning layer 'dense' (Dense)`; they end the message, too. */
  declare readonly notes?: readonly string[];

  constructor(message: string, kind = 'KerasError', path = '', options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.path = path;
    this.name = new.target.name;
  }
}

/** An argument has the right type but a wrong value, or shapes do not fit. */
export class ValueError extends KerasError {
  constructor(message: string, path = '') {
    super(message, 'ValueError', path);
    this.name = 'ValueError';
  }
}

/** An argument has the wrong type, or the arguments of a call do not match its parameters. */
export class KerasTypeError extends KerasError {
  constructor(message: string, path = '') {
    super(message, 'TypeError', path);
    this.name = 'KerasTypeError';
  }
}

/** Something cannot be done in this state. */
export class RuntimeError extends KerasError {
  constructor(message: string, path = '') {
    super(message, 'RuntimeError', path);
    this.name = 'RuntimeError';
  }
}

/** A config lacks a key. */
export class KeyError extends KerasError {
  constructor(message: string, path = '') {
    super(message, 'KeyError', path);
    this.name = 'KeyError';
  }
}

/** An index is out of range. */
export class IndexError extends KerasError {
  constructor(message: string, path = '') {
    super(message, 'IndexError', path);
    this.name = 'IndexError';
  }
}

/** Something has no such attribute, or not yet. */
export class AttributeError extends KerasError {
  constructor(message: string, path = '') {
    super(message, 'AttributeError', path);
    this.name = 'AttributeError';
  }
}

/** A class does not define what is asked of it. */
export class NotImplementedError extends KerasError {
  constructor(message: string, path = '') {
    super(message, 'NotImplementedError', path);
    this.name = 'NotImplementedError';
  }
}

/** A text is not JSON. */
export class JSONDecodeError extends KerasError {
  constructor(message: string, path = '') {
    super(message, 'JSONDecodeError', path);
    this.name = 'JSONDecodeError';
  }
}

/** A number does not fit where it is needed. */
export class OverflowError extends KerasError {
  constructor(message: string, path = '') {
    super(message, 'OverflowError', path);
    this.name = 'OverflowError';
  }
}

/** Something was used after its `dispose()`. */
export class DisposedError extends KerasError {
  constructor(what: string) {
    super(`This ${what} was disposed and can no longer be used.`, 'DisposedError');
    this.name = 'DisposedError';
  }
}

const classes: Record<string, new (message: string, path?: string) => KerasError> = {
  ValueError,
  TypeError: KerasTypeError,
  RuntimeError,
  KeyError,
  IndexError,
  AttributeError,
  NotImplementedError,
  JSONDecodeError,
  OverflowError,
};

/** The error of a kind that the core names. */
export function errorOfKind(kind: string, message: string, path: string): KerasError {
  const Class = Object.hasOwn(classes, kind) ? classes[kind] : undefined;
  return Class ? new Class(message, path) : new KerasError(message, kind, path);
}
