// Work that a user waits for, such as opening a model. What loads in the background waits for its end: on a slow line it would
// take bytes from a model's download.

let running = 0;
let waiting: (() => void)[] = [];

/** Marks work as foreground work until it settles. Returns its result. */
export async function inForeground<T>(work: Promise<T>): Promise<T> {
  ++running;
  try {
    return await work;
  } finally {
    if (--running === 0) {
      for (const resume of waiting) resume();
      waiting = [];
    }
  }
}

/** Waits until there is no foreground work. */
export async function foregroundEnds(): Promise<void> {
  while (running > 0) await new Promise<void>((resume) => waiting.push(resume));
}
