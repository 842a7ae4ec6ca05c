// Lets the contenders of one place take turns, so that only one works at a time.
import { setTimeout as pause } from 'node:timers/promises';
import { summarize } from './statistics.mjs';

/**
 * Durations and counts: `rounds` of turns of `turn` milliseconds and at least `least` samples, after `warmUp`
 * milliseconds, and `starts` from nothing.
 */
export const paces = {
  full: { rounds: 10, turn: 50, least: 2, warmUp: 300, starts: 3 },
  quick: { rounds: 3, turn: 20, least: 1, warmUp: 100, starts: 1, quick: true },
};

// Thread pools spin for a while after a prediction, on the cores that the next contender needs.
const settle = { threads: 30 };

/**
 * Measures the workloads, one after another, with all contenders of the place loaded at once. In each round each
 * contender predicts for `turn` milliseconds; the order rotates, so that disturbances are spread over all of them.
 *
 * @param hear is called with each workload(workload, rows, peak): rows for `predictions`, and the highest peak so far; and of
 *   each failure({ place, contender, workload, error }).
 */
export async function measurePredictions(place, contenders, workloads, pace, hear) {
  const actors = new Map();
  const peak = {};
  const meter = await place.open({ id: 'peak' });
  const fail = (contender, workload, error) => {
    actors.get(contender)?.close();
    actors.delete(contender);
    hear.failure({
      place: place.name,
      contender: contender.id,
      workload: workload.name,
      error: String(error.message).split('\n')[0],
    });
  };
  for (const workload of workloads) {
    const taking = [];
    for (const contender of contenders) {
      try {
        if (!actors.has(contender)) {
          const actor = await place.open(contender);
          actors.set(contender, actor);
          await actor.call('start', {});
        }
        const actor = actors.get(contender);
        const { difference } = await actor.call('load', { workload, warmUp: pace.warmUp });
        taking.push({ contender, actor, difference, samples: [] });
        await pause(settle[contender.kind] ?? 0);
      } catch (error) {
        fail(contender, workload, error);
      }
    }
    for (const [kind, speed] of Object.entries(await meter.call('peak', {})))
      peak[kind] = Math.max(peak[kind] ?? 0, speed);
    for (let round = 0; round < pace.rounds; ++round) {
      for (let i = 0; i < taking.length; ++i) {
        const turn = taking[(i + round) % taking.length];
        if (turn.failed) continue;
        try {
          const parameters = { milliseconds: pace.turn, least: pace.least };
          turn.samples.push(...(await turn.actor.call('turn', parameters)).samples);
          await pause(settle[turn.contender.kind] ?? 0);
        } catch (error) {
          turn.failed = true;
          fail(turn.contender, workload, error);
        }
      }
    }
    const rows = [];
    for (const turn of taking.filter(({ failed }) => !failed)) {
      const { contender, actor, samples, difference } = turn;
      try {
        const after = await actor.call('unload', {});
        rows.push({
          workload: workload.name,
          place: place.name,
          contender: contender.id,
          peer: contender.peer,
          kind: contender.kind,
          ...summarize(samples),
          difference: Math.max(difference, after.difference),
        });
      } catch (error) {
        fail(contender, workload, error);
      }
    }
    hear.workload(workload, rows, peak);
  }
  for (const actor of [meter, ...actors.values()]) actor.close();
}
