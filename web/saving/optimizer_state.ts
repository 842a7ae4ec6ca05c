// The optimizer's state in a file. Nothing here uses it, but training continues from it in Python: it is kept beside the
// model it was loaded with, and saved with that model again.
import type { SavableModel } from './savable_model.js';
import { readArray, type StoredArray } from './stored_array.js';
import type { WeightReader } from './weight_reader.js';
import type { WeightWriter } from './weight_writer.js';

// The variables of the optimizer, and of the optimizer inside a LossScaleOptimizer.
const GROUPS = ['optimizer/vars', 'optimizer/inner_optimizer/vars'];

interface OptimizerGroup {
  readonly path: string;
  readonly name: string | undefined;
  readonly arrays: readonly (readonly [path: string, array: StoredArray])[];
}

export type OptimizerState = readonly OptimizerGroup[];

const states = new WeakMap<SavableModel, OptimizerState>();

/** Copies the optimizer's state out of a file; empty when there is none. */
export async function readOptimizerState(reader: WeightReader): Promise<OptimizerState> {
  const groups: OptimizerGroup[] = [];
  for (const path of GROUPS) {
    if (!(await reader.has(path))) continue;
    const name = await reader.attribute(path, 'name');
    const arrays: [string, StoredArray][] = [];
    for (const key of await reader.keys(path)) {
      const each = `${path}/${key}`;
      arrays.push([each, await readArray(await reader.find(each))]);
    }
    groups.push({ path, name: typeof name === 'string' ? name : undefined, arrays });
  }
  return groups;
}

/** Keeps the state for when the model is saved. */
export function keepOptimizerState(model: SavableModel, state: OptimizerState): void {
  if (state.length > 0) states.set(model, state);
}

/** Writes the kept state, unless the model is no longer compiled. */
export function writeOptimizerState(model: SavableModel, writer: WeightWriter<unknown>): void {
  if (model.compileConfig === null) return;
  for (const { path, name, arrays } of states.get(model) ?? []) {
    if (name !== undefined) writer.attribute(path, 'name', name);
    for (const [each, array] of arrays) writer.write(each, array);
  }
}
