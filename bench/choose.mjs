// Filters of the command line.
import { StepError } from '../tools/lib/process.mjs';

/**
 * The items that a comma-separated list names; all of them without a list. `rank` says how well an item matches a word;
 * of the items that match a word, only those with the highest rank are chosen. A word without a match is an error.
 */
export function choose(items, list, what, rank = (item, word) => Number(item.name === word)) {
  if (list === undefined) return items;
  const chosen = new Set();
  for (const word of list.split(',').filter(Boolean)) {
    const best = Math.max(...items.map((item) => rank(item, word)));
    if (best === 0) {
      const names = items.map(({ name }) => name).join(', ');
      throw new StepError(`No such ${what}: ${word}. There are: ${names}`);
    }
    for (const item of items) if (rank(item, word) === best) chosen.add(item);
  }
  return items.filter((item) => chosen.has(item));
}
