// From measurements to ratios. Everything here is computed from the results of a run.
import { geometricMean } from './statistics.mjs';
import { ours } from './contenders.mjs';

/** Results further from Keras than this, relative to the largest, are wrong: their speed counts for nothing. */
export const tolerance = 1e-4;

/** The rows of peers in the same place, on the same workload, with a build of the same kind. */
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
 * For each place, workload and kind: this package beside the fastest peer of the same kind. Minima are compared: other
 * work on the machine lengthens medians.
 *
 * @returns [{ place, workload, kind, minimum, peer, peerMinimum, ratio, gflops, share }], ratio over 1 where this package
 *   is faster, share the part of the measured peak of the machine.
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
