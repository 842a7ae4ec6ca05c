// What speed is to be reached, and which measurements do not.

/** Ratio to the fastest peer of the same kind that a prediction must reach; each must be over 1. */
const ratioGoals = { lstm: 1.5, gru: 1.5 };

/** The part of the machine's peak that large products, and the network made of them, must reach on one thread. */
const shareGoals = Object.fromEntries(
  ['gemm256', 'gemm512', 'gemm1024', 'gemm256c', 'gemm512c', 'gemm1024c', 'resnet50'].map(
    (name) => [name, 0.8],
  ),
);

/** Geometric mean of the ratios of one kind. */
export const meanGoals = { relaxed: 1.3, plain: 1.5 };

/** How many times sooner the first result must be there, and of which models. */
export const startGoals = { mobilenetv2: 2, resnet50: 2 };

export const ratioGoal = (workload) => ratioGoals[workload] ?? 1;

/** [{ workload, place, kind, missed }], `missed` in words, for each comparison of results.json below a goal. */
export function missedGoals({ comparisons, startComparisons }) {
  return [...comparisons.flatMap(missedByPrediction), ...startComparisons.flatMap(missedByStart)];
}

function missedByPrediction({ workload, place, kind, ratio, peer, share }) {
  const missed = [];
  const [goal, part] = [ratioGoal(workload), shareGoals[workload]];
  if (ratio !== undefined && !(ratio > 1 && ratio >= goal))
    missed.push(`${ratio.toFixed(2)} times as fast as ${peer}, not ${goal}`);
  if (part !== undefined && kind !== 'threads' && share < part)
    missed.push(`${Math.round(100 * share)} % of the peak, not ${100 * part} %`);
  return missed.map((words) => ({ workload, place, kind, missed: words }));
}

function missedByStart({ workload, place, kind, ratio, peer }) {
  const goal = startGoals[workload];
  if (goal === undefined || ratio >= goal) return [];
  const missed = `the first result ${ratio.toFixed(2)} times as soon as ${peer}, not ${goal}`;
  return [{ workload, place, kind, missed }];
}
