// Keras's warnings: what went on although it looks wrong.

type Handler = (message: string) => void;

let handler: Handler | null = (message) => console.warn(`keras-wasm: ${message}`);

/** Called by the core. */
export function warn(message: string): void {
  try {
    handler?.(message);
  } catch {
    // A warning must not break what it warns of.
  }
}

/**
 * Who gets Keras's warnings: a function, or `null` for nobody. `console.warn` by default. Returns the previous one.
 */
export function setWarningHandler(next: Handler | null): Handler | null {
  const previous = handler;
  handler = next;
  return previous;
}
