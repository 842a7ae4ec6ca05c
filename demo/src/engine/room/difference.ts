// What an edit did to the layers of a model, from the package's diffModels.
import type { LayerDiff, Model } from 'keras-wasm';
import type { Change, Difference } from '../../types.js';
import { keras } from './package.js';

// Lines of text that are shown: thousands would slow the page down unread.
const longestText = 400;

/** Compares a model with a clone of it. */
export function compareModels(original: Model, clone: Model): Difference {
  const diff = keras.diffModels(original, clone);
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
  return { ...marks, was, text: cut(String(diff)) };
}

function cut(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= longestText) return text;
  const more = (lines.length - longestText).toLocaleString('en');
  return `${lines.slice(0, longestText).join('\n')}\n… and ${more} more lines`;
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
