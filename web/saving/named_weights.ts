// Weights in files of arrays by name: each array is called like the path of its weight (`dense/kernel`), like a list of
// `model.get_weights()` in NumPy (`arr_0`), like the objects in Keras's own files (`layers/dense/vars/0`), or as a mapping says.
import { core } from '../boundary/core.js';
import { didYouMean } from '../boundary/names.js';
import type { RawObject } from '../boundary/raw.js';
import { ValueError } from '../errors/errors.js';
import { warn } from '../errors/warnings.js';
import type { RestoreOptions, SavedWeights } from './formats/file_format.js';
import { byPath, isSameShape, shapeText, withWeights, type ModelWeight } from './model_weights.js';
import { matchPaths, type Matches } from './match_paths.js';
import { nameOf, targetOf, type LoadMapping, type SaveMapping } from './name_mapping.js';
import { treeOf, type NamedArray, type NamedArrays } from './named_arrays.js';
import { objectWeights } from './object_weights.js';

/** Finds the weights for the names of a file that lacks names of Keras's objects. */
export type NameMatcher = (
  arrays: NamedArrays,
  weights: readonly ModelWeight[],
  model: RawObject,
) => Matches;

/** The weights of a file of arrays by name. */
export const namedWeights = (arrays: NamedArrays, matchNames?: NameMatcher): SavedWeights => ({
  options: ['objectsToSkip', 'mapping'],
  ...(matchNames ? {} : { openReader: () => Promise.resolve(treeOf(arrays)) }),
  restore: (model, options) =>
    restoreNamedWeights(model, arrays, matchNames ?? matchPositionsOrPaths, options),
  close: () => undefined,
});

async function restoreNamedWeights(
  model: RawObject,
  arrays: NamedArrays,
  matchNames: NameMatcher,
  options: RestoreOptions,
): Promise<string[]> {
  const names = [...arrays.infos.keys()];
  if (options.mapping === undefined && names.length > 0 && names.every(isObjectPath))
    return await objectWeights(treeOf(arrays)).restore(model, options);
  return await withWeights(model, options.skip ?? [], async (weights) => {
    const matches =
      options.mapping === undefined
        ? matchNames(arrays, weights, model)
        : matchMapped(arrays, weights, options.mapping);
    return await assignMatches(arrays, weights, matches, options);
  });
}

const isObjectPath = (name: string): boolean => /^(.+\/)?vars\/[^/]+$/.test(name);

const matchPositionsOrPaths: NameMatcher = ({ infos }, weights, model) => {
  const names = [...infos.keys()];
  return inPosition(names, weights, core().operationName(model)) ?? matchPaths(names, weights);
};

// As numpy.savez names arrays that are passed by position. Undefined for other names.
function inPosition(
  names: readonly string[],
  weights: readonly ModelWeight[],
  model: string,
): Matches | undefined {
  const known = new Set(names);
  const isList = names.length > 0 && names.every((_, index) => known.has(`arr_${index}`));
  if (!isList) return undefined;
  if (names.length !== weights.length)
    throw new ValueError(
      `You called \`set_weights(weights)\` on layer '${model}' with a weight list of length ${names.length}, but the layer was expecting ${weights.length} weights.`,
    );
  return {
    nameOf: new Map(weights.map((weight) => [weight, `arr_${weight.index}`])),
    unexpected: [],
  };
}

function matchMapped(
  arrays: NamedArrays,
  weights: readonly ModelWeight[],
  mapping: LoadMapping,
): Matches {
  const nameOf = new Map<ModelWeight, string>();
  let paths: ReadonlyMap<string, ModelWeight> | undefined;
  for (const [name, info] of arrays.infos) {
    const target = targetOf(mapping, name, info);
    if (target === null) continue;
    const weight =
      typeof target === 'number' ? weights[target] : (paths ??= byPath(weights)).get(target);
    if (weight === undefined) throw noSuchWeight(name, target, weights);
    const other = nameOf.get(weight);
    if (other !== undefined)
      throw new ValueError(
        `\`mapping\` gives '${weight.path}' two arrays: '${other}' and '${name}'.`,
      );
    nameOf.set(weight, name);
  }
  return { nameOf, unexpected: [] };
}

