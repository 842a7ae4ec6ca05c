// Operations of keras.ops on symbolic float tensors. Each returns one result or several.

const axisOf = (r, s) => r.pick([-1, ...s.map((_, i) => i + 1)]);
const batched = (s) => [-1, ...s];
const product = (s) => s.reduce((a, b) => a * b, 1);

/** With one operand; `s` is its shape without the batch size. */
export const unary = [
  (r, ops, x) =>
    r.pick([ops.relu, ops.tanh, ops.sigmoid, ops.abs, ops.negative, ops.sin, ops.softsign])(x),
  (r, ops, x) => ops.multiply(x, r.pick([0.5, 2, -1])),
  (r, ops, x) => ops.subtract(1, x),
  (r, ops, x, s) =>
    ops.add(
      x,
      Float32Array.from({ length: s.at(-1) }, () => r.pick([0, 0.5, -1])),
    ),
  (r, ops, x, s) => ops.mean(x, { axis: axisOf(r, s), keepdims: true }),
  (r, ops, x, s) => (s.length > 1 ? ops.sum(x, r.chance(0.5) ? -1 : [1]) : ops.square(x)),
  (r, ops, x, s) => (s.length > 1 ? ops.max(x, { axis: s.length }) : ops.maximum(x, 0.25)),
  (r, ops, x, s) => ops.reshape(x, [-1, product(s)]),
  (r, ops, x, s) => ops.transpose(x, [0, ...r.shuffled(s.map((_, i) => i + 1))]),
  (r, ops, x, s) => (s.length < 4 ? ops.expandDims(x, r.pick([1, -1])) : ops.clip(x, -1, 1)),
  (r, ops, x) => ops.clip(x, r.pick([0, -0.5]), 1),
  (r, ops, x, s) => ops.softmax(x, { axis: axisOf(r, s) }),
  (r, ops, x, s) => ops.logSoftmax(x, axisOf(r, s)),
  (r, ops, x, s) => (s.at(-1) % 2 === 0 ? ops.split(x, 2, -1) : ops.flip(x, -1)),
  (r, ops, x, s) => ops.cumsum(x, { axis: axisOf(r, s) }),
  (r, ops, x, s) => ops.roll(x, 1, axisOf(r, s)),
  (r, ops, x, s) => ops.pad(x, [[0, 0], ...s.map(() => [0, r.int(0, 1)])]),
  (r, ops, x) => ops.where(ops.greater(x, 0), x, r.pick([0, 0.125])),
  (r, ops, x) => ops.cast(x, r.pick(['float16', 'float32', 'bfloat16'])),
  (r, ops, x) => ops.stopGradient(x),
  (r, ops, x, s) => ops.sort(x, axisOf(r, s)),
  (r, ops, x, s) => ops.take(x, [0, s.at(-1) - 1], -1),
  (r, ops, x, s) => ops.reshape(x, batched([...s].reverse())),
];

/** With two operands of the same shape. */
export const binary = [
  (r, ops, x, y) => r.pick([ops.add, ops.subtract, ops.multiply, ops.maximum, ops.minimum])(x, y),
  (r, ops, x, y, s) => ops.concatenate([x, y], axisOf(r, s)),
  (r, ops, x, y, s) => (s.length < 4 ? ops.stack([x, y], r.pick([1, -1])) : ops.add(x, y)),
  (r, ops, x, y) => ops.where(ops.less(x, y), x, y),
  (r, ops, x, y, s) => (s.length === 2 ? ops.einsum('bij,bkj->bik', x, y) : ops.hypot(x, y)),
  (r, ops, x, y, s) =>
    s.length === 2 ? ops.matmul(x, ops.transpose(y, [0, 2, 1])) : ops.arctan2(x, y),
];
