// Computes ratios from the measurements of a run.
import { geometricMean } from './statistics.mjs';
import { ours } from './contenders.mjs';

/** Results that differ from Keras by more than this, relative to the largest value, are wrong: their speed does not count. */
export const tolerance = 1e-4;

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
    if (row.peer !== ours || !(row.difference <= tolerance)) continue;
    const { place, workload, kind, minimum } = row;
    const rivals = rivalsOf(row, results.predictions).filter(
      ({ difference }) => difference <= tolerance,
    );
    const fastest = rivals.sort((a, b) => a.minimum - b.minimum)[0];
    const { flops } = results.workloads.find(({ name }) => name === workload);
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

/** [{ place, kind, ratio, workloads, slower }]: the geometric mean over the workloads, and the names of those under 1. */
export function summarizeRatios(comparisons) {
  const groups = new Map();
  for (const each of comparisons.filter(({ ratio }) => ratio !== undefined)) {
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
