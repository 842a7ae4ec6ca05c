// How fast a cost grows: the exponent of a power of the size.

/** Points below these are mostly fixed costs: the call itself, the memory of an engine. */
const [leastPoints, fixedShare] = [2, 3];

/**
 * The exponent of the power of `size` that fits the costs best (least squares of logarithms): 1 is linear. Of points
 * [{ size, cost }] only those count whose cost is a multiple of the smallest one, because below that, fixed costs dominate;
 * undefined when fewer than two are left or the sizes are equal.
 */
export function exponentOf(points) {
  const positive = points.filter(({ size, cost }) => size > 0 && cost > 0);
  const smallest = Math.min(...positive.map(({ cost }) => cost));
  const grown = positive.filter(({ cost }) => cost >= fixedShare * smallest);
  if (grown.length < leastPoints) return undefined;
  const xs = grown.map(({ size }) => Math.log(size));
  const ys = grown.map(({ cost }) => Math.log(cost));
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const spread = xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
  if (spread === 0) return undefined;
  return xs.reduce((sum, x, i) => sum + (x - meanX) * (ys[i] - meanY), 0) / spread;
}
