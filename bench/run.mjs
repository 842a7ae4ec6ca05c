// Measures the chosen workloads; the result is written to build/bench/results.json.
import { readFileSync } from 'node:fs';
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
    workloads: workloads.map(({ name, title, group, flops, self, tolerance }) => ({
      ...{ name, title, group, flops },
      ...{ self, tolerance }, // of models of fewer bits
    })),
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
      if (chosen.sections.includes('predictions') && place.open) {
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
  for (const { section, key = section, title, place, contender, measure } of otherSections(dist)) {
    if (!chosen.sections.includes(section)) continue;
    announce(title);
    try {
      const { measured, text } = await measure(pace);
      console.log(text);
      results[key] = measured;
    } catch ({ message }) {
      failure({ place, contender, workload: title, error: String(message).split('\n')[0] });
    }
  }
  return Object.assign(results, {
    comparisons: compare(results),
    startComparisons: compareStarts(results),
  });
}

/** What is measured besides predictions: each `measure` returns the results and their text. */
function otherSections(dist) {
  const withKeras = `${ours} beside Keras`;
  return [
    {
      section: 'configs',
      title: 'Configs and clones',
      place: 'Node',
      contender: withKeras,
      async measure({ quick = false }) {
        const { configsTable, measureConfigs } = await import('./configs.mjs');
        await startPackage();
        const measured = await measureConfigs({ quick, refresh: !quick });
        return { measured, text: configsTable(measured.rows) };
      },
    },
    {
      section: 'strings',
      title: 'Layers of strings',
      place: 'Node',
      contender: withKeras,
      async measure({ quick = false }) {
        const { measureStrings, stringsTable } = await import('./strings.mjs');
        await startPackage();
        const measured = await measureStrings({ quick, refresh: !quick });
        return { measured, text: stringsTable(measured.rows) };
      },
    },
    {
      section: 'memory',
      key: 'fileMemory',
      title: 'Memory of large files',
      place: 'Node and Chromium',
      contender: `${ours} alone`,
      async measure({ quick = false }) {
        const measured = await measureFileMemory({ dist, quick });
        return { measured, text: fileMemoryText(measured) };
      },
    },
    {
      section: 'runtimes',
      title: 'Cold starts',
      place: 'processes',
      contender: ours,
      async measure({ quick = false }) {
        const { coldStartsTable, measureColdStarts } = await import('./cold_starts.mjs');
        const measured = await measureColdStarts({ quick });
        return { measured, text: coldStartsTable(measured.rows) };
      },
    },
    {
      section: 'scale',
      title: 'Scoring files',
      place: 'Node',
      contender: withKeras,
      async measure({ quick = false }) {
        const { measureScale, scaleTable } = await import('./scale.mjs');
        const measured = await measureScale({ quick });
        return { measured, text: scaleTable(measured.rows) };
      },
    },
    {
      section: 'site',
      title: 'The demo site with large models',
      place: 'Chromium',
      contender: `${ours} in the demo site`,
      async measure() {
        const { buildSite } = await import('../tools/demo.mjs');
        const { measureSite, siteRows } = await import('./site.mjs');
        await buildSite();
        const measured = await measureSite();
        return { measured, text: textTable(siteRows(measured)) };
      },
    },
  ];
}

/** Starts the package in this process. */
async function startPackage() {
  const { initialize } = await import('../dist/index.js');
  await initialize();
}
