// model.getStateTree: the weights of a model in plain objects.

import { ValueError } from '../errors/errors.js';
import type { TensorData } from '../tensors/data.js';
import { own, put } from '../boundary/members.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Variable } from '../tensors/variable.js';

/** Values by the parts of their paths: `tree.dense.kernel`. Every part is an own member, even `__proto__`. */
export interface VariableTree<T = Tensor> {
  readonly [name: string]: T | VariableTree<T>;
}

/** The weights of a model: `tree.trainable_variables.dense.kernel`. */
export interface StateTree {
  readonly trainable_variables: VariableTree;
  readonly non_trainable_variables: VariableTree;
}

type Variables = readonly Variable[];

/** The values of the variables by their paths. ValueError for a duplicate path. */
export function treeOf(variables: Variables): VariableTree {
  const seen = new Set<string>();
  const tree: Record<string, unknown> = {};
  for (const variable of variables) {
    const { path } = variable;
    if (seen.has(path))
      throw new ValueError(
        `The following variable path is found twice in the model: '${path}'. \`get_state_tree()\` can only be called when all variable paths are unique. Make sure to give unique names to your layers (and other objects).`,
      );
    seen.add(path);
    const steps = path.split('/');
    const name = steps.pop()!;
    const branch = steps.reduce((at, step) => {
      if (!Object.hasOwn(at, step)) put<unknown>(at, step, {});
      return at[step] as Record<string, unknown>;
    }, tree);
    put(branch, name, variable.value());
  }
  return tree as VariableTree;
}

/** Assigns the values at the paths of the variables. Variables without one keep their value. */
export function assignTree(variables: Variables, tree: VariableTree<Tensor | TensorData>): void {
  for (const variable of variables) {
    const found = variable.path
      .split('/')
      .reduce<unknown>(
        (at, step) =>
          typeof at === 'object' && at !== null
            ? own(at as Record<string, unknown>, step)
            : undefined,
        tree,
      );
    if (found !== undefined) variable.assign(found as Tensor | TensorData);
  }
}
