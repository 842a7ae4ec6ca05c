// Operations that take functions, preprocessing of keras.applications, and operations beyond the golden cases, against
// Keras (tools/fixtures/make_functions.py has the same functions in Python).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import {
  applications,
  initialize,
  Input,
  kwargs,
  Layer,
  Model,
  modelFromJson,
  NotImplementedError,
  ops,
  tensor,
  ValueError,
} from '../support/keras.mjs';

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/functions.json', import.meta.url), 'utf8'),
);

await initialize();

const flat = (value) =>
  value === null || typeof value !== 'object'
    ? [Number(value)]
    : value.array
      ? flat(value.array())
      : Object.values(value).flatMap(flat);

/** Within 1e-5 of the largest expected value. */
function assertClose(actual, expected, message) {
  const got = flat(actual);
  const want = flat(expected);
  assert.equal(got.length, want.length, message);
  const scale = Math.max(1e-30, ...want.map(Math.abs));
  const worst = Math.max(...want.map((value, i) => Math.abs(value - got[i])));
  assert.ok(worst <= 1e-5 * scale, `${message}: differs by ${worst} of ${scale}`);
}

const branches = [(t) => ops.add(t, 1), (t) => ops.multiply(t, 2), (t) => ops.negative(t)];
const halve = (carry, row) => {
  const next = ops.add(ops.multiply(carry, 0.5), row);
  return [next, ops.sum(next)];
};
const prefixSums = (x) => ops.associativeScan((a, b) => ops.add(a, b), x);

const controlFlow = {
  'cond true': (v) =>
    ops.cond(
      true,
      () => ops.sum(v),
      () => ops.max(v),
    ),
  'cond tensor': (v) =>
    ops.cond(
      ops.greater(ops.sum(v), 100),
      () => ops.add(v, 1),
      () => ops.multiply(v, 2),
    ),
  'switch -3': (v) => ops.switch(-3, branches, v),
  'switch 0': (v) => ops.switch(0, branches, v),
  'switch 1': (v) => ops.switch(tensor(1, null, 'int32'), branches, v),
  'switch 2': (v) => ops.switch(2, branches, v),
  'switch 9': (v) => ops.switch(9, branches, v),
  map: (x) => ops.map((row) => ops.multiply(ops.sum(row), row), x),
  'map of a dict': (a, b) =>
    ops.map((pair) => ({ y: ops.multiply(pair.a, pair.b), z: ops.add(pair.b, 1) }), { a, b }),
  vectorizedMap: (x) => ops.vectorizedMap((row) => ops.max(row), x),
  scan: (x) => ops.scan(halve, ops.zeros([3]), x),
  'scan reverse': (x) => ops.scan(halve, ops.zeros([3]), x, { reverse: true }),
  'scan length': (v) =>
    ops.scan((c) => [ops.multiply(c, 2), ops.add(c, 1)], v, null, { length: 3 }),
  'associativeScan 1': prefixSums,
  'associativeScan 2': prefixSums,
  'associativeScan 3': prefixSums,
  'associativeScan 4': prefixSums,
  'associativeScan 5': prefixSums,
  'associativeScan 8': prefixSums,
  'associativeScan reverse': (x) =>
    ops.associativeScan((a, b) => ops.multiply(a, b), x, { reverse: true }),
  'associativeScan axis': (x) => ops.associativeScan((a, b) => ops.maximum(a, b), x, { axis: 1 }),
  foriLoop: (v) => ops.foriLoop(2, 6, (i, t) => ops.add(ops.multiply(t, 0.5), i), v),
  whileLoop: (v) =>
    ops.whileLoop(
      (i) => ops.less(i, 4),
      (i, t) => [ops.add(i, 1), ops.multiply(t, 1.5)],
      [0, v],
    ),
  'whileLoop maximumIterations': (v) =>
    ops.whileLoop(
      (t) => ops.less(ops.sum(t), 1e9),
      (t) => ops.add(t, 1),
      v,
      { maximumIterations: 3 },
    ),
  vectorize: (x, y) => ops.vectorize((a, b) => ops.multiply(ops.maximum(a, b), 2))(x, y),
  'vectorize signature': (m, n) =>
    ops.vectorize((a, b) => ops.matmul(a, b), { signature: '(m,n),(n)->(m)' })(m, n),
  customGradient: (v) => ops.customGradient((t) => [ops.exp(t), () => {}])(v),
};

test('operations that take functions compute what Keras computes', () => {
  assert.deepEqual(
    fixture.controlFlow.map(({ name }) => name),
    Object.keys(controlFlow),
  );
  for (const { name, args, result } of fixture.controlFlow) {
    const tensors = args.map((arg) => tensor(arg));
    assertClose(controlFlow[name](...tensors), result, name);
  }
});

test('loops with conditions run inside a layer that predicts', () => {
  class Halve extends Layer {
    static className = 'Halve';
    call(x) {
      return ops.whileLoop(
        (t) => ops.greater(ops.max(t), 1),
        (t) => ops.divide(t, 2),
        x,
      );
    }
    computeOutputShape(shape) {
      return shape;
    }
  }
  const inputs = Input({ shape: [2] });
  const model = new Model({ inputs, outputs: new Halve().apply(inputs) });
  assert.deepEqual(model.predict(tensor([[8, 4]])).array(), [[1, 0.5]]);
});

