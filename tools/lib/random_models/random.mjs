// Random choices determined by a seed: the same on every machine.

/** Choices determined by `seed` (mulberry32). */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** A number in [0, 1). */
  number() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from `least` to `most`, both included. */
  int(least, most) {
    return least + Math.floor(this.number() * (most - least + 1));
  }

  chance(probability) {
    return this.number() < probability;
  }

  pick(items) {
    return items[this.int(0, items.length - 1)];
  }

  shuffled(items) {
    const out = [...items];
    for (let i = out.length - 1; i > 0; --i) {
      const j = this.int(0, i);
      [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
  }

  /** `count` different items in list order. */
  some(items, count) {
    const chosen = new Set(this.shuffled(items.map((_, i) => i)).slice(0, count));
    return items.filter((_, i) => chosen.has(i));
  }
}
