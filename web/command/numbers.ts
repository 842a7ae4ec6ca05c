// Numbers and tensors as JSON.
import type { DType, Tensor, TensorTree } from '../index.js';

/**
 * The shortest decimal that reads as the same number of the dtype: 0.1 where float32 holds 0.10000000149011612. NaN and
 * infinities are written as Python's json writes them.
 */
export function numberText(value: number | bigint, dtype: DType): string {
  if (typeof value === 'bigint') return String(value);
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (Object.is(value, -0)) return '-0.0';
  if (dtype === 'float64' || Number.isInteger(value)) return String(value);
  for (let digits = 6; digits < 9; ++digits) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/** Tensors of one length along their first axis, read once, whose samples are written one by one. */
export class Samples {
  readonly #tree: TensorTree;
  readonly #data = new Map<Tensor, (at: number) => string>();

  constructor(tree: TensorTree) {
    this.#tree = tree;
  }

  /** JSON of a sample: nested as the tensors are. */
  json(sample: number): string {
    return this.#json(this.#tree, sample);
  }

  #json(tree: TensorTree, sample: number): string {
    if (tree === null) return 'null';
    if (isTensor(tree)) {
      const [, ...shape] = tree.shape as number[];
      const size = shape.reduce((product, dim) => product * dim, 1);
      return nested(this.#elements(tree), sample * size, shape);
    }
    if (Array.isArray(tree))
      return `[${(tree as TensorTree[]).map((each) => this.#json(each, sample)).join(', ')}]`;
    return `{${Object.entries(tree)
      .map(([key, each]) => `${JSON.stringify(key)}: ${this.#json(each as TensorTree, sample)}`)
      .join(', ')}}`;
  }

  #elements(tensor: Tensor): (at: number) => string {
    const known = this.#data.get(tensor);
    if (known) return known;
    const made = elementTexts(tensor);
    this.#data.set(tensor, made);
    return made;
  }
}

export const isTensor = (tree: TensorTree): tree is Tensor =>
  tree !== null && !Array.isArray(tree) && 'dtype' in tree && typeof tree.dtype === 'string';

function elementTexts(tensor: Tensor): (at: number) => string {
  const { dtype } = tensor;
  if (dtype === 'string') {
    const strings = ([tensor.array()] as unknown[]).flat(Infinity);
    return (at) => JSON.stringify(strings[at]);
  }
  const data = tensor.data();
  if (dtype === 'bool') return (at) => (data[at] ? 'true' : 'false');
  return (at) => numberText(data[at]!, dtype);
}

function nested(elements: (at: number) => string, start: number, shape: readonly number[]): string {
  const [dim, ...inner] = shape;
  if (dim === undefined) return elements(start);
  const size = inner.reduce((product, each) => product * each, 1);
  return `[${Array.from({ length: dim }, (_, i) => nested(elements, start + i * size, inner)).join(', ')}]`;
}
