// From nothing to the first result: a new process or page each time.
import { rivalsOf } from './comparisons.mjs';
import { ours } from './contenders.mjs';

/** The workloads that are started: a tiny model, one of 14 MB, one of 100 MB. */
export const startedWorkloads = ['cnn', 'mobilenetv2', 'resnet50'];

/**
 * Starts every contender for each workload, as often as the pace says, taking turns.
 *
 * @param hear is called with each start(row) and each failure(failure). The times of a row are milliseconds of the
 *   fastest start: `engine` for import and start of the engine, `load` for the model, `first` for the first prediction,
 *   `total` since the process or page began. `memory` is the largest resident size of the process in bytes, `files`
 *   what a page loads, without the model.
 * @returns the resident size of a process or page that does nothing
 */
export async function measureStarts(
  place,
  contenders,
  workloads,
  { starts: repeats, quick },
  hear,
) {
  const wanted = quick ? startedWorkloads.slice(0, 2) : (place.started ?? startedWorkloads);
  for (const workload of workloads.filter(({ name }) => wanted.includes(name))) {
    const starts = new Map(contenders.map((contender) => [contender, []]));
    for (let i = 0; i < repeats; ++i) {
      for (const [contender, made] of starts) {
        try {
          made.push(await place.startOnce({ contender, workload }));
        } catch (error) {
          starts.delete(contender);
          hear.failure({
            place: place.name,
            contender: contender.id,
            workload: workload.name,
            error: `start: ${String(error.message).split('\n')[0]}`,
          });
        }
      }
    }
    for (const [contender, made] of starts)
      hear.start({
        workload: workload.name,
        place: place.name,
        contender: contender.id,
        peer: contender.peer,
        kind: contender.kind,
        ...phases(made),
      });
  }
  return (await place.startOnce({})).memory;
}

function phases(starts) {
  const fastest = starts.reduce((a, b) => (b.first < a.first ? b : a));
  const memories = starts.map(({ memory }) => memory).sort((a, b) => a - b);
  return {
    engine: Math.min(...starts.map(({ begun, ready }) => ready - begun)),
    load: fastest.loaded - fastest.ready,
    first: fastest.first - fastest.loaded,
    total: fastest.first,
    memory: memories[memories.length >> 1],
    ...(fastest.files ? { files: fastest.files } : {}),
  };
}

/**
 * For each place, workload and kind: this package's total beside the fastest peer's.
 *
 * @returns [{ place, workload, kind, total, peer, peerTotal, ratio }]
 */
export function compareStarts(results) {
  return results.starts
    .filter(({ peer }) => peer === ours)
    .flatMap((row) => {
      const rivals = rivalsOf(row, results.starts);
      if (rivals.length === 0) return [];
      const { place, workload, kind, total } = row;
      const { peer, total: peerTotal } = rivals.reduce((a, b) => (b.total < a.total ? b : a));
      return [{ place, workload, kind, total, peer, peerTotal, ratio: peerTotal / total }];
    });
}
