// What an edit did to the layers of a model, from the package's diffModels.
import { diffModels, type LayerDiff, type Model } from 'keras-wasm';
import type { Change, Difference } from '../types.js';

/** Compares a model with a clone of it. */
export function compareModels(original: Model, clone: Model): Difference {
  const diff = diffModels(original, clone);
  const marks = { original: new Map<string, Change>(), clone: new Map<string, Change>() };
  const was = new Map<string, string>();
  for (const layer of diff.layers) {
    const change = changeOf(layer);
    const before = layer.was ?? layer.layer;
    if (before !== layer.layer) was.set(layer.layer, before);
    if (change !== 'added') marks.original.set(before, change);
    if (change !== 'removed') marks.clone.set(layer.layer, change);
  }
  for (const map of [marks.original, marks.clone]) markOwners(map);
  return { ...marks, was, text: String(diff) };
}

function changeOf({ kind, config, inputs, was }: LayerDiff): Change {
  if (kind !== 'changed') return kind;
  if (config.length > 0 || was !== undefined) return 'changed';
  return inputs ? 'rewired' : 'weights';
}

// A nested model that is collapsed shows that something inside it differs.
function markOwners(marks: Map<string, Change>): void {
  for (const [path, change] of [...marks]) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const owner = path.slice(0, end);
      if (!marks.has(owner)) marks.set(owner, change === 'weights' ? 'weights' : 'changed');
    }
  }
}
