// Measures every size of every series, each in a process of its own.
import { contendersOf, ours, peers } from '../contenders.mjs';
import { ensureExported, exportFolder } from '../exported.mjs';
import { openPlace } from '../places/places.mjs';
import { series, threadsModel, workloadsOf } from './series.mjs';

/** How often each size is measured, and for how many milliseconds it predicts each time. */
export const paces = { full: { rounds: 3, turn: 300 }, quick: { rounds: 1, turn: 60 } };

/**
 * @param chosen the names of the series
 * @returns rows: { series, at, peer, kind, load, first, predict, memory, flops, difference } in milliseconds and bytes; a row of
 *   what failed has `error` instead
 */
export async function measureGrowth({ dist, pace, chosen = series.map(({ name }) => name) }) {
  const wanted = series.filter(({ name }) => chosen.includes(name));
  const workloads = await ensureExported(wanted.flatMap(workloadsOf));
  const place = await openPlace('node24', { distributions: { [ours]: dist } });
  const litert = peers.filter(({ name }) => name === 'litert');
  const contenders = contendersOf(place, {
    dist,
    chosenPeers: litert,
    chosenKinds: ['relaxed', 'plain', 'threads'],
  });
  const relaxed = contenders.some(({ kind }) => kind === 'relaxed') ? 'relaxed' : 'plain';
  const rows = [];
  try {
    for (const workload of workloads) {
      const hasThreads =
        workload.series === threadsModel.series && workload.at === threadsModel.size;
      const taking = contenders.filter(
        ({ peer, kind }) =>
          (peer === ours || workload.peers.includes(peer)) &&
          (kind === relaxed || (kind === 'threads' && hasThreads)),
      );
      const measured = new Map(taking.map((contender) => [contender, []]));
      for (let round = 0; round < pace.rounds; ++round)
        for (const [contender, runs] of measured)
          if (!runs.error) await measureOnce(place, contender, workload, pace, runs);
      for (const [{ peer, kind }, runs] of measured) {
        const row = { series: workload.series, at: workload.at, peer, kind, ...summary(runs) };
        if (!row.error) row.flops = workload.flops;
        console.log(`  ${workload.name}, ${peer} ${kind}: ${textOf(row)}`);
        rows.push(row);
      }
    }
  } finally {
    await place.close();
  }
  return { rows, place: place.title, folder: exportFolder() };
}

async function measureOnce(place, contender, workload, { turn }, runs) {
  const actor = await place.open(contender);
  try {
    await actor.call('start', {});
    runs.push(await actor.call('measureAlone', { workload, milliseconds: turn }));
  } catch (error) {
    runs.error = String(error.message).split('\n')[0];
  } finally {
    actor.close();
  }
}

// Times are the smallest; memory is the median.
function summary(runs) {
  if (runs.error) return { error: runs.error };
  const least = (key) => Math.min(...runs.map((run) => run[key]));
  const memories = runs.map(({ memory }) => memory).sort((a, b) => a - b);
  return {
    load: least('load'),
    first: least('first'),
    predict: least('predict'),
    memory: memories[memories.length >> 1],
    difference: Math.max(...runs.map(({ difference }) => difference)),
  };
}

function textOf({ error, load, predict, memory }) {
  if (error) return `failed: ${error}`;
  return `opened in ${load.toFixed(0)} ms, ${predict.toFixed(3)} ms a prediction, ${(memory / 1e6).toFixed(0)} MB`;
}
