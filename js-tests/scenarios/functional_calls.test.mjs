// Calls of Functional models: inputs and outputs, as Keras's models/functional_test checks them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import {
  Functional,
  Input,
  InputSpec,
  KerasTensor,
  kwargs,
  Layer,
  layers,
  loadModel,
  Model,
  ops,
  saveModel,
  slice,
  tensor,
  ValueError,
} from '../support/keras.mjs';
import { dense } from '../support/scenarios.mjs';
import { warningsOf } from '../support/warnings.mjs';

const ones = (...shape) =>
  tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1), shape);

test('a basic Functional can be called on data and on Inputs, and prints its summary', () => {
  const a = Input({ shape: [3], batchSize: 2, name: 'a' });
  const b = Input({ shape: [3], batchSize: 2, name: 'b' });
  const outputs = dense(4).apply(dense(5).apply(ops.add(a, b)));
  const model = new Functional({ inputs: [a, b], outputs, name: 'basic' });
  assert.ok(model instanceof Functional && model instanceof Model);
  assert.deepEqual(model.apply([ones(2, 3), ones(2, 3)]).shape, [2, 4]);
  const fresh = ['a', 'b'].map((name) => Input({ shape: [3], batchSize: 2, name }));
  const symbolic = model.apply(fresh);
  assert.ok(symbolic instanceof KerasTensor);
  assert.deepEqual(symbolic.shape, [2, 4]);
  assert.match(model.summary({ printFn: null }), /Model: "basic"/);
});

test('an Input of shape [] is one number per sample', () => {
  const a = Input({ shape: [3], batchSize: 2 });
  const b = Input({ shape: [], batchSize: 2 });
  const model = new Functional({
    inputs: [a, b],
    outputs: ops.add(a, ops.getItem(b, [slice(), null])),
  });
  const out = model.apply([ones(2, 3), tensor([10, 20])]);
  assert.deepEqual(out.array(), [
    [11, 11, 11],
    [21, 21, 21],
  ]);
});

test('a layer can be attached to an existing model', () => {
  const inputs = Input({ shape: [3] });
  const model = new Functional({ inputs, outputs: dense(2).apply(inputs) });
  model.attached = dense(10);
  assert.deepEqual(model.attached.apply(ones(1, 3)).shape, [1, 10]);
  assert.equal(model.layers.includes(model.attached), false);
  assert.deepEqual(model.predict(ones(1, 3)).shape, [1, 2]);
});

test('two outputs in an array are returned in an array', () => {
  const [a, b] = ['a', 'b'].map((name) => Input({ shape: [3], batchSize: 2, name }));
  const x = dense(5).apply(ops.add(a, b));
  const model = new Functional({ inputs: [a, b], outputs: [dense(4).apply(x), dense(5).apply(x)] });
  for (const out of [model.apply([ones(2, 3), ones(2, 3)]), model.apply([a, b])]) {
    assert.ok(Array.isArray(out));
    assert.deepEqual(
      out.map(({ shape }) => shape),
      [
        [2, 4],
        [2, 5],
      ],
    );
  }
});

test('inputs and outputs by name accept data and Inputs by name', () => {
  const a = Input({ shape: [3], batchSize: 2, name: 'a' });
  const b = Input({ shape: [3], batchSize: 2, name: 'b' });
  const outputs = dense(4).apply(ops.add(a, b));
  assertRaises(
    () => new Functional({ inputs: { aa: [a], bb: 'not a tensor' }, outputs }),
    ValueError,
    'All `inputs` values must be KerasTensors',
  );
  assertRaises(
    () => new Functional({ inputs: { a, b }, outputs: { outputs: 'not a tensor' } }),
    ValueError,
    'All `outputs` values must be KerasTensors',
  );
  const model = new Functional({ inputs: { a, b }, outputs: { outputs } });
  assert.deepEqual(model.apply({ a: ones(2, 3), b: ones(2, 3) }).outputs.shape, [2, 4]);
  const fresh = Object.fromEntries(
    ['a', 'b'].map((name) => [name, Input({ shape: [3], batchSize: 2, name })]),
  );
  assert.deepEqual(model.apply(fresh).outputs.shape, [2, 4]);
});

test('a Functional works inside TimeDistributed', () => {
  const step = Input({ shape: [4] });
  const inner = new Model({ inputs: step, outputs: new layers.Flatten().apply(step) });
  const inputs = Input({ shape: [null, 4] });
  const outer = new Model({
    inputs,
    outputs: new layers.TimeDistributed({ layer: inner }).apply(inputs),
  });
  const data = tensor(
    Float32Array.from({ length: 24 }, (_, i) => i),
    [2, 3, 4],
  );
  assert.deepEqual(outer.apply(data).array(), data.array());
  assert.deepEqual(outer.predict(data).array(), data.array());
});

