// npm run bench: this package beside its peers, on the same models, taking turns. See README.md.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readArguments } from '../tools/lib/arguments.mjs';
import { checkout } from '../tools/lib/paths.mjs';
import { announce, main, StepError } from '../tools/lib/process.mjs';
import { build } from '../tools/build.mjs';
import { choose } from './choose.mjs';
import { measurePredictions, paces } from './conductor.mjs';
import { contendersOf, kinds, kindsOfOurs, ours, peers, threads } from './contenders.mjs';
import { ensureExported, exportFolder } from './exported.mjs';
import { describeMachine } from './machine.mjs';
import { ensureBenchPackages, versionOf } from './packages.mjs';
import { openPlace, places } from './places/places.mjs';
import { summaryText, workloadText } from './report.mjs';
import { chooseWorkloads } from './workloads.mjs';

const usage = `Usage: npm run bench [-- options]
  --only mlp_b1,recurrent   these workloads: names, their beginnings, or groups
  --where node20,chromium   these places
  --peers litert            these peers; --peers none for this package alone
  --kinds relaxed,plain     these kinds of build
  --before FOLDER           also another build of this package: the dist/ of another checkout
  --quick                   few rounds
  --no-build                dist/ as it is`;

const options = {
  only: { type: 'string' },
  where: { type: 'string' },
  peers: { type: 'string' },
  kinds: { type: 'string' },
  before: { type: 'string' },
  quick: { type: 'boolean' },
  'no-build': { type: 'boolean' },
};

await main(async () => {
  const { values } = readArguments(usage, options);
  const chosen = {
    workloads: chooseWorkloads(values.only),
    places: choose(places, values.where, 'place'),
    peers: values.peers === 'none' ? [] : choose(peers, values.peers, 'peer'),
    kinds: choose(kinds, values.kinds, 'kind').map(({ name }) => name),
  };
  if (!values['no-build']) await build();
  const dist = join(checkout, 'dist');
  if (kindsOfOurs(dist).length === 0) throw new StepError('dist/ is empty: run npm run build.');
  const before = values.before && resolve(values.before);
  await ensureBenchPackages();
  const workloads = await ensureExported(chosen.workloads);

  const results = {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    versions: Object.fromEntries(
      chosen.peers.map(({ name, packages }) => [name, versionOf(packages[0])]),
    ),
    threads,
    places: {},
    workloads: workloads.map(({ name, title, group, flops }) => ({ name, title, group, flops })),
    peaks: {},
    predictions: [],
    failures: [],
  };
  const pace = values.quick ? paces.quick : paces.full;
  for (const { name } of chosen.places) {
    const place = await openPlace(name, {
      distributions: { [ours]: dist, ...(before ? { before } : {}) },
      modelFolder: exportFolder(),
    });
    results.places[name] = place.title;
    announce(place.title);
    const contenders = contendersOf(place, {
      dist,
      before,
      chosenPeers: chosen.peers,
      chosenKinds: chosen.kinds,
    });
    try {
      await measurePredictions(place, contenders, workloads, pace, {
        workload(workload, rows, peak) {
          results.predictions.push(...rows);
          results.peaks[name] = { ...peak };
          console.log(`${workloadText(results, name, workload.name)}\n`);
        },
        failure: (failure) => results.failures.push(failure),
      });
    } finally {
      await place.close();
    }
  }
  announce('Summary');
  console.log(summaryText(results));
  writeFileSync(join(checkout, 'build/bench.json'), JSON.stringify(results, null, 1));
});
