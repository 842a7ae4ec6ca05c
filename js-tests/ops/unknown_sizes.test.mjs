// Operations whose sizes come from a tensor's shape while it is not fully known.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../support/assertions.mjs';
import { Input, KerasTypeError, Layer, Model, ops, random, tensor } from '../support/keras.mjs';

function functional(layer, shape) {
  const inputs = Input({ shape });
  return new Model({ inputs, outputs: layer.apply(inputs) });
}

/** The output shape that a layer with this `call` promises for unknown batch size and length. */
function promised(call, shape = [null, 4]) {
  class Sized extends Layer {
    static className = 'Sized';
    build() {
      this.token = this.addWeight({ name: 'token', shape: [1, 1, 4] });
    }
    call(inputs) {
      return call(inputs, ops.shape(inputs), this.token);
    }
  }
  const model = functional(new Sized(), shape);
  const data = tensor(
    Array.from({ length: 24 }, (_, i) => i / 10),
    [2, 3, 4],
  );
  const result = model.predict(data);
  model.outputShape.forEach((size, i) => assert.ok(size === null || size === result.shape[i]));
  return model.outputShape;
}

const sized = {
  'random.normal': [(t, s) => random.normal(s, { seed: 1 }), [null, null, 4]],
  'random.uniform': [(t, [b]) => random.uniform([b, 1, 4], { seed: 1 }), [null, 1, 4]],
  'random.truncatedNormal': [(t, [b]) => random.truncatedNormal([b, 2], { seed: 1 }), [null, 2]],
  'random.randint': [(t, [b]) => random.randint([b, 2], 0, 5, { seed: 1 }), [null, 2]],
  'random.gamma': [(t, [b]) => random.gamma([b, 2], 1.5, { seed: 1 }), [null, 2]],
  'random.beta': [(t, [b]) => random.beta([b, 2], 1.5, 1, { seed: 1 }), [null, 2]],
  'random.categorical': [
    (t, [, n]) => random.categorical(ops.ones([2, 3]), n, { seed: 1 }),
    [2, null],
  ],
  'ops.zeros': [(t, [b, n]) => ops.zeros([b, n, 2]), [null, null, 2]],
  'ops.ones': [(t, [b]) => ops.ones([b, 2]), [null, 2]],
  'ops.full': [(t, [b]) => ops.full([b, 2], 3), [null, 2]],
  'ops.full of a tensor': [(t, [b, n]) => ops.full([b, n], ops.sum(t)), [null, null]],
  'ops.eye': [(t, [, n]) => ops.eye(n), [null, null]],
  'ops.eye of two sizes': [(t, [, n]) => ops.eye(4, n), [4, null]],
  'ops.tri': [(t, [, n]) => ops.tri(n), [null, null]],
  'ops.identity': [(t, [, n]) => ops.identity(n), [null, null]],
  'ops.arange': [(t, [, n]) => ops.arange(n), [null]],
  'ops.arange from a start': [(t, [, n]) => ops.arange(0, n), [null]],
  'ops.linspace': [(t, [, n]) => ops.linspace(0, 1, n), [null]],
  'ops.linspace of tensors': [
    (t, [, n]) => ops.linspace(ops.zeros([2]), 1, n, { axis: 1 }),
    [2, null],
  ],
  'ops.broadcastTo': [(t, [b], token) => ops.broadcastTo(token, [b, 1, 4]), [null, 1, 4]],
  'ops.tile': [(t, [b], token) => ops.tile(token, [b, 1, 1]), [null, 1, 4]],
  'ops.repeat': [(t, [b], token) => ops.repeat(token, b, 0), [null, 1, 4]],
  'ops.reshape': [(t, [b]) => ops.reshape(t, [b, -1, 2]), [null, null, 2]],
  'ops.reshape of a constant': [
    (t, [b, n]) => ops.reshape(ops.arange(24), [b, n, -1]),
    [null, null, null],
  ],
  'ops.oneHot': [(t, [, n]) => ops.oneHot(ops.arange(2), n), [2, null]],
  'ops.pad': [
    (t, [, n], token) =>
      ops.pad(token, [
        [0, 0],
        [0, n],
        [0, 0],
      ]),
    [1, null, 4],
  ],
  'ops.image.resize': [
    (t, [, n]) => ops.image.resize(ops.ones([1, 2, 2, 3]), [n, 5]),
    [1, null, 5, 3],
  ],
  'ops.segmentSum': [(t, [, n]) => ops.segmentSum(ops.arange(3), ops.arange(3), n), [null]],
  'a product with an unknown size': [(t, [b, n]) => ops.reshape(t, [b * n, 4]), [null, 4]],
  'ops.zeros of twice an unknown size': [(t, [b]) => ops.zeros([2 * b, 4]), [null, 4]],
};

for (const [what, [call, shape]] of Object.entries(sized)) {
  test(`an unknown size while shapes are inferred: ${what}`, () => {
    assert.deepEqual(promised(call), shape);
  });
}

test('with one unknown size on each side, the size for -1 is inferred', () => {
  assert.deepEqual(
    promised((t, [b]) => ops.reshape(t, [b, -1, 2]), [3, 4]),
    [null, 6, 2],
  );
});

test('outside a call, an unknown size is an error with the shape', () => {
  const message = 'concrete values of integer type, got (None, 3)';
  assertRaises(() => ops.broadcastTo(ops.ones([3]), [null, 3]), KerasTypeError, message);
  assertRaises(() => random.normal([null, 3]), KerasTypeError, message);
});
