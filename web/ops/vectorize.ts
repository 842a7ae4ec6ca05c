// vectorize: a function of small tensors, called for all positions of larger ones (keras/src/ops/numpy.py).

import type { Tensor } from '../tensors/tensor.js';
import { ValueError } from '../errors/errors.js';
import { getItem } from './get_item.js';
import { broadcastTo, convertToTensor, reshape, stack } from './generated.js';
import type { TensorLike } from './call.js';

/** Options of `vectorize`. */
export interface VectorizeOptions {
  /** Positions of arguments that are passed as they are. */
  excluded?: readonly number[] | null;
  /** The axes of arguments and results that the function sees, such as `(m,n),(n)->(m)`; none by default. */
  signature?: string | null;
}

interface Signature {
  inputs: string[][];
  outputs: string[][];
}

/**
 * A function that broadcasts its arguments and calls `pyfunc` for each position.
 *
 * @throws ValueError when the shapes of arguments do not fit together or the signature.
 */
export function vectorize<R extends Tensor | Tensor[] = Tensor>(
  pyfunc: (...args: never[]) => Tensor | readonly Tensor[],
  { excluded = null, signature = null }: VectorizeOptions = {},
): (...args: TensorLike[]) => R {
  const parsed = signature === null ? null : parse(signature);
  return (...given) => {
    const isExcluded = (i: number) => excluded?.includes(i) ?? false;
    const args = given.map((arg, i) => (isExcluded(i) ? arg : convertToTensor(arg)));
    const used = args.filter((_, i) => !isExcluded(i)) as Tensor[];
    if (parsed && parsed.inputs.length !== used.length)
      throw new ValueError(
        `wrong number of positional arguments: expected ${parsed.inputs.length}, got ${used.length}`,
      );
    const cores = used.map((arg, i) => coreShape(arg, parsed?.inputs[i] ?? []));
    checkSizes(cores, parsed);
    const loop = broadcast(used.map((arg, i) => sizes(arg).slice(0, arg.rank - cores[i]!.length)));
    const count = loop.reduce((product, size) => product * size, 1);
    if (count === 0) throw new ValueError('vectorize() needs at least one position.');
    const rows = used.map((arg, i) =>
      reshape(broadcastTo(arg, [...loop, ...cores[i]!]), [count, ...cores[i]!]),
    );
    const results = Array.from({ length: count }, (_, position) => {
      let next = 0;
      const own = args.map((arg, i) => (isExcluded(i) ? arg : getItem(rows[next++]!, position)));
      return pyfunc(...(own as never[]));
    });
    const joined = (parts: readonly Tensor[]) =>
      reshape(stack(parts), [...loop, ...sizes(parts[0]!)]);
    const [first] = results;
    if (!Array.isArray(first)) return joined(results as Tensor[]) as R;
    return first.map((_, i) => joined(results.map((result) => (result as Tensor[])[i]!))) as R;
  };
}

function parse(signature: string): Signature {
  const text = signature.replace(/\s/g, '');
  const list = String.raw`\((?:\w+(?:,\w+)*)?\)`;
  if (!new RegExp(`^${list}(?:,${list})*->${list}(?:,${list})*$`).test(text))
    throw new ValueError(`not a valid gufunc signature: ${signature}`);
  const [inputs, outputs] = text
    .split('->')
    .map((side) =>
      Array.from(side.matchAll(/\(([^)]*)\)/g), ([, names]) => (names ? names.split(',') : [])),
    );
  return { inputs: inputs!, outputs: outputs! };
}

const sizes = (x: Tensor): number[] => x.shape as number[];

function coreShape(arg: Tensor, names: readonly string[]): number[] {
  if (arg.rank < names.length)
    throw new ValueError(
      `input with shape (${arg.shape.join(', ')}) does not have enough dimensions for all core dimensions ` +
        `(${names.join(', ')}) on vectorized function`,
    );
  return sizes(arg).slice(arg.rank - names.length);
}

// Each name of the signature stands for one size.
function checkSizes(cores: readonly number[][], signature: Signature | null): void {
  const known = new Map<string, number>();
  signature?.inputs.forEach((names, i) =>
    names.forEach((name, axis) => {
      const size = cores[i]![axis]!;
      if ((known.get(name) ?? size) !== size)
        throw new ValueError(
          `inconsistent size for core dimension '${name}': ${size} vs ${known.get(name)}`,
        );
      known.set(name, size);
    }),
  );
}

function broadcast(shapes: readonly number[][]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let size = 1;
    for (const shape of shapes) {
      const own = shape[axis - rank + shape.length] ?? 1;
      if (own !== 1 && size !== 1 && own !== size)
        throw new ValueError(
          `Incompatible shapes for broadcasting: ${shapes.map((each) => `(${each.join(', ')})`).join(', ')}`,
        );
      if (own !== 1) size = own;
    }
    return size;
  });
}