test('a condition on a KerasTensor is refused with what to do instead', () => {
  const x = Input({ shape: [] });
  assert.throws(
    () =>
      ops.cond(
        x,
        () => x,
        () => x,
      ),
    (error) => error instanceof NotImplementedError && /KerasTensor.*Lambda/.test(error.message),
  );
});

test('a config with an operation of a Python function says what is missing and where', () => {
  assert.equal(fixture.graphs.length, 6);
  for (const { class_name: className, model } of fixture.graphs) {
    const index = model.config.layers.findIndex((layer) => layer.class_name === className);
    assert.throws(
      () => modelFromJson(JSON.stringify(model)),
      (error) => {
        assert.ok(error instanceof ValueError);
        assert.match(error.message, new RegExp(`operation '${className}': it calls a Python function.*JavaScript function`)); // prettier-ignore
        assert.match(error.path, new RegExp(`layers\\[${index}\\]`));
        return true;
      },
    );
  }
});

test('a class of JavaScript replaces an operation of a Python function', () => {
  class VectorizedMap extends Layer {
    constructor({ function: _, ...options }) {
      super(options);
    }
    call(x) {
      return ops.vectorizedMap((row) => ops.multiply(row, 2), x);
    }
  }
  const { model } = fixture.graphs.find(({ class_name: name }) => name === 'VectorizedMap');
  const revived = modelFromJson(JSON.stringify(model), { customObjects: { VectorizedMap } });
  const x = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
  assert.deepEqual(revived.predict(x).array(), ops.multiply(x, 2).array());
});

test('operations with functions refuse arguments that do not fit', () => {
  const x = tensor([[1, 2]]);
  assert.throws(() => ops.cond(true, 1, () => x), ValueError);
  assert.throws(() => ops.scan((c) => [c, c], x), /Got no `xs` to scan over/);
  assert.throws(() => ops.scan((c) => [c, c], x, x, { length: 3 }), /disagrees/);
  assert.throws(() => ops.scan((c) => [c, c], x, x, { unroll: 0 }), /`unroll` must be/);
  assert.throws(() => ops.map((a) => a, { a: x, b: tensor([1, 2]) }), ValueError);
  assert.throws(() => ops.switch(0, []), /Empty branch sequence/);
  assert.throws(() => ops.vectorize((a) => a, { signature: 'n->n' }), /gufunc signature/);
  assert.throws(() => ops.vectorize((a, b) => ops.add(a, b))(tensor([1, 2]), tensor([1, 2, 3])), {
    message: /Incompatible shapes/,
  });
});

test('each family of keras.applications preprocesses images as Keras does', () => {
  const families = new Set(fixture.preprocessing.map(({ family }) => family));
  assert.equal(families.size, 16);
  for (const { family, dataFormat, x, y } of fixture.preprocessing) {
    const got = applications[family].preprocessInput(tensor(x), { dataFormat });
    assertClose(got, y, `${family} ${dataFormat}`);
  }
});

test('preprocessInput is part of a graph and refuses unknown arguments', () => {
  const images = Input({ shape: [2, 2, 3] });
  const model = new Model({
    inputs: images,
    outputs: applications.resnet50.preprocessInput(images),
  });
  const { x, y } = fixture.preprocessing.find(
    (row) => row.family === 'resnet50' && row.dataFormat === 'channels_last',
  );
  const wide = Input({ shape: [2, 3, 3] });
  const second = new Model({ inputs: wide, outputs: applications.resnet50.preprocessInput(wide) });
  assertClose(second.predict(tensor(x)), y, 'predict');
  assert.deepEqual(model.outputShape ?? model.output.shape, [null, 2, 2, 3]);
  const { preprocessInput } = applications.imagenet_utils;
  assert.throws(() => preprocessInput(tensor(x), { mode: 'onnx' }), /Expected mode to be one of/);
  assert.throws(
    () => preprocessInput(tensor(x), { dataFormat: 'first' }),
    /Expected data_format to be one of/,
  );
});

test('decodePredictions returns ids, names and scores in descending order', () => {
  const labels = Array.from({ length: 1000 }, (_, i) => [`n${i}`, `class ${i}`]);
  const scores = new Float32Array(2000);
  scores[7] = 0.5;
  scores[3] = 0.25;
  scores[1000 + 999] = 1;
  const decoded = applications.vgg16.decodePredictions(tensor(scores, [2, 1000]), {
    top: 2,
    labels,
  });
  assert.deepEqual(decoded[0], [
    ['n7', 'class 7', 0.5],
    ['n3', 'class 3', 0.25],
  ]);
  assert.deepEqual(decoded[1][0], ['n999', 'class 999', 1]);
  assert.throws(
    () => applications.vgg16.decodePredictions(tensor([[1, 2]]), { labels }),
    /expects a batch of predictions/,
  );
  assert.throws(
    () => applications.vgg16.decodePredictions(tensor(scores, [2, 1000]), { labels: {} }),
    /`labels` lacks class 7/,
  );
});

test('CTC, QR, norms, quantiles and Fourier transforms equal those of Keras', () => {
  const camelCase = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
  assert.ok(fixture.operations.length === 72);
  for (const { op, args, integers, kwargs: keywords, outputs } of fixture.operations) {
    const given = args.map((arg, i) =>
      op === 'fft'
        ? arg.map((part) => tensor(part))
        : tensor(arg, null, integers[i] ? 'int32' : 'float32'),
    );
    const got = ops[camelCase(op)](...given, kwargs(keywords));
    assertClose(got, outputs, `${op} ${JSON.stringify(keywords)}`);
  }
});