test('inputs are found by name', () => {
  const a = Input({ shape: [3], batchSize: 2, name: 'a' });
  const b = Input({ shape: [3], batchSize: 2, name: 'b' });
  const data = ones(2, 3);

  const single = new Functional({ inputs: a, outputs: dense(4).apply(a) });
  assertClose(single.apply({ a: data }).array(), single.apply(data).array());

  const list = new Functional({ inputs: [a, b], outputs: dense(4).apply(ops.subtract(a, b)) });
  const [x, y] = [tensor([[1, 2, 3]]), tensor([[4, 4, 4]])];
  assertClose(list.apply({ b: y, a: x }).array(), list.apply([x, y]).array());

  let other;
  const heard = warningsOf(() => {
    other = new Functional({ inputs: { c: a, d: b }, outputs: ops.subtract(a, b) });
  });
  assert.equal(heard.length, 2);
  assert.match(heard[0], /Received key 'c'.* which has name 'a'/);
  assert.deepEqual(other.apply({ d: y, c: x }).array(), [[-3, -2, -1]]);
  assertRaises(() => other.apply({ a: x, b: y }), ValueError);
});

test('an extra key in the inputs is ignored with one warning', () => {
  const [a, b] = ['a', 'b'].map((name) => Input({ shape: [3], batchSize: 2, name }));
  const model = new Functional({ inputs: { a, b }, outputs: dense(4).apply(ops.add(a, b)) });
  const named = { a: ones(2, 3), b: ones(2, 3), c: ones(2, 3) };
  let out;
  const heard = warningsOf(() => (out = model.apply(named)));
  assert.equal(heard.length, 1);
  assert.match(heard[0], /^The structure of `inputs` doesn't match the expected structure/);
  assert.deepEqual(out.shape, [2, 4]);
  // On Inputs the shapes are known, so other keys are not checked.
  const symbolic = { a, b, c: Input({ shape: [3], batchSize: 2, name: 'c' }) };
  assert.deepEqual(
    warningsOf(() => (out = model.apply(symbolic))),
    [],
  );
  assert.deepEqual(out.shape, [2, 4]);
});

test('training=true passed to a model reaches the call of its layers', () => {
  const seen = [];
  class Watch extends Layer {
    static className = 'Watch';
    call(x, { training }) {
      seen.push(training);
      return x;
    }
  }
  const inputs = Input({ shape: [3], batchSize: 2 });
  const model = new Functional({ inputs, outputs: new Watch().apply(inputs) });
  seen.length = 0;
  model.apply(ones(2, 3), kwargs({ training: true }));
  assert.deepEqual(seen, [true]);
});

const through = (spec) => {
  const inputs = Input({ ...spec, name: 'x' });
  return new Functional({ inputs, outputs: ops.add(inputs, 1) });
};

test('a last axis of size one is removed or added to match the rank', () => {
  assert.deepEqual(through({ shape: [3], batchSize: 2 }).apply(ones(2, 3, 1)).shape, [2, 3]);
  assert.deepEqual(through({ shape: [3, 1], batchSize: 2 }).apply(ones(2, 3)).shape, [2, 3, 1]);
});

test('any other rank is refused with the name and position of the input', () => {
  const message = (path) =>
    new RegExp(`Invalid input shape for input .* with name '.*' and path '${path}'`);
  assertRaises(() => through({ shape: [3], batchSize: 2 }).apply(ones(2, 3, 4)), ValueError);
  const [a, b, c] = ['a', 'b', 'foo'].map((name) => Input({ shape: [4], name }));
  const nested = new Functional({
    inputs: [{ foo: c }, [a, b]],
    outputs: ops.add(ops.add(a, b), c),
  });
  const flat = ones(2, 4);
  const error = assertRaises(
    () => nested.apply([{ foo: ones(2, 4, 3) }, [flat, flat]]),
    ValueError,
  );
  assert.match(error.message, message('0\\.foo'));
});

test('data is cast to the dtypes of the inputs, and outputs keep their dtypes', () => {
  const half = Input({ shape: [2], dtype: 'float16' });
  const whole = Input({ shape: [2], dtype: 'int32' });
  const model = new Functional({
    inputs: [half, whole],
    outputs: [ops.add(half, 2), ops.add(whole, 2)],
  });
  const out = model.apply([tensor([[2, 2]]), tensor([[2.9, 3]])]);
  assert.deepEqual(
    out.map(({ dtype }) => dtype),
    ['float16', 'int32'],
  );
  assert.deepEqual(out[1].array(), [[4, 5]]);
  const predicted = model.predict([[[2, 2]], [[2, 3]]]);
  assert.deepEqual(
    predicted.map(({ dtype }) => dtype),
    ['float16', 'int32'],
  );
});

test('inputs of the wrong size or number are refused', () => {
  const a = Input({ shape: [4], name: 'a' });
  const b = Input({ shape: [4], name: 'b' });
  const one = new Functional({ inputs: a, outputs: dense(2).apply(a) });
  const two = new Functional({ inputs: [a, b], outputs: ops.add(a, b) });
  const named = new Functional({ inputs: { a, b }, outputs: ops.add(a, b) });
  const data = ones(2, 4);
  assertRaises(
    () => one.apply(ones(2, 3)),
    ValueError,
    'expected shape=(None, 4), found shape=(2, 3)',
  );
  assertRaises(() => one.apply([data, data]), ValueError, /expects 1 .*input/);
  assertRaises(() => two.apply(data), ValueError, /expects 2 .*input/);
  assertRaises(() => named.apply(data), ValueError, 'named input(s) with keys');
});

test('an inputSpec set by hand is respected', () => {
  const inputs = Input({ shape: [null, 3], name: 'x' });
  const model = new Functional({ inputs, outputs: dense(2).apply(inputs) });
  assert.deepEqual(
    model.inputSpec.map(({ shape, name }) => [shape, name]),
    [[[null, null, 3], 'x']],
  );
  model.inputSpec = new InputSpec({ shape: [null, 4, 3] });
  assertRaises(
    () => model.apply(ones(2, 3, 3)),
    ValueError,
    'expected shape=(None, 4, 3), found shape=(2, 3, 3)',
  );
  assert.deepEqual(model.apply(ones(2, 4, 3)).shape, [2, 4, 2]);
});

test('deeply nested names in inputs and outputs are kept, also after saving', async () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => Input({ shape: [10], name }));
  const inputs = { left: { inner: { a } }, right: [b, { c }] };
  const sum = ops.add(ops.add(a, b), c);
  const outputs = { all: { sum }, twice: [ops.multiply(sum, 2)] };
  const model = new Functional({ inputs, outputs });
  const check = (made) => {
    const data = { left: { inner: { a: ones(2, 10) } }, right: [ones(2, 10), { c: ones(2, 10) }] };
    for (const out of [made.apply(data), made.predict(data)]) {
      assert.deepEqual(out.all.sum.array()[0].slice(0, 2), [3, 3]);
      assert.deepEqual(out.twice[0].array()[1].slice(0, 2), [6, 6]);
    }
    const symbolic = made.apply(inputs);
    assert.deepEqual(symbolic.all.sum.shape, [null, 10]);
    assert.deepEqual(symbolic.twice[0].shape, [null, 10]);
  };
  check(model);
  check(await loadModel(await saveModel(model)));
});

