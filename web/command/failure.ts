// Errors of the command line, and what they look like there.

/** A mistake in the arguments: exit code 2. */
export class UsageError extends Error {}

/** A failure that its message explains: exit code 1. */
export class CommandError extends Error {}

/** The message of any error in one or more lines, without a stack: `ValueError: ...` for errors of Keras. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { kind, path } = error as { kind?: unknown; path?: unknown };
  if (typeof kind !== 'string') return error.message;
  const where = typeof path === 'string' && path !== '' ? ` (at ${path})` : '';
  return `${kind}: ${error.message}${where}`;
}

/** Runs `use`, and names the file in whatever it throws. */
export async function naming<T>(file: string, use: () => T | Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const message = messageOf(error);
    throw message.startsWith(`${file}: `)
      ? error
      : new CommandError(`${file}: ${message}`, { cause: error });
  }
}
