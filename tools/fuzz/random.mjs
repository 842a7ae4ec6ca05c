// Random choices determined by a seed: a failing input can be made again from its number.

/** A generator of numbers in [0, 1) (mulberry32), and choices made with it. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
    // Neighbouring seeds would start with similar numbers.
    for (let i = 0; i < 3; i++) this.next();
  }

  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from 0 to `count` - 1. */
  below(count) {
    return Math.floor(this.next() * count);
  }

  chance(probability) {
    return this.next() < probability;
  }

  pick(items) {
    return items[this.below(items.length)];
  }
}
