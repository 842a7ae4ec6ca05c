// Keras's warnings.

type Handler = (message: string) => void;

let handler: Handler | null = (message) => console.warn(`keras-wasm: ${message}`);

/** Called by the core. */
export function warn(message: string): void {
  try {
    handler?.(message);
  } catch {
    // A failing handler must not break the operation that warns.
  }
}

/**
 * Sets the function that gets Keras's warnings; `null` silences them. `console.warn` by default. Returns the previous
 * handler.
 */
export function setWarningHandler(next: Handler | null): Handler | null {
  const previous = handler;
  handler = next;
  return previous;
}
