// Output: results on standard output, warnings and progress on standard error.

/** Writes text to standard output, and waits while its reader is slow. */
export function write(text: string): Promise<void> {
  return new Promise((resolve) => {
    if (process.stdout.write(text)) resolve();
    else process.stdout.once('drain', resolve);
  });
}

/** Writes lines to standard output. */
export const print = (text: string): Promise<void> => write(`${text}\n`);

/** Writes a line to standard error. */
export function note(text: string): void {
  clearProgress();
  process.stderr.write(`keras-wasm: ${text}\n`);
}

let isQuiet = false;
let shown = '';
let shownAt = 0;
const LEAST_INTERVAL = 100; // milliseconds

/** Turns progress off. */
export function beQuiet(): void {
  isQuiet = true;
}

/** Replaces the line of progress on a terminal. */
export function progress(text: string): void {
  if (isQuiet || !process.stderr.isTTY) return;
  const now = Date.now();
  if (now - shownAt < LEAST_INTERVAL) return;
  shownAt = now;
  shown = text;
  process.stderr.write(`\r\x1b[2K${text}`);
}

export function clearProgress(): void {
  if (shown === '') return;
  shown = '';
  process.stderr.write('\r\x1b[2K');
}

/** Ends the process without a message when the reader of the output has ended, as `head` does. */
export function endWithReader(): void {
  process.stdout.on('error', (error: Error & { code?: string }) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
