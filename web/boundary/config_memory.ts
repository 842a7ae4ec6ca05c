// What getConfig() of users' objects returned while something ran: to explain a failure, it is not called again.

import type { Packed } from './raw.js';

let answers: Map<number, Packed> | undefined;
let isReplaying = false;

/** The answer of the object with that number: `ask` runs unless it is known. */
export function rememberedConfig(uid: number, ask: () => Packed): Packed {
  const known = isReplaying ? answers?.get(uid) : undefined;
  if (known) return known;
  const answer = ask();
  answers?.set(uid, answer);
  return answer;
}

/** Runs `body`; in what it passes to `replay`, objects are not asked a second time. */
export function rememberingConfigs<T>(body: (replay: <R>(again: () => R) => R) => T): T {
  const outer = answers;
  answers = new Map();
  try {
    return body((again) => {
      isReplaying = true;
      try {
        return again();
      } finally {
        isReplaying = false;
      }
    });
  } finally {
    answers = outer;
  }
}
