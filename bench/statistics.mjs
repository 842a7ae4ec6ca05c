// Numbers about numbers.

/** { median, minimum, samples } of a list of times. */
export function summarize(times) {
  const sorted = [...times].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1], minimum: sorted[0], samples: sorted.length };
}

/** Of positive numbers; NaN of none. */
export function geometricMean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** The largest difference between two arrays, as a part of the largest magnitude in `expected`. */
export function largestDifference(actual, expected) {
  if (actual.length !== expected.length)
    throw new Error(`${actual.length} numbers came out, not ${expected.length}`);
  let difference = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; ++i) {
    const each = Math.abs(actual[i] - expected[i]);
    if (!Number.isFinite(each)) throw new Error(`a result is ${actual[i]}`);
    difference = Math.max(difference, each);
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return difference / scale;
}
