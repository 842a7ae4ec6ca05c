// The inputs of a model by name, and how data is nested for `predict`.
import type { DType, KerasTensor, Model, ModelData, Shape, Tensor } from '../index.js';
import { CommandError } from './failure.js';

/** One input. */
export interface ModelInput {
  readonly name: string;
  /** The shape of a sample; undefined when the model does not state it. */
  readonly shape: Shape | undefined;
  readonly dtype: DType;
}

type Tree = KerasTensor | readonly Tree[] | { readonly [key: string]: Tree };

const isLeaf = (tree: Tree): tree is KerasTensor => 'dtype' in tree && 'shape' in tree;

/** The inputs of a model, in the order of its structure. */
export class ModelInputs {
  readonly all: readonly ModelInput[];
  /** The number of samples that the model takes at once; undefined when it takes any. */
  readonly batchSize: number | undefined;
  readonly #tree: Tree | undefined;

  constructor(model: Model) {
    this.#tree = treeOf(model);
    const found: ModelInput[] = [];
    let batchSize: number | undefined;
    const visit = (tree: Tree, key: string | undefined): void => {
      if (isLeaf(tree)) {
        const [batch, ...shape] = tree.shape;
        batchSize = batch ?? batchSize;
        found.push({ name: key ?? tree.name, shape, dtype: tree.dtype });
      } else
        for (const [name, each] of Object.entries(tree))
          visit(each, Array.isArray(tree) ? undefined : name);
    };
    if (this.#tree) visit(this.#tree, undefined);
    else found.push({ name: 'input', shape: undefined, dtype: 'float32' });
    this.all = found;
    this.batchSize = batchSize;
  }

  /** The tensors, one for each input, nested as the model takes them. */
  nest(tensors: readonly Tensor[]): ModelData {
    let at = 0;
    const build = (tree: Tree): ModelData => {
      if (isLeaf(tree)) return tensors[at++]!;
      if (Array.isArray(tree)) return (tree as Tree[]).map(build);
      return Object.fromEntries(Object.entries(tree).map(([key, each]) => [key, build(each)]));
    };
    return this.#tree ? build(this.#tree) : tensors[0]!;
  }

  /** Values by name in the order of the inputs. CommandError for missing and unknown names. */
  inOrder<T>(byName: ReadonlyMap<string, T>): T[] {
    const names = this.all.map(({ name }) => name);
    const unknown = [...byName.keys()].filter((name) => !names.includes(name));
    const missing = names.filter((name) => !byName.has(name));
    if (unknown.length + missing.length > 0)
      throw new CommandError(
        `The model has the inputs ${names.join(', ')}. ` +
          (missing.length > 0 ? `Missing: ${missing.join(', ')}. ` : '') +
          (unknown.length > 0 ? `Unknown: ${unknown.join(', ')}.` : ''),
      );
    return names.map((name) => byName.get(name)!);
  }
}

function treeOf(model: Model): Tree | undefined {
  try {
    return model.input;
  } catch {
    return undefined; // a subclassed model, which takes what its call takes
  }
}

/** Whether a sample fits: unknown sizes fit any. */
export const fits = (shape: readonly number[], { shape: wanted }: ModelInput): boolean =>
  wanted === undefined ||
  (shape.length === wanted.length &&
    wanted.every((dim, axis) => dim === null || dim === shape[axis]));

/** A shape as Keras prints it. */
export const shapeText = (shape: Shape): string =>
  `(${shape.map((dim) => dim ?? 'None').join(', ')}${shape.length === 1 ? ',' : ''})`;
