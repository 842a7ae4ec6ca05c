// Checks that memory stays flat over many predictions.

/** The workload and the number of predictions: many small ones show what each leaks. */
export const enduranceWorkload = 'cnn';
const [few, many] = [1_000, 10_000];

/**
 * @param hear is called with each endurance(row): `few` and `many` are bytes of JavaScript's heap and WASM memory after so many
 *   predictions, garbage collected; and of each failure(failure).
 */
export async function measureEndurance(place, contenders, workload, hear) {
  for (const contender of contenders) {
    const actor = await place.open(contender);
    try {
      await actor.call('start', {});
      await actor.call('load', { workload, warmUp: 0 });
      const first = await actor.call('endure', { calls: few });
      const last = await actor.call('endure', { calls: many - few });
      hear.endurance({
        place: place.name,
        contender: contender.id,
        peer: contender.peer,
        kind: contender.kind,
        few: first.memory,
        many: last.memory,
      });
    } catch (error) {
      hear.failure({
        place: place.name,
        contender: contender.id,
        workload: workload.name,
        error: `endurance: ${String(error.message).split('\n')[0]}`,
      });
    } finally {
      actor.close();
    }
  }
}
