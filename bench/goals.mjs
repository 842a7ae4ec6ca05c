// The speed goals, and the measurements that miss them.
import { compareWithFloats, summarizeRatios } from './comparisons.mjs';
import { ours } from './contenders.mjs';

/** Ratio to the fastest peer of the same kind that a prediction must reach; all must be over 1. */
const ratioGoals = { lstm: 1.5, gru: 1.5 };

/** How many times faster than TensorFlow.js's own layers, of any kind of build, these must be. */
const layerGoals = { lstm: 15, gru: 15 };

/** The part of the machine's peak that large products and the networks must reach on one thread. */
const largeProducts = ['gemm256', 'gemm512', 'gemm1024', 'gemm256c', 'gemm512c', 'gemm1024c'];
const shareGoals = {
  ...Object.fromEntries(largeProducts.map((name) => [name, 0.8])),
  mobilenetv2: 0.8,
  resnet50: 0.8,
  efficientnetb0: 0.65,
  transformer1024: 0.75,
};

/** How many times faster than their float selves models of fewer bits must be, by kind of build. */
const fewBitsGoals = {
  int8_mlp_b64: { relaxed: 1.8, plain: 1.3 },
  int8_transformer: { relaxed: 1.8, plain: 1.3 },
  float16_mlp_b1: { relaxed: 1.5, plain: 1.5 },
  bfloat16_mlp_b1: { relaxed: 1.5, plain: 1.5 },
};

/** Ratio to LiteRT's dynamic-range quantization of the same models. */
const quantizedGoal = 1.3;

/** Geometric mean of the ratios of one kind. */
export const meanGoals = { relaxed: 1.6, plain: 1.35, threads: 1.6 };

/** How many times earlier than the fastest peer the first result must be there. */
const startGoals = { cnn: 1.5, mobilenetv2: 1.5, resnet50: 1.5 };

/** Milliseconds until the engine is ready in Node, and until an empty page has the first result of a small model. */
const [engineGoal, pageGoals] = [60, { cnn: 150 }];

/** How many times faster than Keras an operation on configs must be, and milliseconds for 10,000 layers. */
const configGoals = { fromConfig: 50, clone: 50, cloneDrawn: 5 };
const longestChain = '10,000 Dense in a chain';
const longestChainGoals = { fromConfig: 250, clone: 150 };

/** The largest growth of a process that opens or saves a large file, in sizes of the file. */
const fileMemoryGoal = 1.2;

/** Bytes of the engine, after gzip. */
const downloadGoal = 450e3;

/**
 * The goals that a run misses: [{ what, where, missed }]. `what` is a workload or a key of notes.json, `missed` a sentence.
 */
export function missedGoals(results) {
  return [
    ...summarizeRatios(results.comparisons).flatMap(missedByMean),
    ...results.comparisons.flatMap(missedByPrediction),
    ...compareWithFloats(results).flatMap(missedByFewBits),
    ...results.comparisons.flatMap((each) => missedByLayers(each, results.predictions)),
    ...results.startComparisons.flatMap(missedByStart),
    ...results.starts.filter(({ peer }) => peer === ours).flatMap(missedByTime),
    ...results.downloads.filter(({ peer }) => peer === ours).flatMap(missedByDownload),
    ...(results.configs?.rows ?? []).flatMap(missedByConfig),
    ...(results.fileMemory ?? []).flatMap(missedByFileMemory),
  ];
}

function missedByFileMemory({ place, size, load, save }) {
  const worst = Math.max(load, save);
  if (worst <= fileMemoryGoal) return [];
  const missed = `a file of ${Math.round(size / 1e6)} MB takes ${worst.toFixed(2)} times its size, not ${fileMemoryGoal}`;
  return [{ what: 'Memory of large files', where: place, missed }];
}

function missedByMean({ place, kind, ratio }) {
  if (!(ratio < meanGoals[kind])) return [];
  const missed = `${ratio.toFixed(2)} times the fastest peer, not ${meanGoals[kind]}`;
  return [{ what: 'All predictions', where: `${place} ${kind}`, missed }];
}

function missedByPrediction({ workload, place, kind, ratio, peer, share }) {
  const missed = [];
  const isQuantized = peer === 'litert' && /^int[48]_/.test(workload);
  const goal = ratioGoals[workload] ?? (isQuantized ? quantizedGoal : 1);
  const part = shareGoals[workload];
  if (ratio !== undefined && !(ratio > 1 && ratio >= goal))
    missed.push(`${ratio.toFixed(2)} times as fast as ${peer}, not ${goal}`);
  if (part !== undefined && kind !== 'threads' && share < part)
    missed.push(`${Math.round(100 * share)} % of the peak, not ${100 * part} %`);
  return missed.map((words) => ({ what: workload, where: `${place} ${kind}`, missed: words }));
}

function missedByFewBits({ workload, place, kind, ratio }) {
  const goal = fewBitsGoals[workload]?.[kind];
  if (goal === undefined || ratio >= goal) return [];
  const missed = `${ratio.toFixed(2)} times as fast as in floats, not ${goal}`;
  return [{ what: workload, where: `${place} ${kind}`, missed }];
}

function missedByLayers({ workload, place, kind, minimum }, predictions) {
  const goal = layerGoals[workload];
  if (goal === undefined) return [];
  const theirs = predictions
    .filter((row) => row.workload === workload && row.place === place && row.peer === 'tfjs')
    .map((row) => row.minimum);
  const ratio = Math.min(...theirs) / minimum;
  if (theirs.length === 0 || ratio >= goal) return [];
  const missed = `${ratio.toFixed(1)} times as fast as TensorFlow.js, not ${goal}`;
  return [{ what: workload, where: `${place} ${kind}`, missed }];
}

function missedByStart({ workload, place, kind, ratio, peer }) {
  const goal = startGoals[workload];
  if (goal === undefined || ratio >= goal) return [];
  const missed = `the first result ${ratio.toFixed(2)} times as soon as ${peer}, not ${goal}`;
  return [{ what: workload, where: `${place} ${kind}`, missed }];
}

function missedByTime({ workload, place, kind, engine, total }) {
  const where = `${place} ${kind}`;
  const missed = [];
  if (workload === 'cnn' && place.startsWith('node') && engine > engineGoal)
    missed.push({ what: 'Start of the engine', reached: engine, goal: engineGoal });
  if (place === 'chromium' && total > pageGoals[workload])
    missed.push({ what: 'First result of a page', reached: total, goal: pageGoals[workload] });
  return missed.map(({ what, reached, goal }) => ({
    what,
    where,
    missed: `${Math.round(reached)} ms, not ${goal}`,
  }));
}

function missedByDownload({ kind, total }) {
  if (total <= downloadGoal) return [];
  const missed = `${Math.round(total / 1e3)} kB, not ${downloadGoal / 1e3}`;
  return [{ what: 'Download', where: kind, missed }];
}

function missedByConfig({ model, operation, median, ratio }) {
  const missed = [];
  const goal = configGoals[operation];
  if (ratio < goal) missed.push(`${ratio.toFixed(1)} times as fast as Keras, not ${goal}`);
  const longest = model === longestChain ? longestChainGoals[operation] : undefined;
  if (median > longest) missed.push(`${Math.round(median)} ms, not ${longest}`);
  return missed.map((words) => ({
    what: 'Configs and clones',
    where: `${model}, ${operation}`,
    missed: words,
  }));
}
