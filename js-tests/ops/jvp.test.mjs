// Forward-mode derivatives against Keras (`derivatives` in tools/fixtures/make_functions.py).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import {
  Input,
  kwargs,
  Layer,
  layers,
  Model,
  NotImplementedError,
  ops,
  slice,
  tensor,
  ValueError,
} from '../support/keras.mjs';

const { derivatives } = JSON.parse(
  readFileSync(new URL('../fixtures/functions.json', import.meta.url), 'utf8'),
);

const { add, divide, exp, multiply, subtract } = ops;

const functions = {
  loop(x) {
    let y = x;
    for (let i = 0; i < 3; ++i) y = ops.where(ops.greater(y, 0), multiply(ops.sin(y), y), exp(y));
    return y;
  },
  dense: (x, w, b) => ops.softmax(ops.relu(add(ops.matmul(x, w), b))),
  tree: ({ a, b }) => ({
    sum: ops.sum(multiply(a, b), 0),
    parts: ops.split(divide(a, b), 2, { axis: 1 }),
  }),
  scale(x) {
    const centered = subtract(x, ops.mean(x, -1, true));
    const y = divide(centered, add(ops.std(x, -1, true), 0.1));
    return ops.concatenate([y, ops.expandDims(ops.max(x, -1), -1)], { axis: -1 });
  },
  second: (x) => ops.jvp((v) => add(ops.power(v, 3), ops.tanh(v)), [x], [ops.onesLike(x)])[1],
  conv: (x, k) => ops.averagePool(ops.conv(x, k, { padding: 'same' }), 2, 2),
  linalg: (a, b) => [ops.solve(a, b), ops.inv(a), ops.det(a)],
  logits: (x) => [ops.logSoftmax(x), ops.logsumexp(x, 0), ops.var(x)],
  einsum: (a, b) => ops.einsum('ij,jk->ik', a, b),
  indices: (x) => [ops.getItem(x, 1), ops.take(x, [2, 0], 1), ops.sort(x, 0), ops.cumsum(x, 1)],
  constant: (x) => [ops.floor(x), ops.argmax(x), multiply(ops.stopGradient(x), x)],
  binary: (a, b) => [
    ops.maximum(a, b),
    ops.minimum(a, 0.2),
    ops.power(add(ops.abs(a), 1), b),
    ops.arctan2(a, b),
    ops.logaddexp(a, b),
    ops.mod(a, 0.7),
    ops.hypot(a, b),
    ops.clip(a, -0.5, 0.5),
    subtract(a, b),
  ],
};

const camelCase = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const tensors = (value) =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, tensors(item)]))
    : tensor(value);
// JAX sorts the keys of dicts.
const flat = (value) => {
  if (typeof value !== 'object') return [value];
  const items = value.array?.() ?? value;
  return typeof items !== 'object' ? [items] : Object.keys(items).sort((a, b) => (isNaN(a) ? (a < b ? -1 : 1) : a - b)).flatMap((key) => flat(items[key])); // prettier-ignore
};

function assertClose(actual, expected, message) {
  const [got, want] = [flat(actual), flat(expected)];
  assert.equal(got.length, want.length, message);
  const scale = Math.max(1, ...want.map(Math.abs));
  const worst = Math.max(...want.map((value, i) => Math.abs(value - got[i])));
  assert.ok(worst <= 1e-5 * scale, `${message}: differs by ${worst} of ${scale}`);
}

test('jvp returns the value and the derivative that Keras computes', () => {
  assert.ok(derivatives.length > 50);
  for (const { name, args, directions, value, derivative } of derivatives) {
    const f = functions[name] ?? ops[camelCase(name)];
    const [got, tangent] = ops.jvp(f, args.map(tensors), directions.map(tensors));
    assertClose(got, value, name);
    assertClose(tangent, derivative, name);
  }
});

test('auxiliary results are passed on', () => {
  const f = (x) => [multiply(x, x), { kept: 'as it is' }];
  const [value, derivative, aux] = ops.jvp(f, [tensor([3])], [tensor([2])], { hasAux: true });
  assert.deepEqual([value.array(), derivative.array()], [[9], [12]]);
  assert.deepEqual(aux, { kept: 'as it is' });
  assert.throws(() => ops.jvp((x) => x, [1], [1], { hasAux: true }), /must return a pair/);
});

test('a function may branch on its data, and ignore its arguments', () => {
  const f = (x) => (x.array()[0] > 0 ? exp(x) : ops.negative(x));
  assert.deepEqual(ops.jvp(f, [tensor([-2])], [tensor([5])])[1].array(), [-5]);
  const [, derivative] = ops.jvp(() => ops.ones([2]), [tensor([1])], [tensor([1])]);
  assert.deepEqual(derivative.array(), [0, 0]);
  assert.equal(ops.jvp((x) => x, [2], [3])[1].array(), 3);
});

