// The running core: what everything here calls. Nothing is thrown across the border; failures are raised on this side.

import { addNotes, forgetNotes, setNotes } from './error_notes.js';
import { errorOfKind, KerasError } from './errors.js';
import type { Packed, RawCore } from './raw.js';

let running: RawCore | undefined;

/** The core. Throws an Error that says to call `initialize()` when it does not run yet. */
export function core(): RawCore {
  if (running) return running;
  throw new Error('keras-wasm is not ready: call `await initialize()` first.');
}

export function isRunning(): boolean {
  return running !== undefined;
}

// What the core reported during the call that is about to return.
let failure: { kind: string; message: string; path: string; notes: string[] } | undefined;
// The last error of JavaScript code that the core called: it goes on to the outer caller as the same object.
let kept: { error: unknown; message: string } | undefined;
// The last error raised since the outermost call began: when code that the core called lets it through, it keeps its notes.
let raised: unknown;

/** Called by the core's guard. */
export function fail(kind: string, message: string, path: string, notes: string): void {
  failure = { kind, message, path, notes: JSON.parse(notes) as string[] };
}

/** Keeps an error of JavaScript code and tells the core that there is one. */
export function keepError(error: unknown): Packed {
  if (error !== raised) forgetNotes(error);
  const message = error instanceof Error ? error.message : String(error);
  kept = { error, message };
  const kind = kindOf(error);
  return {
    json: `!${JSON.stringify({ kind, message })}`,
    tensors: undefined,
    objects: undefined,
  };
}

// Python's name of what it is.
function kindOf(error: unknown): string {
  if (error instanceof KerasError) return error.kind;
  return error instanceof TypeError ? 'TypeError' : 'Error';
}

function raise(): never {
  const { kind, message, path, notes } = failure!;
  failure = undefined;
  const own = kept;
  kept = undefined;
  if (own && (kind === 'HostError' || own.message === message)) {
    raised = own.error;
    addNotes(raised, notes);
  } else {
    const error = errorOfKind(kind, [message, ...notes].join('\n'), path);
    if (notes.length > 0) setNotes(error, notes);
    raised = error;
  }
  throw raised;
}

// How many calls into the core are on the stack, and what to do when there are none.
let depth = 0;
const afterwards = new Set<() => void>();

/** Runs `work` when the outermost call into the core has returned. */
export function whenIdle(work: () => void): void {
  if (depth === 0) work();
  else afterwards.add(work);
}

function finish(): void {
  const works = [...afterwards];
  afterwards.clear();
  for (const work of works) work();
}

// What Embind throws when the core has no memory for arguments: for a text (src/bindings/texts.js), or for a copy of it,
// which is made before the core's guard can catch anything.
function outOfMemory(error: unknown): Error | undefined {
  const isException = Object.prototype.toString.call(error) === '[object WebAssembly.Exception]';
  const message = isException
    ? 'Out of memory: the arguments of a call could not be copied'
    : (error as Error | undefined)?.message;
  const isText = (error as Error | undefined)?.name === 'BindingError';
  if (!isException && !(isText && message?.startsWith('Out of memory'))) return undefined;
  return errorOfKind('RuntimeError', message!, '');
}

type AnyFunction = (...args: never[]) => unknown;

// Every function of the core raises what it reported.
function checked(call: (...args: unknown[]) => unknown): AnyFunction {
  return (...args: unknown[]) => {
    if (depth++ === 0) raised = undefined;
    let result: unknown;
    try {
      result = call(...args);
    } catch (error) {
      throw outOfMemory(error) ?? error;
    } finally {
      if (--depth === 0 && afterwards.size > 0) finish();
    }
    if (failure) raise();
    return result;
  };
}

/** Makes the module the running core. `host` is what it may call. */
export function run(module: RawCore, host: object): void {
  const functions: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(module)) {
    if (typeof value === 'function' && /^[a-z]/.test(name)) functions[name] = checked(value);
  }
  const started = functions as unknown as RawCore;
  started.setHost(host);
  started.start();
  running = started;
}
