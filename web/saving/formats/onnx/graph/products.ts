// Products of matrices, and what they are made of.
import type { GraphBuilder } from './builder.js';
import { promoted } from './elementwise.js';
import { broadcast, type Dim, type Value } from './value.js';

/** The matrix product, as numpy.matmul: leading axes broadcast. */
export function matmul(g: GraphBuilder, a: Value, b: Value): Value {
  const [x, y] = promoted(g, a, b);
  const [p, q] = [x.shape, y.shape];
  const batch = broadcast(p.slice(0, -2), q.slice(0, -2));
  const shape = [
    ...batch,
    ...(p.length > 1 ? [p.at(-2)!] : []),
    ...(q.length > 1 ? [q.at(-1)!] : []),
  ];
  return g.op('MatMul', [x, y], {}, [shape, x.dtype]);
}

/** Keras's einsum of two or more operands. */
export function einsum(g: GraphBuilder, equation: string, operands: readonly Value[]): Value {
  const values = operands.reduce<Value[]>(
    (done, each) => (done.length === 0 ? [each] : [...done, promoted(g, done[0]!, each)[1]]),
    [],
  );
  const spaceless = equation.replaceAll(' ', '');
  const [left = '', right] = spaceless.split('->');
  const terms = left.split(',');
  const sizes = new Map<string, Dim>();
  let ellipsis: Dim[] = [];
  terms.forEach((term, i) => {
    const { shape } = values[i]!;
    const hidden = shape.length - term.replace('...', '').length;
    const [before = '', after = ''] = term.split('...');
    if (term.includes('...'))
      ellipsis = broadcast(ellipsis, shape.slice(before.length, before.length + hidden));
    const note = (letter: string, dim: Dim): unknown => sizes.set(letter, sizes.get(letter) ?? dim);
    [...before].forEach((letter, at) => note(letter, shape[at]!));
    if (term.includes('...'))
      [...after].forEach((letter, at) => note(letter, shape[shape.length - after.length + at]!));
  });
  const output = right ?? implicitOutput(terms);
  const shape = (output.match(/\.\.\.|[A-Za-z]/g) ?? []).flatMap((each) =>
    each === '...' ? ellipsis : [sizes.get(each)!],
  );
  const text = `${terms.join(',')}->${output}`;
  return g.op('Einsum', values, { equation: text }, [shape, values[0]!.dtype]);
}

// Letters that appear once, in alphabetical order.
function implicitOutput(terms: readonly string[]): string {
  const letters = terms.join('').replaceAll('.', '');
  const once = [...letters].filter((each) => letters.split(each).length === 2).sort();
  return (terms.some((term) => term.includes('...')) ? '...' : '') + once.join('');
}
