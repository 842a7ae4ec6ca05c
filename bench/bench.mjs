// npm run bench: measures this package and its peers on the same models, in turns. See README.md.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from '../tools/build.mjs';
import { readArguments } from '../tools/lib/arguments.mjs';
import { checkout } from '../tools/lib/paths.mjs';
import { announce, main, StepError } from '../tools/lib/process.mjs';
import { findWorse, recordedRatios } from './check.mjs';
import { choose } from './choose.mjs';
import { isRight } from './comparisons.mjs';
import { paces } from './conductor.mjs';
import { kinds, kindsOfOurs, ours, peers } from './contenders.mjs';
import { ensureBenchPackages } from './packages.mjs';
import { performancePage } from './performance_page.mjs';
import { places } from './places/places.mjs';
import { downloadsText, summaryText } from './report.mjs';
import { runBench } from './run.mjs';
import { ratioText } from './table.mjs';
import { chooseWorkloads } from './workloads.mjs';

const usage = `Usage: npm run bench [-- options]
  --only mlp_b1,recurrent   these workloads: names, their beginnings, or groups
  --where node20,chromium   these places
  --peers litert            these peers; --peers none for this package alone
  --kinds relaxed,plain     these kinds of build; those that dist/ has, by default
  --sections predictions    these of: predictions, starts, endurance, configs, strings, memory, runtimes, scale,
                            site (with other filters: predictions)
  --before FOLDER           also another build of this package: the dist/ of another checkout
  --quick                   few rounds
  --record                  with --quick: write bench/results.json and docs/performance.md all the same
  --check                   quickly, and only report ratios that are worse than the recorded ones
  --no-build                dist/ as it is
Without filters, bench/results.json and docs/performance.md are written.`;

const options = {
  only: { type: 'string' },
  where: { type: 'string' },
  peers: { type: 'string' },
  kinds: { type: 'string' },
  sections: { type: 'string' },
  before: { type: 'string' },
  quick: { type: 'boolean' },
  record: { type: 'boolean' },
  check: { type: 'boolean' },
  'no-build': { type: 'boolean' },
};

const sections = [
  'predictions',
  'starts',
  'endurance',
  'configs',
  'strings',
  'memory',
  'runtimes',
  'scale',
  'site',
].map((name) => ({ name }));

/** All measurements of the last run. */
const resultsPath = join(checkout, 'build/bench/results.json');
/** The ratios that `--check` compares with. */
const recordPath = join(checkout, 'bench/results.json');
const pagePath = join(checkout, 'docs/performance.md');

await main(async () => {
  const { values } = readArguments(usage, options);
  const filters = ['only', 'where', 'peers', 'kinds', 'sections', 'before', 'quick', 'check'];
  const isWhole = filters.every((name) => values[name] === undefined);
  const isPart = ['only', 'where', 'peers', 'kinds', 'check'].some((name) => values[name]);
  const wantedSections = values.sections ?? (isPart ? 'predictions' : undefined);
  const chosen = {
    workloads: chooseWorkloads(values.only),
    places: choose(places, values.where, 'place'),
    peers: values.peers === 'none' ? [] : choose(peers, values.peers, 'peer'),
    sections: choose(sections, wantedSections, 'section').map(({ name }) => name),
  };
  if (values.check && !existsSync(recordPath))
    throw new StepError('Nothing is recorded yet: bench/results.json is missing.');
  if (!values['no-build']) await build();
  const dist = join(checkout, 'dist');
  if (kindsOfOurs(dist).length === 0) throw new StepError('dist/ is empty: run npm run build.');
  // Kinds that this package has no build for are not compared.
  chosen.kinds =
    values.kinds === undefined
      ? kindsOfOurs(dist)
      : choose(kinds, values.kinds, 'kind').map(({ name }) => name);
  await ensureBenchPackages();

  const pace = values.quick || values.check ? paces.quick : paces.full;
  const before = values.before && resolve(values.before);
  const results = await runBench(chosen, { dist, before, pace });
  results.quick = pace === paces.quick;
  announce('Summary');
  console.log(downloadsText(results) + summaryText(results));
  if (values.check) await check(results, chosen, dist);
  write(resultsPath, JSON.stringify(results, rounded, 1));
  if (isWhole || values.record) record(results);
  refuseBroken(results);
});

function refuseBroken({ predictions, failures, workloads }) {
  const broken = [
    ...failures.filter(({ contender }) => contender.startsWith(`${ours} `)),
    ...predictions.filter((row) => row.peer === ours && !isRight(row, workloads)),
  ].map(({ contender, place, workload }) => `  ${contender} in ${place} on ${workload}`);
  if (broken.length) throw new StepError(`Failed, or wrong:\n${broken.join('\n')}`);
}

async function check(results, chosen, dist) {
  const recorded = readRecord().ratios;
  const suspects = findWorse(recorded, results.comparisons);
  // Machines are noisy: workloads that look worse are measured again, for longer.
  const again = chosen.workloads.filter(({ name }) =>
    suspects.some(({ workload }) => workload === name),
  );
  if (again.length) announce('Measuring again what looks worse');
  const second = again.length
    ? await runBench({ ...chosen, workloads: again }, { dist, pace: paces.full })
    : { comparisons: [] };
  const worse = findWorse(recorded, second.comparisons).filter(({ place, workload, kind }) =>
    suspects.some((e) => e.place === place && e.workload === workload && e.kind === kind),
  );
  if (worse.length === 0) {
    console.log('\nNo ratio is worse than the recorded one by more than a fifth.');
    return;
  }
  const lines = worse.map(
    ({ place, workload, kind, recorded: then, now }) =>
      `  ${workload} in ${place}, ${kind}: ${ratioText(now)}, recorded ${ratioText(then)}`,
  );
  throw new StepError(`Worse than recorded by more than a fifth:\n${lines.join('\n')}`);
}

function readRecord() {
  return JSON.parse(readFileSync(recordPath, 'utf8'));
}

function record(results) {
  const groups = JSON.parse(readFileSync(join(checkout, 'bench/notes.json'), 'utf8'));
  const notes = Object.fromEntries(
    groups.flatMap(({ of, note }) => of.map((what) => [what, note])),
  );
  const { package: version, date, machine } = results;
  const head = JSON.stringify({ package: version, date, machine }).slice(0, -1);
  const ratios = recordedRatios(results).map((row) => JSON.stringify(row, rounded));
  write(recordPath, `${head},"ratios":[\n${ratios.join(',\n')}\n]}`);
  write(pagePath, performancePage(results, notes).trimEnd());
  console.log('\nWritten: bench/results.json, docs/performance.md');
}

function rounded(_, value) {
  const isFraction = typeof value === 'number' && !Number.isInteger(value);
  return isFraction ? Number(value.toPrecision(6)) : value;
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text}\n`);
}
