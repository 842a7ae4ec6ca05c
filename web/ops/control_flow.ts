// The functions of keras.ops that take functions (keras/src/ops/core.py). Loops run in JavaScript, step by step.

import { core } from '../boundary/core.js';
import { KerasTensor, type Tensor } from '../tensors/tensor.js';
import type { TensorTree } from '../tensors/tree.js';
import { NotImplementedError, ValueError } from '../errors/errors.js';
import { getItem } from './get_item.js';
import { concatenate, convertToTensor, flip, stack } from './generated.js';
import type { Scalar, TensorLike } from './call.js';
import { slice } from '../boundary/python_values.js';

/** What `cond`, `whileLoop` and others test: a boolean or a tensor of one. */
export type Condition = boolean | number | Tensor;

type Tree = TensorTree;
type Leaf = Tensor | null;

function isTree(value: unknown): value is readonly Tree[] | Readonly<Record<string, Tree>> {
  if (Array.isArray(value)) return true;
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

/** Calls `f` with the leaves at the same place of trees of one structure. */
function mapTrees(name: string, trees: readonly Tree[], f: (leaves: Leaf[]) => Leaf): Tree {
  const [first] = trees;
  if (!isTree(first)) {
    if (trees.some(isTree)) throw differentStructures(name);
    return f(trees as readonly Leaf[] as Leaf[]);
  }
  const keys = Object.keys(first);
  const rows = trees.map((tree) => {
    if (!isTree(tree) || Array.isArray(tree) !== Array.isArray(first))
      throw differentStructures(name);
    const entries = tree as Readonly<Record<string, Tree>>;
    if (Object.keys(entries).join() !== keys.join()) throw differentStructures(name);
    return entries;
  });
  const items = keys.map((key) =>
    mapTrees(
      name,
      rows.map((row) => row[key]!),
      f,
    ),
  );
  if (Array.isArray(first)) return items;
  return Object.fromEntries(keys.map((key, i) => [key, items[i]!]));
}

const differentStructures = (name: string) =>
  new ValueError(`${name}() received trees of different structures.`);

function leavesOf(tree: Tree): Tensor[] {
  if (isTree(tree)) return Object.values(tree).flatMap(leavesOf);
  return tree === null ? [] : [tree];
}

const asTree = (name: string, value: unknown): Tree =>
  mapTrees(name, [value as Tree], ([leaf]) =>
    leaf === null || leaf === undefined ? null : convertToTensor(leaf),
  );

/** The common size of all leaves along an axis. */
function lengthOf(name: string, tree: Tree, axis = 0): number {
  const sizes = new Set(
    leavesOf(tree).map((leaf) => {
      if (leaf.rank === 0) throw new ValueError(`${name}() needs tensors with at least one axis.`);
      return leaf.shape.at(axis);
    }),
  );
  const [size] = sizes;
  if (sizes.size !== 1 || size === null || size === undefined)
    throw new ValueError(
      `${name}() needs tensors of one known size along the axis. Received sizes: ${[...sizes].join(', ')}`,
    );
  return size;
}

const rowOf = (name: string, tree: Tree, index: number): Tree =>
  mapTrees(name, [tree], ([leaf]) => (leaf ? getItem(leaf, index) : null));

function stacked(name: string, rows: readonly Tree[]): Tree {
  return mapTrees(name, rows, (leaves) =>
    leaves[0] === null ? null : stack(leaves as TensorLike as readonly Tensor[]),
  );
}

function checkFunction(name: string, parameter: string, value: unknown): void {
  if (typeof value !== 'function')
    throw new ValueError(
      `Argument \`${parameter}\` of ${name}() must be callable. Received: ${String(value)}`,
    );
}

/** The value of a condition or an index, which must be known. */
function valueOf(name: string, value: Condition | Scalar): number {
  if (typeof value === 'boolean' || typeof value === 'number') return Number(value);
  if (value instanceof KerasTensor) {
    core().tensorMissingData(''); // a layer that infers shapes may still run on data
    throw new NotImplementedError(
      `${name}() of a KerasTensor would put JavaScript functions into the graph, which no config can hold. Call it in ` +
        'the `call` of a layer of your own, or in the function of a Lambda layer.',
    );
  }
  if (value.size !== 1)
    throw new ValueError(
      `${name}() needs a tensor of one element. Received shape: [${value.shape.join(', ')}]`,
    );
  return Number(value.data()[0]);
}

/**
 * Calls `trueFn` or `falseFn`, as `pred` says.
 *
 * @throws NotImplementedError when `pred` is a KerasTensor: functions are not part of configs.
 */
export function cond<T extends TensorTree>(pred: Condition, trueFn: () => T, falseFn: () => T): T {
  checkFunction('cond', 'true_fn', trueFn);
  checkFunction('cond', 'false_fn', falseFn);
  return valueOf('cond', pred) !== 0 ? trueFn() : falseFn();
}

/** Calls the branch with that index, clamped to the existing ones, with the operands. */
function switchCase<T extends TensorTree, A extends unknown[]>(
  index: Scalar,
  branches: readonly ((...operands: A) => T)[],
  ...operands: A
): T {
  if (branches.length === 0) throw new ValueError('Empty branch sequence');
  const at = Math.trunc(valueOf('switch', index));
  return branches[Math.max(0, Math.min(branches.length - 1, at))]!(...operands);
}
export { switchCase as switch };

/** Calls `f` with each part of `xs` along the first axis and stacks the results. */
export function map<T extends TensorTree = Tensor>(
  f: (x: never) => TensorTree,
  xs: TensorLike | TensorTree,
): T {
  return mapped('map', f, xs) as T;
}

/** As `map`: the function is written for one part, without the first axis. */
export function vectorizedMap<T extends TensorTree = Tensor>(
  f: (x: never) => TensorTree,
  elements: TensorLike | TensorTree,
): T {
  return mapped('vectorized_map', f, elements) as T;
}

function mapped(name: string, f: (x: never) => Tree, xs: unknown): Tree {
  checkFunction(name, name === 'map' ? 'f' : 'function', f);
  const tree = inputTree(name, xs);
  const length = lengthOf(name, tree);
  if (length === 0) throw new ValueError(`${name}() needs at least one element.`);
  const rows = Array.from({ length }, (_, i) => f(rowOf(name, tree, i) as never));
  return stacked(name, rows);
}

// An array of numbers is a tensor; arrays and objects of tensors are trees.
function inputTree(name: string, value: unknown): Tree {
  const holdsTensor = (item: unknown): boolean =>
    typeof item === 'object' && item !== null && 'dtype' in item
      ? true
      : isTree(item) && Object.values(item).some(holdsTensor);
  if (!isTree(value) || holdsTensor(value)) return asTree(name, value);
  return convertToTensor(value as unknown as TensorLike);
}

/** Options of `scan`. */
export interface ScanOptions {
  /** Number of steps; needed without `xs`. */
  length?: number | null;
  /** Whether to begin at the end. */
  reverse?: boolean;
  /** Accepted for Keras's sake. */
  unroll?: boolean | number;
}

/**
 * Carries a value along the first axis: `[carry, y] = f(carry, x)` for each part of `xs`. Returns the last carry and the
 * stacked `y`.
 */
export function scan<C extends TensorTree = Tensor, Y extends TensorTree = Tensor>(
  f: (carry: C, x: never) => readonly [C, TensorTree],
  init: C | TensorLike,
  xs: TensorLike | TensorTree = null,
  { length = null, reverse = false, unroll = 1 }: ScanOptions = {},
): [C, Y] {
  checkFunction('scan', 'f', f);
  if (typeof unroll !== 'boolean' && (!Number.isInteger(unroll) || unroll < 1))
    throw new ValueError(
      `\`unroll\` must be an positive integer or boolean. Received: unroll=${unroll}`,
    );
  const tree = xs === null ? null : inputTree('scan', xs);
  if (tree === null && length === null)
    throw new ValueError('Got no `xs` to scan over and `length` not provided.');
  const count = tree === null ? length! : lengthOf('scan', tree);
  if (length !== null && length !== count)
    throw new ValueError(
      `scan got \`length\` argument of ${length} which disagrees with leading axis sizes ${count}.`,
    );
  let carry = inputTree('scan', init) as C;
  const ys: Tree[] = [];
  for (let step = 0; step < count; ++step) {
    const at = reverse ? count - 1 - step : step;
    const [next, y] = f(carry, (tree === null ? null : rowOf('scan', tree, at)) as never);
    carry = next;
    ys.push(y);
  }
  if (reverse) ys.reverse();
  return [carry, (count === 0 ? null : stacked('scan', ys)) as Y];
}

/** Options of `associativeScan`. */
export interface AssociativeScanOptions {
  /** Whether to begin at the end. */
  reverse?: boolean;
  /** The axis along which to combine. */
  axis?: number;
}

/** All prefixes of `elems` along an axis combined by an associative `f(a, b)`, which receives several elements at once. */
export function associativeScan<T extends TensorTree = Tensor>(
  f: (a: T, b: T) => T,
  elems: T | TensorLike,
  { reverse = false, axis = 0 }: AssociativeScanOptions = {},
): T {
  const name = 'associative_scan';
  checkFunction(name, 'f', f);
  const each = (tree: Tree, change: (leaf: Tensor) => Tensor): Tree =>
    mapTrees(name, [tree], ([leaf]) => (leaf ? change(leaf) : null));
  const part = (tree: Tree, start: number | null, stop: number | null, step: number): Tree =>
    each(tree, (leaf) => {
      const at = axis < 0 ? axis + leaf.rank : axis;
      const key = leaf.shape.map((_, i) => (i === at ? slice(start, stop, step) : slice()));
      return getItem(leaf, key);
    });
  const combine = (a: Tree, b: Tree) => f(a as T, b as T) as Tree;
  // Combines neighbours, scans half as many elements, and derives the others from these.
  const scanned = (tree: Tree): Tree => {
    const count = lengthOf(name, tree, axis);
    if (count < 2) return tree;
    const reduced = combine(part(tree, 0, -1, 2), part(tree, 1, null, 2));
    const odd = scanned(reduced);
    const rest = part(tree, 2, null, 2);
    const even =
      count === 2
        ? part(tree, 0, 1, 1)
        : joined(part(tree, 0, 1, 1), combine(count % 2 === 0 ? part(odd, 0, -1, 1) : odd, rest));
    return interleaved(even, odd, count);
  };
  const joined = (a: Tree, b: Tree): Tree =>
    mapTrees(name, [a, b], ([x, y]) => (x && y ? concatenate([x, y], axis) : null));
  const interleaved = (even: Tree, odd: Tree, count: number): Tree => {
    const parts: Tree[] = [];
    for (let i = 0; i < count; ++i) {
      const from = i % 2 === 0 ? even : odd;
      const at = i >> 1;
      parts.push(part(from, at, at + 1, 1));
    }
    return mapTrees(name, parts, (leaves) =>
      leaves[0] === null ? null : concatenate(leaves as Tensor[], axis),
    );
  };
  const turned = (tree: Tree): Tree => (reverse ? each(tree, (leaf) => flip(leaf, axis)) : tree);
  return turned(scanned(turned(inputTree(name, elems)))) as T;
}

/** Calls `body(i, value)` for i from `lower` up to `upper`, each time with what it returned before. */
export function foriLoop<T extends TensorTree = Tensor>(
  lower: Scalar,
  upper: Scalar,
  body: (i: number, value: T) => T,
  initVal: T | TensorLike,
): T {
  checkFunction('fori_loop', 'body_fun', body);
  const end = valueOf('fori_loop', upper);
  let value = inputTree('fori_loop', initVal) as T;
  for (let i = valueOf('fori_loop', lower); i < end; ++i) value = body(i, value);
  return value;
}

/**
 * Calls `body` with the loop variables while `condition` of them is true. Several variables are an array, and arguments of
 * both functions.
 *
 * @param options.maximumIterations ends the loop after that many calls.
 */
export function whileLoop<T extends TensorTree = Tensor>(
  condition: (...loopVars: never[]) => Condition,
  body: (...loopVars: never[]) => TensorTree,
  loopVars: T | TensorLike | readonly TensorLike[],
  { maximumIterations = null }: { maximumIterations?: number | null } = {},
): T {
  checkFunction('while_loop', 'cond', condition);
  checkFunction('while_loop', 'body', body);
  const isList = Array.isArray(loopVars);
  const given = (isList ? loopVars : [loopVars]) as unknown[];
  let values: readonly Tree[] = given.map((value) => inputTree('while_loop', value));
  for (let i = 0; maximumIterations === null || i < maximumIterations; ++i) {
    if (valueOf('while_loop', condition(...(values as never[]))) === 0) break;
    const next = body(...(values as never[]));
    values = Array.isArray(next) ? (next as readonly Tree[]) : [next];
    if (values.length !== given.length)
      throw new ValueError(
        `\`body\` of while_loop() must return ${given.length} loop variables. Received: ${values.length}`,
      );
  }
  return (isList ? values : values[0]) as T;
}

/**
 * A function of tensors whose gradient is `f`'s second result. There are no gradients here: the function returns the
 * first result.
 */
export function customGradient<A extends unknown[], T extends TensorTree>(
  f: (...args: A) => readonly [T, unknown],
): (...args: A) => T {
  checkFunction('custom_gradient', 'f', f);
  return (...args) => f(...args)[0];
}
