// Functions and classes that the core knows by number.

import { perEngine } from './engine.js';

/** How a function gets the keywords of a call. */
export type CallStyle =
  /** As one trailing plain object, when there are any. */
  | 'plain'
  /** As one trailing `kwargs()`, ready to be passed on: hooks. What they return comes in a list, empty for undefined. */
  | 'hook'
  /** As `plain`; what it returns does not matter. */
  | 'event';

export interface HostEntry {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
  readonly target: Function;
  readonly style: CallStyle;
}

const entries = perEngine(() => new Map<number, HostEntry>());
// Given back since the last function was entered: the core lets go of one while it returns it, before the result is read.
const givenBack = new Map<number, HostEntry>();
let next = 1;

/** A new number for the function. The core gives it back by `release`, or the caller does. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
export function enter(target: Function, style: CallStyle = 'plain'): number {
  const id = next++;
  givenBack.clear();
  entries().set(id, { target, style });
  return id;
}

export function entry(id: number): HostEntry {
  const found = entries().get(id) ?? givenBack.get(id);
  if (!found) throw new Error(`There is no function ${id}`);
  return found;
}

export function release(id: number): void {
  const found = entries().get(id);
  if (found) givenBack.set(id, found);
  entries().delete(id);
}

/** Gives back the numbers that `body` got for a call, which it appends to its list, when it fails. */
export function releasingOnError<T>(body: (numbers: number[]) => T): T {
  const numbers: number[] = [];
  try {
    return body(numbers);
  } catch (error) {
    numbers.forEach(release);
    throw error;
  }
}

export function entryCount(): number {
  return entries().size;
}

/** Runs `body` with a number for the function that is good until it returns; 0 for no function. */
export function during<T>(
  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
  target: Function | null | undefined,
  style: CallStyle,
  body: (id: number) => T,
): T {
  if (!target) return body(0);
  const id = enter(target, style);
  try {
    return body(id);
  } finally {
    release(id);
  }
}
