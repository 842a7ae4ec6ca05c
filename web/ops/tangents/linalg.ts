// Derivatives of matrix functions. The formulas are JAX's (jax/_src/lax/linalg.py).

import { NotImplementedError } from '../../errors/errors.js';
import type { Tensor } from '../../tensors/tensor.js';
import * as ops from '../generated.js';
import { composed, tangentOf, type Call, type Rule, type Rules } from './rule.js';

const { add, divide, matmul, multiply, subtract } = ops;

const transposed = (x: Tensor): Tensor => ops.swapaxes(x, -2, -1);
const symmetric = (x: Tensor): Tensor => divide(add(x, transposed(x)), 2);
const diagonal = (x: Tensor): Tensor => ops.diagonal(x, 0, -2, -1);
const row = (x: Tensor): Tensor => ops.expandDims(x, -2);
const column = (x: Tensor): Tensor => ops.expandDims(x, -1);
const sizeOf = (x: Tensor): [rows: number, columns: number] =>
  x.shape.slice(-2) as [number, number];
const identity = (x: Tensor, size = sizeOf(x)[0]): Tensor => ops.eye(size, null, 0, x.dtype);
const lowerSolve = (a: Tensor, b: Tensor): Tensor => ops.solveTriangular(a, b, true);
const upperSolve = (a: Tensor, b: Tensor): Tensor => ops.solveTriangular(a, b, false);
/** b a^-1 for an upper triangular a. */
const rightSolve = (a: Tensor, b: Tensor): Tensor =>
  transposed(lowerSolve(transposed(a), transposed(b)));

function cholesky({ values, result }: Call): Tensor {
  const upper = values['upper'] as boolean;
  const factor = upper ? transposed(result as Tensor) : (result as Tensor);
  const dx = symmetric(tangentOf(values['x'] as Tensor)!);
  const inner = transposed(lowerSolve(factor, transposed(lowerSolve(factor, dx))));
  const half = subtract(ops.tril(inner), multiply(identity(inner), divide(inner, 2)));
  const d = matmul(factor, half);
  return upper ? transposed(d) : d;
}

const choleskyInverse = ({ x, upper }: { x: Tensor; upper: boolean }): Tensor => {
  const factor = upper ? transposed(x) : x;
  const inverse = lowerSolve(factor, ops.broadcastTo(identity(x), x.shape));
  return matmul(transposed(inverse), inverse);
};

/** 1 / (b - a) for all pairs, 0 on the diagonal. */
function inverseDifferences(differences: Tensor): Tensor {
  const eye = identity(differences);
  return subtract(ops.reciprocal(add(differences, eye)), eye);
}

function eigh({ values, result }: Call): [Tensor, Tensor] {
  const [w, v] = result as [Tensor, Tensor];
  const rotated = matmul(transposed(v), matmul(symmetric(tangentOf(values['x'] as Tensor)!), v));
  const factors = inverseDifferences(subtract(row(w), column(w)));
  return [diagonal(rotated), matmul(v, multiply(factors, rotated))];
}

function svd({ values, result }: Call): Tensor | Tensor[] {
  const {
    x,
    full_matrices: isFull,
    compute_uv: hasVectors,
  } = values as {
    x: Tensor;
    full_matrices: boolean;
    compute_uv: boolean;
  };
  const [rows, columns] = sizeOf(x);
  if (hasVectors && isFull && rows !== columns)
    throw new NotImplementedError(
      'Singular value decomposition JVP not implemented for full matrices',
    );
  const dx = tangentOf(x)!;
  const [u, s, vt] = (hasVectors ? result : ops.svd(x, false)) as [Tensor, Tensor, Tensor];
  const [ut, v] = [transposed(u), transposed(vt)];
  const ds = matmul(ut, matmul(dx, v));
  if (!hasVectors) return diagonal(ds);
  const factors = inverseDifferences(multiply(add(row(s), column(s)), subtract(row(s), column(s))));
  const [ds1, ds2] = [multiply(row(s), ds), multiply(column(s), ds)];
  const skew = multiply(
    divide(subtract(ds, transposed(ds)), 2),
    multiply(identity(ds), row(ops.reciprocal(s))),
  );
  let du = matmul(u, add(multiply(factors, add(ds1, transposed(ds1))), skew));
  let dv = matmul(v, multiply(factors, add(ds2, transposed(ds2))));
  if (rows > columns) {
    const outside = matmul(dx, v);
    du = add(du, divide(subtract(outside, matmul(u, matmul(ut, outside))), row(s)));
  }
  if (columns > rows) {
    const outside = matmul(transposed(dx), u);
    dv = add(dv, divide(subtract(outside, matmul(v, matmul(vt, outside))), row(s)));
  }
  return [du, diagonal(ds), transposed(dv)];
}

