// jvp: forward-mode derivatives (keras/src/ops/linalg.py). While the function runs, each operation on a tensor with a
// tangent also computes the tangent of its result: the core calls the rules of tangents/ (src/ops/table/tangent_rules.h).

import { core, isRunning } from '../boundary/core.js';
import { KerasTensor, Tensor } from '../tensors/tensor.js';
import { withoutMoves } from '../tensors/tensor_content.js';
import type { TensorTree } from '../tensors/tree.js';
import { KerasTypeError, NotImplementedError, ValueError } from '../errors/errors.js';
import type { TensorLike } from './call.js';
import { convertToTensor, copy, zerosLike } from './generated.js';
import { mapTensors, tangentOf } from './tangents/rule.js';
import { installRules } from './tangents/rules.js';

/** Options of `jvp`. */
export interface JvpOptions {
  /** Whether the function returns a pair, whose second item is passed on as it is. By default `false`. */
  hasAux?: boolean;
}

/** A tensor that the function gets, and its tangent. */
type Pair = readonly [x: Tensor, tangent: Tensor];

function hasTensor(value: unknown, test: (x: Tensor) => boolean): boolean {
  let found = false;
  mapTensors(value, (x) => {
    found ||= test(x);
    return x;
  });
  return found;
}

// Bare shapes, with which layers of JavaScript infer theirs, have no names.
const isOfGraph = (x: Tensor): boolean => x instanceof KerasTensor && x.name !== '';
const isShape = (x: Tensor): boolean => x instanceof KerasTensor && x.name === '';

const isLeaf = (value: unknown): boolean =>
  value instanceof Tensor || typeof value === 'number' || ArrayBuffer.isView(value);

/** New tensors for those of `primal`, in its structure; appends them and their tangents to `pairs`. */
function paired(pairs: Pair[], primal: unknown, tangent: unknown): unknown {
  if (isLeaf(primal)) {
    const pair = pairOf(primal as TensorLike, tangent as TensorLike);
    pairs.push(pair);
    return pair[0];
  }
  if (typeof primal !== 'object' || primal === null || typeof tangent !== 'object' || !tangent)
    throw new ValueError('`primals` of jvp() must consist of tensors and numbers.');
  if (Object.keys(tangent).join() !== Object.keys(primal).join())
    throw new ValueError('jvp() received `primals` and `tangents` of different structures.');
  const items = Object.entries(primal).map(
    ([key, item]) => [key, paired(pairs, item, (tangent as Record<string, unknown>)[key])] as const,
  );
  return Array.isArray(primal) ? items.map(([, item]) => item) : Object.fromEntries(items);
}

function pairOf(primal: TensorLike, tangent: TensorLike): Pair {
  // JavaScript does not distinguish integers from floats.
  const given = convertToTensor(primal, typeof primal === 'number' ? 'float32' : null);
  if (!/float|complex/.test(given.dtype))
    throw new KerasTypeError(
      'primal and tangent arguments to jax.jvp do not match; dtypes must be equal, or in case of int/bool primal dtype the ' +
        `tangent dtype must be float0. Got primal dtype ${given.dtype}: let the function refer to it instead.`,
    );
  const x = given === primal ? copy(given) : given;
  const direction = convertToTensor(tangent, x.dtype);
  if (x.shape.join() !== direction.shape.join())
    throw new ValueError(
      `jvp called with different primal and tangent shapes; Got primal shape (${x.shape.join(', ')}) and tangent ` +
        `shape as (${direction.shape.join(', ')})`,
    );
  return [x, direction];
}

let depth = 0;

/** Refuses tensors with tangents, for what computes outside of the operations that have rules. @internal */
export function refuseTangents(name: string, value: unknown): void {
  if (depth > 0 && hasTensor(value, (x) => tangentOf(x) !== null))
    throw new NotImplementedError(`jvp() does not differentiate ${name}.`);
}

/**
 * The value of a function, and its derivative along a direction: a Jacobian times a vector.
 *
 * The function is called once, and may branch on the data of its tensors. It may call operations of `ops`, layers and
 * models, built in or written in JavaScript; their weights are constants. Operations on integers, and those that JAX
 * considers constant (`floor`, `round`, `sign`, `stopGradient`), give derivatives of zero.
 *
 * @param fun takes the items of `primals` and returns a tensor, or arrays or objects of tensors.
 * @param primals where to differentiate: an array with one entry for each parameter.
 * @param tangents the direction, in the structure and the shapes of `primals`.
 * @returns what `fun` returns, and its derivative in the same structure; with `hasAux`, also the second item.
 * @throws NotImplementedError for what JAX does not differentiate (`eig`, `qr` of wide matrices), for layers of quantized
 *   weights, for `model.predict()` and for KerasTensors.
 * @throws KerasTypeError for `primals` of integers.
 * @throws ValueError when shapes or structures of `primals` and `tangents` differ.
 */
export function jvp<R extends TensorTree = Tensor>(
  fun: (...args: never[]) => unknown,
  primals: readonly unknown[],
  tangents: readonly unknown[],
  { hasAux = false }: JvpOptions = {},
): [primalsOut: R, tangentsOut: R, ...aux: unknown[]] {
  if (typeof fun !== 'function')
    throw new ValueError(`Argument \`fun\` of jvp() must be callable. Received: ${String(fun)}`);
  if (!Array.isArray(primals) || !Array.isArray(tangents) || primals.length !== tangents.length)
    throw new ValueError('`primals` and `tangents` of jvp() must be arrays of the same length.');
  if (hasTensor([primals, tangents], isOfGraph))
    throw new NotImplementedError(
      'jvp() of KerasTensors would put a JavaScript function into the graph, which no config can hold. Call it in the ' +
        '`call` of a layer of your own, or in the function of a Lambda layer.',
    );
  installRules();
  return withoutMoves(() => {
    const split = (returned: unknown): [value: unknown, aux: unknown[]] => {
      if (!hasAux) return [returned, []];
      if (Array.isArray(returned) && returned.length === 2) return [returned[0], [returned[1]]];
      throw new ValueError('With `hasAux`, the function of jvp() must return a pair.');
    };
    if (hasTensor(primals, isShape)) {
      const [value, aux] = split(fun(...(primals as never[])));
      return [value as R, mapTensors(value, (x) => zerosLike(x)) as R, ...aux];
    }
    const pairs: Pair[] = [];
    const args = primals.map((primal, i) => paired(pairs, primal, tangents[i]));
    core().tangentsBegin();
    ++depth;
    try {
      for (const [x, tangent] of pairs) core().tangentsSet(x.raw, tangent.raw);
      const [value, aux] = split(fun(...(args as never[])));
      const derivative = mapTensors(value, (x) => tangentOf(x) ?? zerosLike(x));
      return [value as R, derivative as R, ...aux];
    } finally {
      --depth;
      if (isRunning()) core().tangentsEnd();
    }
  });
}
