// Notes on errors, as Python's `add_note`: they say what was going on without changing which error it is.

// The stacks of errors before notes were added.
const stacks = new WeakMap<Error, string>();

/**
 * Adds notes to an error: as `error.notes`, and in its stack below the message, which uncaught errors and consoles show.
 * The message stays unchanged.
 */
export function addNotes(error: unknown, notes: readonly string[]): void {
  if (notes.length === 0 || !(error instanceof Error)) return;
  const all = [...notesOf(error), ...notes];
  const stack = stacks.get(error) ?? error.stack;
  if (!setNotes(error, all) || typeof stack !== 'string') return;
  stacks.set(error, stack);
  setStack(error, withNotes(stack, error.message, all));
}

/** Removes the notes of an error that is thrown again on another occasion. */
export function forgetNotes(error: unknown): void {
  if (!(error instanceof Error)) return;
  const stack = stacks.get(error);
  if (stack === undefined || !setNotes(error, [])) return;
  setStack(error, stack);
}

function notesOf(error: Error): readonly string[] {
  const { notes } = error as { notes?: unknown };
  return Array.isArray(notes) ? (notes as string[]) : [];
}

/** Returns false for frozen errors, which cannot have notes. */
export function setNotes(error: Error, notes: readonly string[]): boolean {
  return Reflect.defineProperty(error, 'notes', {
    value: notes,
    configurable: true,
    writable: true,
  });
}

function setStack(error: Error, stack: string): void {
  Reflect.set(error, 'stack', stack);
}

// Engines differ in whether a stack begins with the message.
function withNotes(stack: string, message: string, notes: readonly string[]): string {
  const lines = notes.map((note) => `\n${note}`).join('');
  const end = message === '' ? -1 : stack.indexOf(message);
  if (end < 0) return `${stack}${lines}`;
  const split = end + message.length;
  return `${stack.slice(0, split)}${lines}${stack.slice(split)}`;
}
