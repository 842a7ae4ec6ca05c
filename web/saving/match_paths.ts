// Finds the weights that the names of arrays stand for, where the names are paths of weights.
import { byPath, type ModelWeight } from './model_weights.js';

/** Which array each weight receives, and the arrays that no weight receives. */
export interface Matches {
  readonly nameOf: ReadonlyMap<ModelWeight, string>;
  readonly unexpected: readonly string[];
}

/**
 * Matches names with the paths of weights, first equal ones. Of the rest, a name and a path match when one continues the
 * other to the left, `model/dense/kernel` and `dense/kernel`: Keras puts the model's name before the paths of weights that
 * are created when the model is built, but not before the weights of layers that were built earlier, as when a config is revived.
 */
export function matchPaths(names: readonly string[], weights: readonly ModelWeight[]): Matches {
  const targets = byPath(weights);
  const nameOf = new Map<ModelWeight, string>();
  const rest: string[] = [];
  for (const name of names) {
    const weight = targets.get(name);
    if (weight) nameOf.set(weight, name);
    else rest.push(name);
  }
  const open = [...targets].filter(([, weight]) => !nameOf.has(weight)).map(([path]) => path);
  const found = new Map(continuations(rest, open));
  for (const [name, path] of found) nameOf.set(targets.get(path)!, name);
  return { nameOf, unexpected: rest.filter((name) => !found.has(name)) };
}

// The pairs of a name and a path of which one ends in the other, where both have only this match.
function continuations(
  names: readonly string[],
  paths: readonly string[],
): [name: string, path: string][] {
  const pathsOf = (name: string): string[] => [
    ...endingsOf(name).filter((ending) => isPath.has(ending)),
    ...(longerPaths.get(name) ?? []),
  ];
  const isPath = new Set(paths);
  const longerPaths = byEnding(paths);
  const longerNames = byEnding(names);
  const isName = new Set(names);
  const namesOf = (path: string): string[] => [
    ...endingsOf(path).filter((ending) => isName.has(ending)),
    ...(longerNames.get(path) ?? []),
  ];
  return names.flatMap((name): [string, string][] => {
    const [path, ...others] = pathsOf(name);
    if (path === undefined || others.length > 0 || namesOf(path).length !== 1) return [];
    return [[name, path]];
  });
}

function byEnding(all: readonly string[]): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  for (const each of all)
    for (const ending of endingsOf(each)) {
      const known = found.get(ending);
      if (known) known.push(each);
      else found.set(ending, [each]);
    }
  return found;
}

/** Components of a name that can be left out. */
const MOST_LEFT_OUT = 16;

// `a/b/c` ends in `b/c` and `c`.
function endingsOf(name: string): string[] {
  const endings: string[] = [];
  let at = name.indexOf('/');
  for (; at >= 0 && endings.length < MOST_LEFT_OUT; at = name.indexOf('/', at + 1))
    endings.push(name.slice(at + 1));
  return endings;
}
