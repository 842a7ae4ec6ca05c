// Finds the weights of a model for the names that Keras 2 and TensorFlow.js give them: the layer's name and the weight's
// name, with various names between and before them, such as `bidirectional/forward_lstm/lstm_cell/kernel`.
import { core } from '../../../boundary/core.js';
import { infoOf, objectsOf, type CoreObject } from '../../../boundary/registry.js';
import type { RawObject, RawVariable } from '../../../boundary/raw.js';
import { matchPaths, type Matches } from '../../match_paths.js';
import { isSameShape, type ModelWeight } from '../../model_weights.js';
import type { NamedArrays } from '../../named_arrays.js';

/** A layer that is not a model, with its weights: trainable ones first, as in files. */
interface Leaf {
  readonly name: string;
  /** Names of the models that the layer is in, from the outside. */
  readonly models: readonly string[];
  readonly weights: readonly ModelWeight[];
}

/**
 * Matches the names of a file with weights, layer by layer. In a layer the weights have the file's order, trainable ones
 * first, unless their last names say otherwise.
 */
export function matchLayers(
  arrays: NamedArrays,
  weights: readonly ModelWeight[],
  model: RawObject,
): Matches {
  const leaves = leavesOf(model, weights);
  const namesOf = new Map<Leaf, string[]>(leaves.map((leaf) => [leaf, []]));
  const unexpected: string[] = [];
  for (const name of arrays.infos.keys()) {
    const leaf = ownerOf(name, leaves);
    if (leaf) namesOf.get(leaf)!.push(name);
    else unexpected.push(name);
  }
  const nameOf = new Map<ModelWeight, string>();
  for (const [leaf, names] of namesOf) {
    const inOrder = ordered(leaf, names, arrays);
    leaf.weights.forEach((weight, i) => inOrder[i] !== undefined && nameOf.set(weight, inOrder[i]));
    unexpected.push(...names.filter((name) => !inOrder.includes(name)));
  }
  // Layers of a model inside a wrapper: their names lack the wrapper's.
  const rest = matchPaths(
    unexpected,
    weights.filter((weight) => !nameOf.has(weight)),
  );
  return { nameOf: new Map([...nameOf, ...rest.nameOf]), unexpected: rest.unexpected };
}

const MODELS: readonly string[] = ['model', 'sequential', 'functional'];

function leavesOf(model: RawObject, weights: readonly ModelWeight[]): Leaf[] {
  const byId = new Map(weights.map((weight) => [weight.id, weight]));
  const found = new Map<CoreObject, Leaf>(); // a shared layer once
  const visit = (raw: RawObject, models: readonly string[]): void => {
    for (const layer of objectsOf(core().modelLayers(raw))) {
      const name = core().operationName(layer.raw);
      if (MODELS.includes(infoOf(layer.raw).kind)) visit(layer.raw, [...models, name]);
      else if (!found.has(layer))
        found.set(layer, { name, models, weights: weightsOf(layer.raw, byId) });
    }
  };
  visit(model, []);
  return [...found.values()].filter((leaf) => leaf.weights.length > 0);
}

function weightsOf(layer: RawObject, byId: ReadonlyMap<number, ModelWeight>): ModelWeight[] {
  return ['trainable', 'nonTrainable']
    .flatMap((which) => core().layerVariables(layer, which))
    .map((raw) => byId.get(idOf(raw))!);
}

function idOf(raw: RawVariable): number {
  try {
    return (JSON.parse(core().variableInfo(raw)) as { id: number }).id;
  } finally {
    raw.delete();
  }
}

// The layer whose name is a component of the name; of several, the one whose models' names are components, too.
function ownerOf(name: string, leaves: readonly Leaf[]): Leaf | undefined {
  const steps = name.split('/').slice(0, -1);
  const owners = leaves.filter((leaf) => steps.includes(leaf.name));
  if (owners.length < 2) return owners[0];
  const shared = ({ models }: Leaf): number => models.filter((each) => steps.includes(each)).length;
  const position = (leaf: Leaf): number => steps.indexOf(leaf.name);
  // A layer's name comes before the names of its parts, which may be names of other layers.
  return [...owners].sort((a, b) => shared(b) - shared(a) || position(a) - position(b))[0];
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

// The names in the order of the layer's weights.
function ordered(
  leaf: Leaf,
  names: readonly string[],
  { infos }: NamedArrays,
): (string | undefined)[] {
  const rest = [...names];
  const take = (fits: (name: string) => boolean): string | undefined => {
    const i = rest.findIndex(fits);
    return i < 0 ? undefined : rest.splice(i, 1)[0];
  };
  const byName = leaf.weights.map(({ path }) => take((name) => lastOf(name) === lastOf(path)));
  if (!byName.includes(undefined)) return byName;
  const hasShape = (name: string, i: number): boolean =>
    isSameShape(infos.get(name)!.shape, leaf.weights[i]!.shape);
  const isComplete = names.length === leaf.weights.length && names.every(hasShape);
  return isComplete ? [...names] : byName;
}
