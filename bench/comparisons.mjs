// Computes ratios from the measurements of a run.
import { geometricMean } from './statistics.mjs';
import { ours } from './contenders.mjs';

/**
 * Results that differ from Keras by more than this, relative to the largest value, are wrong: their speed does not count.
 * Workloads of fewer bits state a tolerance of their own: peers quantize otherwise, and a last bit can tip a rounding.
 */
export const tolerance = 1e-4;

/** Whether the results of a row count. */
export function isRight({ workload, difference }, workloads) {
  return difference <= (workloads.find(({ name }) => name === workload)?.tolerance ?? tolerance);
}

/**
 * How many times faster this package predicts with fewer bits than the same model in floats (`self` in workloads.json),
 * where both were measured: [{ place, kind, workload, self, ratio }].
 */
export function compareWithFloats({ predictions, workloads }) {
  const own = predictions.filter(({ peer }) => peer === ours);
  return own.flatMap(({ place, kind, workload, minimum }) => {
    const { self } = workloads.find(({ name }) => name === workload) ?? {};
    const floats = own.find(
      (row) => row.place === place && row.kind === kind && row.workload === self,
    );
    return floats ? [{ place, kind, workload, self, ratio: floats.minimum / minimum }] : [];
  });
}

/** The rows of peers with the same place, workload and kind of build. */
export function rivalsOf({ place, workload, kind }, rows) {
  return rows.filter(
    (row) =>
      row.place === place &&
      row.workload === workload &&
      row.kind === kind &&
      row.peer !== ours &&
      row.peer !== 'before',
  );
}

/**
 * For each place, workload and kind: this package and the fastest peer of the same kind. Compares minima, because
 * other work on the machine lengthens medians.
 *
 * @returns [{ place, workload, kind, minimum, peer, peerMinimum, ratio, gflops, share }], ratio over 1 where this package
 *   is faster, and share the fraction of the machine's measured peak.
 */
export function compare(results) {
  const comparisons = [];
  for (const row of results.predictions) {
    if (row.peer !== ours || !isRight(row, results.workloads)) continue;
    const { place, workload, kind, minimum } = row;
    const rivals = rivalsOf(row, results.predictions).filter((each) =>
      isRight(each, results.workloads),
    );
    const fastest = rivals.sort((a, b) => a.minimum - b.minimum)[0];
    const { flops, self } = results.workloads.find(({ name }) => name === workload);
    const gflops = flops / minimum / 1e6;
    const peaks = results.peaks[place];
    // Threads run on relaxed SIMD where the engine has it.
    const peak =
      kind === 'threads' ? results.threads * (peaks.relaxed ?? peaks.plain) : peaks[kind];
    comparisons.push({
      place,
      workload,
      kind,
      minimum,
      ...(self ? { self } : {}),
      ...(fastest
        ? {
            peer: fastest.peer,
            peerMinimum: fastest.minimum,
            ratio: fastest.minimum / minimum,
          }
        : {}),
      gflops,
      share: gflops / peak,
    });
  }
  return comparisons;
}

/**
 * [{ place, kind, ratio, workloads, slower }]: the geometric mean over the workloads, and the names of those under 1. Models
 * of fewer bits are left out: most peers have them in floats only.
 */
export function summarizeRatios(comparisons) {
  const groups = new Map();
  for (const each of comparisons.filter(({ ratio, self }) => ratio !== undefined && !self)) {
    const key = `${each.place} ${each.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].map((group) => ({
    place: group[0].place,
    kind: group[0].kind,
    ratio: geometricMean(group.map(({ ratio }) => ratio)),
    workloads: group.length,
    slower: group.filter(({ ratio }) => ratio < 1).map(({ workload }) => workload),
  }));
}
