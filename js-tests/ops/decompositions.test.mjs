// Eigenvectors and singular vectors have LAPACK's signs and order, as on Keras's JAX backend
// (tools/fixtures/make_decompositions.py).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { initialize, kwargs, Input, Model, ops, random, tensor } from '../support/keras.mjs';

const { rows } = JSON.parse(
  readFileSync(new URL('../fixtures/decompositions.json', import.meta.url), 'utf8'),
);

await initialize();

const flat = (value) => (Array.isArray(value) ? value.flatMap(flat) : [value]);
const real = (x) => (x.dtype === 'complex64' ? ops.viewAsReal(x) : x);

function assertClose(got, want, message) {
  const values = flat(got.array());
  const expected = flat(want);
  assert.equal(values.length, expected.length, message);
  const scale = Math.max(1e-30, ...expected.map(Math.abs));
  const worst = Math.max(0, ...expected.map((value, i) => Math.abs(value - values[i])));
  assert.ok(worst <= 1e-5 * scale, `${message}: differs by ${worst} of ${scale}`);
}

for (const op of ['eigh', 'eig', 'svd']) {
  test(`${op} returns Keras's vectors, signs included`, () => {
    const own = rows.filter((row) => row.op === op);
    assert.ok(own.length >= 8);
    for (const { x, kwargs: keywords, outputs } of own) {
      const result = ops[op](tensor(x), kwargs(keywords));
      const message = `${JSON.stringify(x)} ${JSON.stringify(keywords)}`;
      [result].flat().forEach((part, i) => assertClose(real(part), outputs[i], message));
    }
  });
}

test('large matrices are decomposed into orthonormal vectors', () => {
  const n = 40;
  const x = random.normal([n, n], { seed: 1 });
  const symmetric = ops.add(x, ops.transpose(x));
  const identity = ops.eye(n).array();
  const [values, vectors] = ops.eigh(symmetric);
  assertClose(ops.matmul(ops.transpose(vectors), vectors), identity, 'eigh');
  assertClose(ops.matmul(symmetric, vectors), ops.multiply(vectors, values).array(), 'A v');
  const wide = random.normal([30, n], { seed: 2 });
  const [u, s, vt] = ops.svd(wide);
  assertClose(ops.matmul(vt, ops.transpose(vt)), identity, 'vt');
  assertClose(ops.matmul(ops.multiply(u, s), ops.slice(vt, [0, 0], [30, n])), wide.array(), 'svd');
  const [eigenvalues, right] = ops.eig(x).map(real);
  const part = (y, i) => ops.take(y, i, -1);
  const [a, b] = [part(eigenvalues, 0), part(eigenvalues, 1)];
  const [c, d] = [part(right, 0), part(right, 1)];
  const product = ops.subtract(ops.multiply(c, a), ops.multiply(d, b));
  assertClose(ops.matmul(x, c), product.array(), 'A v of eig');
});

test('elements that are not finite make vectors of NaN', () => {
  const x = tensor([
    [1, NaN],
    [NaN, Infinity],
  ]);
  for (const part of [...ops.eigh(x), ...ops.svd(x), ...ops.eig(x).map(real)])
    assert.ok(flat(part.array()).every(Number.isNaN));
});

test('eig is part of graphs and refuses matrices that are not square', () => {
  const inputs = Input({ shape: [3, 3] });
  const model = new Model({ inputs, outputs: ops.viewAsReal(ops.eig(inputs)[0]) });
  const values = model.predict(tensor([[2, 0, 0, 0, 3, 0, 0, 0, 5]].flat(), [1, 3, 3]));
  assert.deepEqual(values.array(), [[[2, 0], [3, 0], [5, 0]]]); // prettier-ignore
  assert.throws(() => ops.eig(tensor([[1, 2]])), /must be square/);
  assert.throws(() => ops.eig(tensor([1, 2])), /rank >= 2/);
});