function qr({ values, result }: Call): [Tensor, Tensor] {
  const x = values['x'] as Tensor;
  const [rows, columns] = sizeOf(x);
  if (rows < columns || (values['mode'] === 'complete' && rows !== columns))
    throw new NotImplementedError('Unimplemented case of QR decomposition derivative');
  const [q, r] = result as [Tensor, Tensor];
  const change = rightSolve(r, tangentOf(x)!);
  const rotated = matmul(transposed(q), change);
  const lower = ops.tril(rotated, -1);
  const rotation = subtract(lower, transposed(lower));
  return [
    add(matmul(q, subtract(rotation, rotated)), change),
    matmul(subtract(rotated, rotation), r),
  ];
}

/** The rows of x in the order of the pivots of an LU decomposition. */
function permuted(x: Tensor, pivots: Tensor): Tensor {
  const count = sizeOf(x)[0];
  let y = x;
  for (let i = 0; i < pivots.shape.at(-1)!; ++i) {
    const at = ops.oneHot(ops.take(pivots, i, -1), count, -1, x.dtype);
    const own = ops.oneHot(ops.fullLike(ops.take(pivots, i, -1), i), count, -1, x.dtype);
    const difference = subtract(own, at);
    const moved = matmul(column(difference), matmul(row(difference), y));
    y = subtract(y, moved);
  }
  return y;
}

function luFactor({ values, result }: Call): [Tensor, null] {
  const [lu, pivots] = result as [Tensor, Tensor];
  const [rows, columns] = sizeOf(lu);
  if (rows !== columns)
    throw new NotImplementedError('jvp() has a rule for lu_factor() of square matrices only.');
  const lower = add(ops.tril(lu, -1), identity(lu));
  const upper = ops.triu(lu);
  const inner = rightSolve(
    upper,
    lowerSolve(lower, permuted(tangentOf(values['x'] as Tensor)!, pivots)),
  );
  return [add(matmul(lower, ops.tril(inner, -1)), matmul(ops.triu(inner), upper)), null];
}

function pinv({ values, result }: Call): Tensor {
  const x = values['x'] as Tensor;
  const y = result as Tensor;
  const dx = tangentOf(x)!;
  const [rows, columns] = sizeOf(x);
  const first = matmul(y, matmul(dx, y));
  const dxt = transposed(dx);
  const outside = matmul(
    matmul(y, transposed(y)),
    matmul(dxt, subtract(identity(x, rows), matmul(x, y))),
  );
  const inside = matmul(
    matmul(subtract(identity(x, columns), matmul(y, x)), dxt),
    matmul(transposed(y), y),
  );
  return add(subtract(outside, first), inside);
}

/** The derivative of a^-1 b for what `solve` computes of a and b. */
const solution =
  (
    solve: (a: Tensor, b: Tensor, values: Call['values']) => Tensor,
    part: (da: Tensor, values: Call['values']) => Tensor,
  ): Rule =>
  ({ values, result }) => {
    const [a, b] = [values['a'], values['b']] as [Tensor, Tensor];
    const da = tangentOf(a);
    const right = tangentOf(b) ?? ops.zerosLike(b);
    return solve(
      a,
      da === null ? right : subtract(right, matmul(part(da, values), result as Tensor)),
      values,
    );
  };

const byTriangle = (da: Tensor, values: Call['values']): Tensor =>
  values['lower'] ? ops.tril(da) : ops.triu(da);

const logDeterminant = ({ values }: Call): Tensor => {
  const x = values['x'] as Tensor;
  return ops.trace(ops.solve(x, tangentOf(x)!), 0, -2, -1);
};

