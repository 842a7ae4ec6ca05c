// Finds how to make one file from another that is nearly equal, such as the same program compiled for other processors:
// long copies in which some bytes differ, since inserted functions shift the numbers in all calls (after bsdiff, but with a
// hash table in place of sorted suffixes).

const seedLength = 12; // bytes that are equal where a copy is found
const mostCandidates = 24; // places of one seed that are compared
const patience = 48; // how far below its best a copy's score may fall before the copy ends

/**
 * Steps that make `target` from `base`, in order: `{ literal, from, length }`. Each appends the bytes `literal`, then
 * `length` bytes that differ little from those of `base` at `from`.
 */
export function differences(base, target) {
  const seeds = new Seeds(base);
  const steps = [];
  let done = 0; // bytes of the target that have their steps
  let expected = 0; // where the next copy would go on in the base
  for (let at = 0; at <= target.length - seedLength;) {
    const from = seeds.find(target, at, expected + at - done);
    if (from === undefined) {
      ++at;
      continue;
    }
    const back = extent(base, from - 1, target, at - 1, -1, Math.min(at - done, from));
    const ahead = extent(base, from, target, at, 1, Infinity);
    const start = at - back;
    steps.push({ literal: target.subarray(done, start), from: from - back, length: back + ahead });
    done = at = at + ahead;
    expected = from + ahead;
  }
  steps.push({ literal: target.subarray(done), from: expected, length: 0 });
  return steps;
}

/** How many bytes beside each other are worth copying, in the direction `step`: those that are equal outweigh the others. */
function extent(base, from, target, at, step, most) {
  let best = 0;
  let length = 0;
  for (let score = 0, bestScore = 0; length < most && score > bestScore - patience;) {
    const b = base[from + step * length];
    const t = target[at + step * length];
    if (b === undefined || t === undefined) break;
    score += b === t ? 1 : -1;
    ++length;
    if (score > bestScore) {
      bestScore = score;
      best = length;
    }
  }
  return best;
}

/** Where sequences of bytes are in a file. */
class Seeds {
  #base;
  #heads;
  #next;

  constructor(base) {
    this.#base = base;
    this.#heads = new Int32Array(1 << 21).fill(-1);
    this.#next = new Int32Array(base.length).fill(-1);
    for (let at = base.length - seedLength; at >= 0; --at) {
      const hash = this.#hash(base, at);
      this.#next[at] = this.#heads[hash];
      this.#heads[hash] = at;
    }
  }

  #hash(bytes, at) {
    let hash = 0;
    for (let i = 0; i < seedLength; ++i) hash = (Math.imul(hash, 31) + bytes[at + i]) | 0;
    return (hash ^ (hash >>> 15)) & (this.#heads.length - 1);
  }

  /** The best place for a copy of what is in the target; `expected` wins where it is as good as others. */
  find(target, at, expected) {
    let best;
    let bestLength = 0;
    const consider = (from) => {
      for (let i = 0; i < seedLength; ++i) if (this.#base[from + i] !== target[at + i]) return;
      const length = extent(this.#base, from, target, at, 1, 4096);
      if (length <= bestLength) return;
      bestLength = length;
      best = from;
    };
    consider(expected);
    let from = this.#heads[this.#hash(target, at)];
    for (let i = 0; i < mostCandidates && from >= 0; ++i, from = this.#next[from]) consider(from);
    return best;
  }
}
