// Weights and inputs of models that are too large to store: the same float32 bits as tools/fixtures/filler.py.

const seed = 42;
const inputStream = 1_000_000;

// The finalizer of MurmurHash3.
function fmix32(h) {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** `count` values of a stream: a + b * u, where u is uniform in [0, 1). */
export function fill(stream, count, a, b) {
  const values = new Float32Array(count);
  let state = fmix32((seed + Math.imul(stream, 0x9e3779b9)) | 0);
  for (let i = 0; i < count; ++i) {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    values[i] = a + b * (((t ^ (t >>> 14)) >>> 8) * 2 ** -24);
  }
  return values;
}

/** Values of input `index`. */
export const fillInput = (index, count, [a, b]) => fill(inputStream + index, count, a, b);

/** Tensors for weights, which are { shape, dtype }; `ranges` has [a, b] for each. */
export const fillWeights = (keras, weights, ranges) =>
  weights.map(({ shape, dtype }, i) => {
    const count = shape.reduce((product, size) => product * size, 1);
    return keras.tensor(fill(i, count, ...ranges[i]), shape, dtype);
  });