interface Norm {
  readonly x: Tensor;
  readonly ord: number | string | null;
  readonly axis: number | readonly number[] | null;
  readonly keepdims: boolean;
}

function vectorNorm(
  x: Tensor,
  ord: number | null,
  axis: number | readonly number[] | null,
): Tensor {
  const size = ops.absolute(x);
  if (ord === null || ord === 2) return ops.sqrt(ops.sum(multiply(x, x), axis, true));
  if (ord === Infinity) return ops.max(size, axis, true);
  if (ord === -Infinity) return ops.min(size, axis, true);
  if (ord === 0) return ops.sum(ops.cast(ops.notEqual(x, 0), x.dtype), axis, true);
  if (ord === 1) return ops.sum(size, axis, true);
  return ops.power(ops.sum(ops.power(size, ord), axis, true), 1 / ord);
}

function matrixNorm(x: Tensor, ord: number | string, axes: readonly number[]): Tensor {
  if (ord === 'fro') return vectorNorm(x, null, axes);
  const [rows, columns] = axes.map((axis) => (axis < 0 ? axis + x.rank : axis)) as [number, number];
  const best = (ord as number) < 0 ? ops.min : ops.max;
  if (ord === 1 || ord === -1) return best(ops.sum(ops.absolute(x), rows, true), columns, true);
  if (ord === Infinity || ord === -Infinity)
    return best(ops.sum(ops.absolute(x), columns, true), rows, true);
  const values = ops.svd(
    ops.moveaxis(x, [rows, columns], [-2, -1]),
    false,
    false,
  ) as unknown as Tensor;
  const y = ord === 'nuc' ? ops.sum(values, -1) : best(values, -1);
  const [first, second] = [rows, columns].sort((a, b) => a - b) as [number, number];
  return ops.expandDims(ops.expandDims(y, first), second);
}

function norm({ x, ord, axis, keepdims }: Norm, { result }: Call): Tensor {
  const axes = axis === null ? x.shape.map((_, i) => i) : [axis].flat();
  const order =
    typeof ord === 'string' && ord.endsWith('inf')
      ? ord.startsWith('-')
        ? -Infinity
        : Infinity
      : ord;
  const isMatrix = axes.length === 2 && order !== null;
  const y = isMatrix ? matrixNorm(x, order, axes) : vectorNorm(x, order as number | null, axes);
  return keepdims ? y : ops.reshape(y, (result as Tensor).shape);
}

export const linalg: Rules = {
  cholesky,
  cholesky_inverse: composed(choleskyInverse),
  det: ({ values, result }) => {
    const x = values['x'] as Tensor;
    return multiply(result as Tensor, ops.trace(matmul(ops.inv(x), tangentOf(x)!), 0, -2, -1));
  },
  eig: () => {
    throw new NotImplementedError(
      'Derivatives of non-symmetric eigenvectors are only valid under assumptions on the input that JAX cannot check (see ' +
        'the enable_eigvec_derivs argument to jax.lax.linalg.eig).',
    );
  },
  eigh,
  inv: ({ values, result }) => {
    const y = result as Tensor;
    return ops.negative(matmul(matmul(y, tangentOf(values['x'] as Tensor)!), y));
  },
  logdet: logDeterminant,
  lstsq: composed(({ a, b }: { a: Tensor; b: Tensor }) => {
    const y = matmul(ops.pinv(a), b.rank === 1 ? column(b) : b);
    return b.rank === 1 ? ops.squeeze(y, -1) : y;
  }),
  lu_factor: luFactor,
  norm: composed(norm),
  pinv,
  qr,
  slogdet: (call) => [null, logDeterminant(call)],
  solve: solution(
    (a, b) => ops.solve(a, b),
    (da) => da,
  ),
  solve_triangular: solution(
    (a, b, { lower }) => (lower ? lowerSolve(a, b) : upperSolve(a, b)),
    byTriangle,
  ),
  svd,
  cdist: composed(({ x, y }: { x: Tensor; y: Tensor }) => {
    const difference = subtract(ops.expandDims(x, -2), ops.expandDims(y, -3));
    return ops.sqrt(ops.sum(multiply(difference, difference), -1));
  }),
};
