// Remembers what getConfig() of users' objects returned, so that explaining a failure does not call it again.

import type { Packed } from './raw.js';

let answers: Map<number, Packed> | undefined;
let isReplaying = false;

/** The config of the object with that uid; calls `ask` unless it is remembered. */
export function rememberedConfig(uid: number, ask: () => Packed): Packed {
  const known = isReplaying ? answers?.get(uid) : undefined;
  if (known) return known;
  const answer = ask();
  answers?.set(uid, answer);
  return answer;
}

/** Runs `body` and remembers configs meanwhile. What runs inside `replay` gets the remembered ones. */
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