function noSuchWeight(
  name: string,
  target: string | number,
  weights: readonly ModelWeight[],
): ValueError {
  const hint =
    typeof target === 'number'
      ? ` It has ${weights.length}.`
      : didYouMean(
          target,
          weights.map(({ path }) => path),
        );
  const which = typeof target === 'number' ? `index ${target}` : `the path '${target}'`;
  return new ValueError(
    `\`mapping\` returned ${which} for '${name}', and the model has no such weight.${hint}`,
  );
}

/**
 * Assigns the arrays to the weights. Nothing is assigned when one does not fit, unless `skipMismatch` is set.
 *
 * @returns the names of layers with weights that were left unchanged.
 */
async function assignMatches(
  arrays: NamedArrays,
  weights: readonly ModelWeight[],
  { nameOf, unexpected }: Matches,
  { skipMismatch = false, onProgress }: RestoreOptions,
): Promise<string[]> {
  const wanted = weights.filter(({ isSkipped }) => !isSkipped);
  const fits = (weight: ModelWeight): boolean => {
    const name = nameOf.get(weight);
    return name !== undefined && isSameShape(weight.shape, arrays.infos.get(name)!.shape);
  };
  const failed = wanted.filter((weight) => !fits(weight));
  if (failed.length > 0 || unexpected.length > 0) {
    const message = describeMismatch(arrays, weights, failed, { nameOf, unexpected });
    if (!skipMismatch) throw new ValueError(message);
    warn(message);
  }
  const fitting = wanted.filter(fits);
  for (const [done, weight] of fitting.entries()) {
    weight.assign(await arrays.read(nameOf.get(weight)!));
    onProgress?.(done + 1, fitting.length);
  }
  return [...new Set(failed.map(({ path }) => path.split('/').at(-2) ?? path))];
}

/** Longest name that is compared for suggestions: files may have names of megabytes. */
const MOST_COMPARED = 200;
/** How many names a message lists. */
const MOST_LISTED = 5;

function listed(names: readonly string[]): string {
  const some = names.slice(0, MOST_LISTED).map((name) => `'${name}'`);
  const left = names.length - some.length;
  return some.join(', ') + (left > 0 ? ` and ${left} more` : '');
}

function describeMismatch(
  { infos }: NamedArrays,
  weights: readonly ModelWeight[],
  failed: readonly ModelWeight[],
  { nameOf, unexpected }: Matches,
): string {
  const missing = failed.filter((weight) => !nameOf.has(weight)).map(({ path }) => path);
  const shapes = failed
    .filter((weight) => nameOf.has(weight))
    .map((weight) => {
      const name = nameOf.get(weight)!;
      return `'${weight.path}' expects shape ${shapeText(weight.shape)}, and '${name}' has shape ${shapeText(infos.get(name)!.shape)}`;
    });
  const left = shapes.length - MOST_LISTED;
  const parts = [
    ...(missing.length > 0 ? [`the file has no array for ${listed(missing)}`] : []),
    ...(unexpected.length > 0 ? [`the model has no weight for ${listed(unexpected)}`] : []),
    ...shapes.slice(0, MOST_LISTED),
    ...(left > 0 ? [`${left} more shapes differ`] : []),
  ];
  const first = unexpected[0];
  const hint =
    first === undefined || first.length > MOST_COMPARED
      ? ''
      : didYouMean(
          first,
          weights.map(({ path }) => path),
        );
  const advice = unexpected.length > 0 ? ' `mapping` translates names to paths of weights.' : '';
  return `The file's arrays do not fit the weights of the model: ${parts.join('; ')}.${hint}${advice}`;
}

/** The weights of a model as arrays, each called like its path or as the mapping says. `skip` are ids of layers. */
export async function namedArraysOf(
  model: RawObject,
  skip: readonly number[],
  mapping: SaveMapping | undefined,
): Promise<NamedArray[]> {
  return await withWeights(model, skip, (weights) => {
    const saved = weights.filter(({ isSkipped }) => !isSkipped);
    if (mapping === undefined) byPath(saved);
    const arrays = new Map<string, NamedArray>();
    for (const weight of saved) {
      const { path, index } = weight;
      const name = mapping === undefined ? path : nameOf(mapping, path, index);
      if (name === null) continue;
      if (name === '' || arrays.has(name))
        throw new ValueError(
          name === ''
            ? `\`mapping\` returned an empty name for '${path}'.`
            : `\`mapping\` returned the name '${name}' for two weights; one is '${path}'.`,
        );
      arrays.set(name, { name, ...weight.value() });
    }
    return [...arrays.values()];
  });
}
