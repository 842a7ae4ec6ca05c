// The running core. Nothing is thrown across the boundary: the core reports an error record, and this side raises it.

import { currentEngine, isLoadError, useEngine, type Engine } from './engine.js';
import { addNotes, forgetNotes, setNotes } from '../errors/notes.js';
import { errorOfKind, KerasError, RecursionError, setUnknownName } from '../errors/errors.js';
import type { ErrorRecord } from './error_record.js';
import type { RawCore } from './raw.js';

let functions: RawCore | undefined;
let starting: Promise<unknown> | undefined;

/** The core. Throws an Error that says to call `initialize()` while it is not running. */
export function core(): RawCore {
  if (functions) return functions;
  throw (
    currentEngine()?.stopped ??
    new Error('keras-wasm is not ready: call `await initialize()` first.')
  );
}

/** Sets the promise of a core that is being started, for which `whenStarted()` waits until it settles. */
export function setStarting(start: Promise<unknown>): void {
  starting = start;
  const end = (): void => {
    if (starting === start) starting = undefined;
  };
  start.then(end, end);
}

/** Resolves when the core runs, and rejects when its start fails. Throws as `core()` when none is being started. */
export function whenStarted(): Promise<unknown> {
  if (functions === undefined && starting) return starting;
  core();
  return Promise.resolve();
}

export function isRunning(): boolean {
  return functions !== undefined;
}

/** Closes the innermost scope of the core. Does nothing while no core is running. */
export function closeScope(): void {
  functions?.closeScope();
}

// The record of the call that is about to return.
let failure: ErrorRecord | undefined;
// Errors that JavaScript code threw to the core since the outermost call began. Their ids count from 1.
const thrown: unknown[] = [];
// The last error raised since the outermost call began. It keeps its notes when code that the core called throws it on.
let raised: unknown;

/** Called by the core's guard with the record of a call that fails. */
export function fail(record: string): void {
  failure = JSON.parse(record) as ErrorRecord;
}

/** Keeps an error that JavaScript code threw. Returns its record for the core. */
export function keepError(error: unknown): ErrorRecord {
  if (error !== raised) forgetNotes(error);
  return {
    $: 'error',
    id: thrown.push(error),
    kind: kindOf(error),
    message: error instanceof Error ? error.message : String(error),
    path: error instanceof KerasError ? error.path : '',
    notes: [],
    unknown: '',
  };
}

// Python's name of the exception.
function kindOf(error: unknown): string {
  if (error instanceof KerasError) return error.kind;
  return error instanceof TypeError ? 'TypeError' : 'Error';
}

function raise(): never {
  const { id, kind, message, path, notes, unknown } = failure!;
  failure = undefined;
  if (id > 0) {
    raised = thrown[id - 1];
    addNotes(raised, notes);
  } else {
    const error = errorOfKind(kind, [message, ...notes].join('\n'), path);
    if (notes.length > 0) setNotes(error, notes);
    if (unknown !== '') setUnknownName(error, unknown);
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

/** Whether no call into the core is on the stack. */
export function isIdle(): boolean {
  return depth === 0;
}

function finish(): void {
  const works = [...afterwards];
  afterwards.clear();
  for (const work of works) work();
}

// Embind throws when the core has no memory for an argument: for a string (src/bindings/codec/strings.js), or for its
// copy, which is made before the core's guard can catch anything.
function outOfMemory(error: unknown): Error | undefined {
  const isException = Object.prototype.toString.call(error) === '[object WebAssembly.Exception]';
  const message = isException
    ? 'Out of memory: the arguments of a call could not be copied'
    : (error as Error | undefined)?.message;
  const isString = (error as Error | undefined)?.name === 'BindingError';
  if (!isException && !(isString && message?.startsWith('Out of memory'))) return undefined;
  return errorOfKind('RuntimeError', message!, '');
}

// Embind refuses wrong arguments before it calls. Any other error unwound WebAssembly frames, which leaves the core
// inconsistent.
function isRefusal(error: unknown): boolean {
  if (isLoadError(error)) return true;
  return error instanceof TypeError || (error as Error | undefined)?.name === 'BindingError';
}

function stop(engine: Engine, cause: unknown): Error {
  const error = engine.stop(cause);
  if (engine === currentEngine()) functions = failure = undefined;
  return error;
}

/** Throws when the engine stopped during code that the core called. */
export function checkEngine(): void {
  const error = currentEngine()?.stopped;
  if (error) throw error;
}

// Calls that undo an earlier one need little stack and must not fail.
const undoing = new Set(['closeScope', 'predictCancel', 'predictEnd']);

type AnyFunction = (...args: never[]) => unknown;

// Wraps a function of the core: raises the error it reports, and refuses the call when the stack could overflow in it.
function checked(engine: Engine, name: string, call: (...args: unknown[]) => unknown): AnyFunction {
  const needsRoom = !undoing.has(name);
  return (...args: unknown[]) => {
    if (engine.stopped) {
      if (needsRoom) throw engine.stopped;
      return undefined;
    }
    if (needsRoom && !engine.hasRoom())
      throw new RecursionError('maximum recursion depth exceeded');
    if (depth++ === 0) {
      raised = undefined;
      thrown.length = 0;
    }
    let result: unknown;
    try {
      result = call(...args);
    } catch (error) {
      const memory = outOfMemory(error);
      if (memory) throw memory;
      throw isRefusal(error) && !engine.stopped ? error : stop(engine, error);
    } finally {
      if (--depth === 0 && afterwards.size > 0) finish();
    }
    if (failure) raise();
    return result;
  };
}

/** Makes the module the running core. `callbacks` holds what the core calls (callbacks.ts). */
export function run(engine: Engine, module: RawCore, callbacks: object): void {
  const wrapped: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(module)) {
    if (typeof value === 'function' && /^[a-z]/.test(name))
      wrapped[name] = checked(engine, name, value);
  }
  const started = wrapped as unknown as RawCore;
  engine.measureStack(module);
  useEngine(engine);
  started.setCallbacks(callbacks);
  started.start();
  functions = started;
}
