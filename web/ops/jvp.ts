// jvp: forward-mode derivatives (keras/src/ops/linalg.py). While the function runs, each operation on a tensor with a
// tangent also computes the tangent of its result.

import { KerasTensor, Tensor } from '../tensors/tensor.js';
import type { TensorTree } from '../tensors/tree.js';
import { NotImplementedError, ValueError } from '../errors/errors.js';
import { currentListener, withListener, type CallListener, type TensorLike } from './call.js';
import { convertToTensor, copy, zerosLike } from './generated.js';
import { Kwargs } from '../boundary/kwargs.js';
import { toSnakeCase } from '../boundary/names.js';
import { isConstant, ruleOf, type Call } from './tangents.js';

/** Options of `jvp`. */
export interface JvpOptions {
  /** Whether the function returns a pair, whose second item is passed on as it is. By default `false`. */
  hasAux?: boolean;
}

/** Calls `f` for each tensor of nested arrays and objects. */
function mapTensors(value: unknown, f: (x: Tensor) => unknown): unknown {
  if (value instanceof Tensor) return f(value);
  if (Array.isArray(value)) return value.map((item) => mapTensors(item, f));
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTensors(item, f)]));
}

function someTensor(value: unknown, test: (x: Tensor) => boolean): boolean {
  let found = false;
  mapTensors(value, (x) => {
    found ||= test(x);
    return x;
  });
  return found;
}

/** Arguments by parameter; the arguments of `*operands` are an array. */
function named(parameters: readonly string[], args: readonly unknown[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const last = args.at(-1);
  const positional = last instanceof Kwargs ? args.slice(0, -1) : args;
  for (const [i, parameter] of parameters.entries()) {
    if (parameter.startsWith('**')) break;
    if (parameter.startsWith('*')) {
      values[parameter.slice(1)] = positional.slice(i);
      break;
    }
    if (i < positional.length) values[parameter] = positional[i];
  }
  if (last instanceof Kwargs)
    for (const [key, value] of Object.entries(last.values)) values[toSnakeCase(key)] = value;
  return values;
}

/** The tangents of one call of `jvp`. */
class Tangents {
  readonly #of = new WeakMap<Tensor, Tensor>();
  // Sees the operations that compute tangents here: a jvp of which this one is a part.
  readonly #outer = currentListener();

  set(x: Tensor, tangent: Tensor): void {
    this.#of.set(x, tangent);
  }

  get(x: Tensor): Tensor | undefined {
    return this.#of.get(x);
  }

  readonly listen: CallListener = (name, parameters, args, result) => {
    this.#outer?.(name, parameters, args, result);
    const values = named(parameters, args);
    if (!someTensor(values, (x) => this.#of.has(x))) return;
    if (name.startsWith('layer '))
      throw new NotImplementedError(
        `jvp() does not differentiate ${name}: use operations of \`ops\`.`,
      );
    if (isConstant(name) || !someTensor(result, isFloat)) return;
    const rule = ruleOf(name);
    if (rule === undefined)
      throw new NotImplementedError(`jvp() has no rule for the derivative of ops.${name}().`);
    const call: Call = {
      name,
      parameters,
      values,
      result,
      tangent: (value) => this.#tangentOf(value),
    };
    const tangents = withListener(this.#outer, () => rule(call));
    this.#attach(result, tangents);
  };

  /** Tensors replaced by their tangents, numbers by 0; null where no tensor has one. */
  #tangentOf(value: unknown): unknown {
    if (!someTensor(value, (x) => this.#of.has(x))) return null;
    const replaced = (item: unknown): unknown => {
      if (item instanceof Tensor) return this.#of.get(item) ?? zerosLike(item);
      if (Array.isArray(item)) return item.map(replaced);
      return typeof item === 'number' ? 0 : item;
    };
    return replaced(value);
  }

  #attach(result: unknown, tangents: unknown): void {
    if (result instanceof Tensor) {
      if (isFloat(result) && tangents instanceof Tensor) this.#of.set(result, tangents);
    } else if (Array.isArray(result))
      result.forEach((item, i) => this.#attach(item, (tangents as unknown[])[i]));
  }
}

const isFloat = (x: Tensor): boolean => x.dtype.includes('float');

/**
 * The value of a function, and its derivative along a direction: a Jacobian times a vector.
 *
 * The function is called once, and may branch on the data of its tensors. It consists of operations of `ops`; layers and
 * models are not differentiated.
 *
 * @param fun takes the items of `primals` and returns a tensor, or arrays or objects of tensors.
 * @param primals where to differentiate: an array with one entry for each parameter.
 * @param tangents the direction, in the structure and the shapes of `primals`.
 * @returns what `fun` returns, and its derivative in the same structure; with `hasAux`, also the second item.
 * @throws NotImplementedError for an operation without a rule, such as a pooling layer's, and for KerasTensors.
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
  if (someTensor([primals, tangents], (x) => x instanceof KerasTensor))
    throw new NotImplementedError(
      'jvp() of KerasTensors would put a JavaScript function into the graph, which no config can hold. Call it in the ' +
        '`call` of a layer of your own, or in the function of a Lambda layer.',
    );
  const scope = new Tangents();
  const args = primals.map((primal, i) => paired(scope, primal, tangents[i]));
  const returned = withListener(scope.listen, () => fun(...(args as never[])));
  if (hasAux && !(Array.isArray(returned) && returned.length === 2))
    throw new ValueError('With `hasAux`, the function of jvp() must return a pair.');
  const [value, ...aux] = hasAux ? (returned as [unknown, unknown]) : [returned];
  const derivative = mapTensors(value, (x) => scope.get(x) ?? zerosLike(x));
  return [value as R, derivative as R, ...aux];
}

/** The primal as new tensors that have its tangents. */
function paired(scope: Tangents, primal: unknown, tangent: unknown): unknown {
  const isLeaf =
    primal instanceof Tensor || typeof primal === 'number' || ArrayBuffer.isView(primal);
  if (!isLeaf) {
    if (typeof primal !== 'object' || primal === null || typeof tangent !== 'object' || !tangent)
      throw new ValueError('`primals` of jvp() must consist of tensors and numbers.');
    const entries = Object.entries(primal);
    if (Object.keys(tangent).join() !== Object.keys(primal).join())
      throw new ValueError('jvp() received `primals` and `tangents` of different structures.');
    const items = entries.map(([key, item]) => [
      key,
      paired(scope, item, (tangent as Record<string, unknown>)[key]),
    ]);
    return Array.isArray(primal) ? items.map(([, item]) => item) : Object.fromEntries(items);
  }
  const given = convertToTensor(primal as TensorLike);
  const x = given === primal ? copy(given) : given;
  const direction = convertToTensor(tangent as TensorLike);
  if (x.shape.join() !== direction.shape.join())
    throw new ValueError(
      `jvp() called with different primal and tangent shapes; got primal shape [${x.shape.join(', ')}] and tangent ` +
        `shape [${direction.shape.join(', ')}].`,
    );
  scope.set(x, direction);
  return x;
}