test('layers of JavaScript, models and stateful calls are differentiated', () => {
  class Cubed extends Layer {
    call(x) {
      return multiply(x, multiply(x, x));
    }
  }
  const x = tensor([[1, 2]]);
  const direction = tensor([[1, -1]]);
  const cubed = new Cubed();
  assert.deepEqual(ops.jvp((v) => cubed.apply(v), [x], [direction])[1].array(), [[3, -12]]);
  const input = Input({ shape: [2] });
  const model = new Model({ inputs: input, outputs: new Cubed().apply(input) });
  assert.deepEqual(ops.jvp((v) => model.apply(v), [x], [direction])[1].array(), [[3, -12]]);
  const inner = ops.jvp(
    (v) => ops.jvp((w) => model.apply(w), [v], [direction])[1],
    [x],
    [direction],
  );
  assert.deepEqual(inner[1].array(), [[6, 12]]);
});

test('dropout keeps the tangents of the elements that it keeps', () => {
  const dropout = new layers.Dropout({ rate: 0.5, seed: 3 });
  const x = ops.ones([4, 8]);
  const apply = (v) => dropout.apply(v, kwargs({ training: true }));
  const [value, derivative] = ops.jvp(apply, [x], [multiply(x, 3)]);
  assert.ok(value.array().flat().includes(0));
  assert.deepEqual(derivative.array(), multiply(value, 3).array());
});

test('a layer of JavaScript may call jvp, also when a model predicts', () => {
  class Slope extends Layer {
    call(x) {
      return ops.jvp((v) => ops.sum(ops.sin(v), -1), [x], [ops.onesLike(x)])[1];
    }
  }
  const input = Input({ shape: [2] });
  const model = new Model({ inputs: input, outputs: new Slope().apply(input) });
  assert.deepEqual(model.predict(tensor([[0, 0]])).array(), [2]);
});

test('tangents leave no memory behind', () => {
  const dense = new layers.Dense({ units: 3 });
  const x = ops.ones([2, 3]);
  const round = () => {
    const results = ops.jvp((v) => dense.apply(v), [x], [x]);
    for (const each of results) each.dispose();
  };
  round();
  assert.throws(() => ops.jvp(() => { throw new Error('mine'); }, [x], [x]), /mine/); // prettier-ignore
  assert.deepEqual(ops.add(x, 1).array()[0], [2, 2, 2]);
});

test('jvp refuses what JAX refuses', () => {
  const wide = tensor([[1, 2, 3], [4, 5, 6]]); // prettier-ignore
  const square = tensor([[1, 2], [3, 4]]); // prettier-ignore
  const refused = (f, x, message) =>
    assert.throws(
      () => ops.jvp(f, [x], [x]),
      (error) => error instanceof NotImplementedError && message.test(error.message),
    );
  refused((v) => ops.qr(v), wide, /Unimplemented case of QR decomposition derivative/);
  refused((v) => ops.svd(v), wide, /JVP not implemented for full matrices/);
  refused((v) => ops.eig(v), square, /Derivatives of non-symmetric eigenvectors/);
  const symbolic = Input({ shape: [2] });
  refused((v) => v, symbolic, /KerasTensors/);
  const whole = tensor([1, 2], null, 'int32');
  assert.throws(() => ops.jvp((v) => v, [whole], [whole]), /must be float0/);
});

test('predict is refused for tensors with tangents, and works for others', () => {
  const input = Input({ shape: [2] });
  const model = new Model({ inputs: input, outputs: new layers.ReLU().apply(input) });
  const x = tensor([[1, 2]]);
  assert.throws(() => ops.jvp((v) => model.predict(v), [x], [x]), /predict\(\): call the model/);
  const scaled = ops.jvp((v) => multiply(v, model.predict(tensor([[3, -1]]))), [x], [x]);
  assert.deepEqual(scaled[1].array(), [[3, 0]]);
});

test('jvp refuses arguments that do not fit', () => {
  const x = tensor([[1, 2]]);
  assert.throws(() => ops.jvp((v) => v, [x], [tensor([1])]), /different primal and tangent shapes/);
  assert.throws(() => ops.jvp((v) => v, [x], []), ValueError);
  assert.throws(() => ops.jvp((v) => v, [{ a: x }], [{ b: x }]), /different structures/);
  assert.throws(() => ops.jvp(3, [x], [x]), /must be callable/);
  assert.deepEqual(ops.add(x, 1).array(), [[2, 3]]);
  assert.deepEqual(ops.getItem(x, [slice(), 0]).array(), [1]);
});
