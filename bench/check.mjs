// npm run bench -- --check: which ratios to the peers are worse than those recorded?

/** A ratio is worse when it lost more than this part of the recorded one. Less is noise. */
export const allowedLoss = 0.2;

/**
 * [{ place, workload, kind, recorded, now }] of the ratios that got worse by more than a fifth.
 *
 * @param recorded, now `comparisons` of two runs; what only one of them has is not compared
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
