// What the core knows of the circumstances of an error, told without changing which error it is: as Python's `add_note`.

// Errors of other people's code with what their stack said before it got notes.
const stacks = new WeakMap<Error, string>();

/**
 * Adds notes to an error that passes through: as `error.notes`, and in its stack below the message, which is what
 * uncaught errors and consoles show. The message itself stays as it was thrown.
 */
export function addNotes(error: unknown, notes: readonly string[]): void {
  if (notes.length === 0 || !(error instanceof Error)) return;
  const all = [...notesOf(error), ...notes];
  const stack = stacks.get(error) ?? error.stack;
  if (!setNotes(error, all) || typeof stack !== 'string') return;
  stacks.set(error, stack);
  setStack(error, withNotes(stack, error.message, all));
}

/** An error that is thrown again some other time: what was noted then is no longer true. */
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

/** Fails for frozen errors, which then stay without notes. */
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
