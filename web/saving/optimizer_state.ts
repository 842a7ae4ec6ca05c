// What a file has of the optimizer's state: nothing here uses it, but training goes on from it in Python. It is kept
// beside the model it came with, and written again.
import type { Model } from '../models/model.js';
import type { GroupToWrite } from './formats/hdf5/h5wasm_file.js';
import type { StoredArray, WeightFile } from './weight_file.js';
import { groupAt } from './weights.js';

// Of the optimizer, and of the one that a LossScaleOptimizer is around.
const PLACES = ['optimizer/vars', 'optimizer/inner_optimizer/vars'];

const states = new WeakMap<Model, ReadonlyMap<string, GroupToWrite>>();

/** Keeps what the file has, as copies. */
export function readOptimizerState(file: WeightFile): ReadonlyMap<string, GroupToWrite> {
  const groups = new Map<string, GroupToWrite>();
  for (const place of PLACES.filter((path) => file.has(path))) {
    const copy = (name: string): StoredArray => {
      const { shape, dtype, bytes } = file.read(`${place}/${name}`);
      return { shape, dtype, bytes: bytes.slice() };
    };
    const name = file.attribute(place, 'name');
    groups.set(place, {
      ...(typeof name === 'string' ? { attributes: { name } } : {}),
      arrays: new Map(file.keys(place).map((key) => [key, copy(key)])),
    });
  }
  return groups;
}

/** From now on the state belongs to the model. */
export function keepOptimizerState(model: Model, state: ReadonlyMap<string, GroupToWrite>): void {
  if (state.size > 0) states.set(model, state);
}

/** Adds the state to what is written, unless the model is not compiled any more. */
export function addOptimizerState(model: Model, root: GroupToWrite): void {
  if (model.compileConfig === null) return;
  for (const [place, group] of states.get(model) ?? []) {
    Object.assign(groupAt(root, place), group);
  }
}
