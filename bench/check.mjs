// npm run bench -- --check: finds the ratios to the peers that are worse than the recorded ones.

/** The share of the recorded ratio that may be lost; smaller losses are noise. */
export const allowedLoss = 0.2;

/** The ratios of a run, as bench/results.json keeps them: [{ place, workload, kind, ratio }]. */
export const recordedRatios = ({ comparisons }) =>
  comparisons
    .filter(({ ratio }) => ratio !== undefined)
    .map(({ place, workload, kind, ratio }) => ({ place, workload, kind, ratio }));

/**
 * [{ place, workload, kind, recorded, now }] of the ratios that got worse by more than a fifth.
 *
 * @param recorded ratios of bench/results.json
 * @param now `comparisons` of a run; only entries of both are compared
 */
export function findWorse(recorded, now) {
  return now.flatMap(({ place, workload, kind, ratio }) => {
    const before = recorded.find(
      (each) => each.place === place && each.workload === workload && each.kind === kind,
    )?.ratio;
    const worse = before !== undefined && ratio < before * (1 - allowedLoss);
    return worse ? [{ place, workload, kind, recorded: before, now: ratio }] : [];
  });
}
