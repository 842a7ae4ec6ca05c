// Random inputs that repeat with a seed.
import type { Port, Values } from '../types.js';

// Stands for an unknown size, such as the length of a sequence.
const someSize = 8;
// Keeps indices inside the vocabulary of most models.
const largestIndex = 10;

const words = [
  'a',
  'and',
  'bird',
  'cat',
  'dog',
  'eats',
  'fish',
  'good',
  'has',
  'no',
  'the',
  'tree',
];

/** A batch of one with normal numbers; small indices for an input of integers. */
export function randomValues({ shape, dtype }: Port, seed: number): Values {
  const sizes = [shape[0] ?? 1, ...shape.slice(1).map((size) => size ?? someSize)];
  const count = sizes.reduce((product, size) => product * size, 1);
  const next = uniformNumbers(seed);
  if (dtype === 'string') {
    const strings = Array.from({ length: count }, () => words[Math.floor(next() * words.length)]!);
    return { values: [], strings, shape: sizes };
  }
  const isIndex = /^u?int|bool/.test(dtype);
  const draw = () => (isIndex ? Math.floor(next() * largestIndex) : normal(next));
  return { values: Float32Array.from({ length: count }, draw), shape: sizes };
}

/** mulberry32: uniform numbers in [0, 1). */
function uniformNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Box and Muller's transform.
function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}
