// Measures the chosen workloads; the result is written to build/bench/results.json.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../tools/lib/paths.mjs';
import { announce } from '../tools/lib/process.mjs';
import { compare } from './comparisons.mjs';
import { measurePredictions } from './conductor.mjs';
import { contendersOf, ours, threads } from './contenders.mjs';
import { downloadsOf } from './downloads.mjs';
import { enduranceWorkload, measureEndurance } from './endurance.mjs';
import { ensureExported, exportFolder } from './exported.mjs';
import { fileMemoryText, measureFileMemory } from './file_memory.mjs';
import { describeMachine } from './machine.mjs';
import { versionOf } from './packages.mjs';
import { openPlace } from './places/places.mjs';
import { enduranceText, startsText, workloadText } from './report.mjs';
import { compareStarts, measureStarts } from './starts.mjs';
import { textTable } from './table.mjs';

/**
 * @param chosen { workloads, places, peers, kinds, sections }, filtered
 * @param dist this package's build; `before`, if any, another one
 * @param pace one of conductor.mjs's paces
 */
export async function runBench(chosen, { dist, before, pace }) {
  const workloads = await ensureExported(chosen.workloads);
  const results = {
    package: JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')).version,
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
    starts: [],
    emptyProcess: {},
    endurance: [],
    failures: [],
  };
  const failure = (each) => void results.failures.push(each);
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
      if (chosen.sections.includes('starts')) {
        const hear = { failure, start: (row) => results.starts.push(row) };
        const empty = await measureStarts(place, contenders, workloads, pace, hear);
        results.emptyProcess[name] = empty;
        console.log(`${startsText(results, name)}\n`);
      }
      const enduring = workloads.find((each) => each.name === enduranceWorkload);
      if (chosen.sections.includes('endurance') && enduring && name.startsWith('node')) {
        const hear = { failure, endurance: (row) => results.endurance.push(row) };
        await measureEndurance(place, contenders, enduring, hear);
        console.log(`${enduranceText(results, name)}\n`);
      }
      if (chosen.sections.includes('predictions')) {
        await measurePredictions(place, contenders, workloads, pace, {
          failure,
          workload(workload, rows, peak) {
            results.predictions.push(...rows);
            results.peaks[name] = { ...peak };
            console.log(`${workloadText(results, name, workload.name)}\n`);
          },
        });
      }
    } finally {
      await place.close();
    }
  }
  results.downloads = downloadsOf(results.starts, dist);
  const withKeras = `${ours} beside Keras`;
  const sections = [
    ['configs', 'configs', 'Node', withKeras, 'configs and clones', () => configs(pace)],
    ['strings', 'strings', 'Node', withKeras, 'layers of strings', () => strings(pace)],
    [
      'memory',
      'fileMemory',
      'Node and Chromium',
      `${ours} alone`,
      'memory of large files',
      () => fileMemory(dist, pace),
    ],
    ['runtimes', 'runtimes', 'processes', ours, 'cold starts', () => coldStarts(pace)],
    ['scale', 'scale', 'Node', withKeras, 'scoring files', () => scale(pace)],
    ['site', 'site', 'Chromium', `${ours} in the demo site`, 'large models', site],
  ];
  for (const [section, key, place, contender, workload, run] of sections) {
    if (!chosen.sections.includes(section)) continue;
    results[key] = await run().catch(({ message }) =>
      failure({ place, contender, workload, error: String(message).split('\n')[0] }),
    );
  }
  return Object.assign(results, {
    comparisons: compare(results),
    startComparisons: compareStarts(results),
  });
}

/** Memory for opening and saving large files. */
async function fileMemory(dist, { quick = false }) {
  announce('Memory of large files');
  const rows = await measureFileMemory({ dist, quick });
  console.log(fileMemoryText(rows));
  return rows;
}

/** Configs and clones beside Keras in Python. */
async function configs({ quick = false }) {
  if (!existsSync(join(checkout, 'bench/configs.mjs'))) return undefined;
  announce('Configs and clones');
  const { initialize } = await import('../dist/index.js');
  const { configsTable, measureConfigs } = await import('./configs.mjs');
  await initialize();
  const measured = await measureConfigs({ quick, refresh: !quick });
  console.log(configsTable(measured.rows));
  return measured;
}

/** Layers of strings beside Keras in Python. */
async function strings({ quick = false }) {
  announce('Layers of strings');
  const { initialize } = await import('../dist/index.js');
  const { measureStrings, stringsTable } = await import('./strings.mjs');
  await initialize();
  const measured = await measureStrings({ quick, refresh: !quick });
  console.log(stringsTable(measured.rows));
  return measured;
}

/** Scoring files, on one and on several workers, beside Keras in Python. */
async function scale({ quick = false }) {
  announce('Scoring files');
  const { measureScale, scaleTable } = await import('./scale.mjs');
  const measured = await measureScale({ quick });
  console.log(scaleTable(measured.rows));
  return measured;
}

/** The first result of a new process in several runtimes. */
async function coldStarts({ quick = false }) {
  announce('Cold starts');
  const { coldStartsTable, measureColdStarts } = await import('./cold_starts.mjs');
  const measured = await measureColdStarts({ quick });
  console.log(coldStartsTable(measured.rows));
  return measured;
}

/** The demo site with large models. */
async function site() {
  announce('The demo site with large models');
  const { buildSite } = await import('../tools/demo.mjs');
  const { measureSite, siteRows } = await import('./site.mjs');
  await buildSite();
  const measured = await measureSite();
  console.log(textTable(siteRows(measured)));
  return measured;
}