class AddMaybe extends Layer {
  static className = 'AddMaybe';
  call(x, y = null) {
    return y === null ? x : ops.add(x, y);
  }
  computeOutputShape(xShape) {
    return xShape;
  }
}

for (const structure of ['an array', 'an object']) {
  test(`null is accepted for an optional input only, in ${structure}`, () => {
    const x1 = Input({ shape: [2], name: 'x1' });
    const x2 = Input({ shape: [2], name: 'x2', optional: true });
    const asList = structure === 'an array';
    const model = new Functional({
      inputs: asList ? [x1, x2] : { x1, x2 },
      outputs: new AddMaybe().apply(x1, x2),
    });
    const given = (a, b) => (asList ? [a, b] : { x1: a, x2: b });
    const data = ones(3, 2);
    for (const call of [(value) => model.apply(value), (value) => model.predict(value)]) {
      assert.deepEqual(call(given(data, data)).array()[0], [2, 2]);
      assert.deepEqual(call(given(data, null)).array()[0], [1, 1]);
      assertRaises(() => call(given(null, data)), ValueError, 'not optional');
    }
  });
}

test('an input that is also an output passes through, and an unused one is ignored', () => {
  const [used, unused] = ['used', 'unused'].map((name) => Input({ shape: [3], name }));
  const same = new Functional({ inputs: used, outputs: used });
  const data = tensor([[1, 2, 3]]);
  assert.deepEqual(same.apply(data).array(), data.array());
  assert.deepEqual(same.predict(data).array(), data.array());
  const model = new Functional({ inputs: [used, unused], outputs: ops.multiply(used, 2) });
  for (const out of [model.apply([data, data]), model.predict([data, data])])
    assert.deepEqual(out.array(), [[2, 4, 6]]);
});

test('an output that needs an undeclared input is refused by name', () => {
  const [a, b] = ['a', 'b'].map((name) => Input({ shape: [3], name }));
  assertRaises(
    () =>
      new Functional({
        inputs: a,
        outputs: { output1: dense(2).apply(a), output2: dense(2).apply(b) },
      }),
    ValueError,
    'Output with path `output2` is not connected to `inputs`',
  );
});

test('an array for inputs by name gives one warning, an array for inputs in an array none', () => {
  const [a, b] = ['a', 'b'].map((name) => Input({ shape: [3], name }));
  const outputs = ops.add(a, b);
  const data = [ones(2, 3), ones(2, 3)];
  const named = new Functional({ inputs: { a, b }, outputs });
  const heard = warningsOf(() => named.predict(data));
  assert.equal(heard.length, 1);
  assert.match(heard[0], /^The structure of `inputs` doesn't match the expected structure/);
  const listed = new Functional({ inputs: [a, b], outputs });
  assert.deepEqual(
    warningsOf(() => listed.predict(data)),
    [],
  );
});

test('an array for inputs with unsorted names is refused', () => {
  const [a, b] = ['a', 'b'].map((name) => Input({ shape: [3], name }));
  const model = new Functional({ inputs: { b, a }, outputs: ops.add(a, b) });
  assertRaises(
    () => model.apply([ones(2, 3), ones(2, 3)]),
    ValueError,
    "The structure of `inputs` doesn't match the expected structure",
  );
});
