// How results and errors cross between the page and its worker.

export type Answer = Map<string, unknown>;

/** An error in the worker, as plain data. */
export interface Failure {
  name: string;
  message: string;
  kind?: string | undefined;
  path?: string | undefined;
  /** The line of the user's code, counted from 1; null when it is not known. */
  line: number | null;
  /** Stubs of the unknown classes that a file uses. */
  stubs: string | null;
}

/** An error that arose in the worker. */
export class EngineError extends Error {
  readonly kind: string | undefined;
  readonly path: string | undefined;
  readonly line: number | null;
  readonly stubs: string | null;

  constructor({ name, message, kind, path, line, stubs }: Failure) {
    super(message);
    this.name = name;
    this.kind = kind;
    this.path = path;
    this.line = line;
    this.stubs = stubs;
  }
}

export function failureOf(error: unknown, stubs: string | null): Failure {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const { kind, path, line } = error as { kind?: unknown; path?: unknown; line?: unknown };
  return {
    ...{ name, message, stubs },
    kind: typeof kind === 'string' ? kind : undefined,
    path: typeof path === 'string' && path ? path : undefined,
    line: typeof line === 'number' ? line : null,
  };
}
