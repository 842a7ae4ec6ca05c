// cloneModel with copyWeights: which source each weight of the clone has.
//
// Long because each kind of hook and each kind of replacement is a separate case.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRaises } from '../../support/assertions.mjs';
import {
  cloneModel,
  CloneReport,
  Input,
  KerasTypeError,
  kwargs,
  Layer,
  layers,
  Model,
  ops,
  Sequential,
  tensor,
  ValueError,
} from '../../support/keras.mjs';
import { dense } from '../../support/scenarios.mjs';

function chain(made, shape = [3], name = 'm') {
  const inputs = Input({ shape, name: 'x' });
  const outputs = made.reduce((x, layer) => layer.apply(x), inputs);
  return new Model({ inputs, outputs, name });
}

function classifier() {
  const model = chain([
    dense(4, 'd1'),
    new layers.BatchNormalization({ name: 'bn' }),
    dense(2, 'd2'),
  ]);
  const bn = model.getLayer('bn');
  bn.setWeights(bn.getWeights().map((weight, i) => [1.5, 2, 0.5, 3].map((v) => v + i)));
  return model;
}

const data = tensor([
  [1, 2, 3],
  [-1, 0.5, 2],
]);
const predicted = (model, x = data) => model.predict(x).array();

/** The clone and its report. */
function cloned(model, options = {}) {
  let report;
  const clone = cloneModel(model, {
    copyWeights: true,
    ...options,
    onReport: (given) => (report = given),
  });
  assert.ok(report instanceof CloneReport);
  return { clone, report };
}

const nameOf = (weight) => (weight === null ? null : `${weight.layer}/${weight.weight}`);
const targets = (entries) => entries.map(({ target }) => nameOf(target));

test('a clone with copied weights predicts the same', () => {
  const model = classifier();
  const { clone, report } = cloned(model);
  assert.deepEqual(predicted(clone), predicted(model));
  assert.deepEqual(targets(report.copied), [
    'd1/kernel',
    'd1/bias',
    'bn/gamma',
    'bn/beta',
    'bn/moving_mean',
    'bn/moving_variance',
    'd2/kernel',
    'd2/bias',
  ]);
  assert.deepEqual([report.skipped, report.fresh, report.shared, report.unbuilt], [[], [], [], []]);
});

test('changing a weight of the clone or the original leaves the other unchanged', () => {
  const model = classifier();
  const clone = cloneModel(model, { copyWeights: true });
  const before = predicted(model);
  clone.getLayer('d1').setWeights(
    clone
      .getLayer('d1')
      .getWeights()
      .map((w) => ops.multiply(w, 2)),
  );
  assert.deepEqual(predicted(model), before);
  assert.notDeepEqual(predicted(clone), before);
  const kernel = clone.getLayer('d2').weights[0];
  const kept = kernel.value().array();
  model.getLayer('d2').weights[0].assign(ops.zeros([4, 2]));
  assert.deepEqual(kernel.value().array(), kept);
});

test('the original can be disposed of', () => {
  const model = classifier();
  const expected = predicted(model);
  const clone = cloneModel(model, { copyWeights: true });
  model.dispose();
  assert.deepEqual(predicted(clone), expected);
});

// --- Mismatches ---

const grey = (model) => ({
  inputTensors: Input({ shape: [4, 4, 1], name: 'grey' }),
  model,
});

function colourModel() {
  return chain(
    [
      new layers.Conv2D({ filters: 2, kernelSize: 3, name: 'conv' }),
      new layers.GlobalAveragePooling2D(),
      dense(2, 'head'),
    ],
    [4, 4, 3],
  );
}

test('with true, a mismatch is an error that names layer, weight and both shapes', () => {
  const { model, inputTensors } = grey(colourModel());
  const error = assertRaises(
    () => cloneModel(model, { inputTensors, copyWeights: true }),
    ValueError,
    "weight 'kernel' of layer 'conv' (Conv2D) is (3, 3, 3, 2) float32 in the model and (3, 3, 1, 2) float32 in the clone",
  );
  assert.equal(
    assertRaises(
      () => cloneModel(model, { inputTensors, copyWeights: { mismatch: 'error' } }),
      ValueError,
    ).message,
    error.message,
  );
});

test("with 'skip', a weight that does not fit keeps its initial value", () => {
  const { model, inputTensors } = grey(colourModel());
  const { clone, report } = cloned(model, { inputTensors, copyWeights: { mismatch: 'skip' } });
  assert.deepEqual(targets(report.skipped), ['conv/kernel']);
  assert.match(report.skipped[0].reason, /does not fit/);
  assert.deepEqual(report.skipped[0].target.shape, [3, 3, 1, 2]);
  assert.deepEqual(report.skipped[0].source.shape, [3, 3, 3, 2]);
  assert.deepEqual(
    clone.getLayer('head').weights[0].value().array(),
    model.getLayer('head').weights[0].value().array(),
  );
});

test('a function can adapt a weight, such as a kernel for grey images from one for colour images', () => {
  const { model, inputTensors } = grey(colourModel());
  const asked = [];
  const { clone, report } = cloned(model, {
    inputTensors,
    copyWeights: {
      mismatch: (weight, source, { layer, sourceLayer }) => {
        asked.push([weight.name, source.path, layer.name, sourceLayer === model.getLayer('conv')]);
        return ops.sum(source.value(), { axis: 2, keepdims: true });
      },
    },
  });
  assert.deepEqual(asked, [['kernel', 'conv/kernel', 'conv', true]]);
  assert.equal(report.copied.find(({ target }) => target.weight === 'kernel').adapted, true);
  // A grey image is a colour image with three equal channels.
  const image = Array.from({ length: 16 }, (_, i) => i / 16);
  const a = clone.predict(tensor(image, [1, 4, 4, 1])).data();
  const b = model
    .predict(
      tensor(
        image.flatMap((v) => [v, v, v]),
        [1, 4, 4, 3],
      ),
    )
    .data();
  a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) < 1e-5));
});

test('a mismatch function may return nested or flat arrays, or undefined', () => {
  const model = chain([dense(2, 'd')]);
  const inputTensors = Input({ shape: [4] });
  const flat = Float32Array.from({ length: 8 }, (_, i) => i);
  const nested = [0, 2, 4, 6].map((i) => [i, i + 1]);
  for (const value of [flat, nested]) {
    const clone = cloneModel(model, { inputTensors, copyWeights: { mismatch: () => value } });
    assert.deepEqual(clone.weights[0].value().array(), nested);
  }
  const { report } = cloned(model, { inputTensors, copyWeights: { mismatch: () => {} } });
  assert.deepEqual(targets(report.skipped), ['d/kernel']);
});

test('an error thrown by a mismatch function is the same object, with notes that name the weight', () => {
  const own = new RangeError('mine');
  const options = {
    inputTensors: Input({ shape: [4] }),
    copyWeights: {
      mismatch() {
        throw own;
      },
    },
  };
  let raised;
  try {
    cloneModel(chain([dense(2, 'd')]), options);
  } catch (error) {
    raised = error;
  }
  assert.equal(raised, own);
  assert.deepEqual(own.notes, ["While adapting weight 'kernel' of layer 'd' (Dense)"]);
});

test("the result of a mismatch function must have the weight's shape", () => {
  const options = {
    inputTensors: Input({ shape: [4] }),
    copyWeights: { mismatch: () => [1, 2, 3] },
  };
  assertRaises(
    () => cloneModel(chain([dense(2, 'd')]), options),
    ValueError,
    'The value for a weight of shape (4, 2) has shape (3,)',
  );
});

test('unknown options are refused', () => {
  const model = chain([dense(2, 'd')]);
  const refused = (copyWeights, Class, message) =>
    assertRaises(() => cloneModel(model, { copyWeights }), Class, message);
  refused({ mismatch: 'ignore' }, ValueError, "'error', 'skip' or a function. Received: ignore");
  refused({ missmatch: 'skip' }, ValueError, 'Received: missmatch');
  refused('yes', KerasTypeError, 'copyWeights must be true, false or { mismatch }');
});

// --- Hooks that wrap, replace, add, remove or share layers ---

test('weights are copied into a wrapped layer', () => {
  const model = chain([dense(2, 'd')], [5, 3]);
  const { clone, report } = cloned(model, {
    cloneFunction: (layer) =>
      new layers.TimeDistributed({
        layer: layer.constructor.fromConfig(layer.getConfig()),
        name: 'each',
      }),
  });
  assert.deepEqual(targets(report.copied), ['each/d/kernel', 'each/d/bias']);
  const x = tensor(
    Float32Array.from({ length: 15 }, (_, i) => i),
    [1, 5, 3],
  );
  assert.deepEqual(predicted(clone, x), predicted(model, x));
});

const bidirectional = (layer) => new layers.Bidirectional({ layer, name: 'both' });

test('a Bidirectional around a layer has twice its weights: an error, or only the forward half is copied', () => {
  const model = chain([new layers.LSTM({ units: 2, name: 'lstm' })], [5, 3]);
  assertRaises(
    () => cloneModel(model, { cloneFunction: bidirectional, copyWeights: true }),
    ValueError,
    "layer 'both/backward_lstm",
  );
  const { clone, report } = cloned(model, {
    cloneFunction: bidirectional,
    copyWeights: { mismatch: 'skip' },
  });
  assert.equal(report.copied.length, 3);
  assert.ok(report.copied.every(({ target }) => target.layer.startsWith('both/forward_lstm')));
  assert.deepEqual(
    targets(report.skipped).filter((name) => !name.endsWith('seed_generator_state')),
    ['kernel', 'recurrent_kernel', 'bias'].map((name) => `both/backward_lstm/lstm_cell/${name}`),
  );
  assert.deepEqual(clone.weights[0].value().array(), model.weights[0].value().array());
});

test('a mismatch function can fill both halves of a Bidirectional', () => {
  const model = chain([new layers.LSTM({ units: 2, name: 'lstm' })], [5, 3]);
  const clone = cloneModel(model, {
    cloneFunction: bidirectional,
    copyWeights: {
      mismatch: (weight, source, { layer, sourceLayer }) =>
        (source ?? sourceLayer.weights[layer.weights.indexOf(weight) % 3]).value(),
    },
  });
  const values = clone.weights.map((weight) => weight.value().array());
  assert.deepEqual(values.slice(3), values.slice(0, 3));
});

test('weights are copied into a layer of another class', () => {
  class Own extends Layer {
    static className = 'Own';
    build(shape) {
      this.a = this.addWeight({ name: 'a', shape: [shape[1], 2] });
      this.b = this.addWeight({ name: 'b', shape: [2] });
    }
    call(x) {
      return ops.add(ops.matmul(x, this.a), this.b);
    }
  }
  const model = chain([dense(2, 'd')]);
  const { clone, report } = cloned(model, { cloneFunction: () => new Own({ name: 'own' }) });
  assert.deepEqual(targets(report.copied), ['own/a', 'own/b']);
  assert.deepEqual(predicted(clone), predicted(model));
});

test('layers added by hooks are fresh, and removed layers are left out', () => {
  const model = classifier();
  const { clone, report } = cloned(model, {
    callFunction: (layer, ...args) => {
      if (layer.name === 'bn') return args[0];
      const y = layer.apply(...args);
      return layer.name === 'd2' ? dense(2, 'head').apply(y) : y;
    },
  });
  assert.deepEqual(report.fresh.map(nameOf), ['head/kernel', 'head/bias']);
  assert.deepEqual(new Set(report.skipped.map(({ source }) => source.layer)), new Set(['bn']));
  assert.ok(report.skipped.every(({ target }) => target === null));
  assert.equal(clone.layers.length, 4);
});

test('a layer that the hook returns unchanged is shared', () => {
  const model = classifier();
  const { clone, report } = cloned(model, { cloneFunction: (layer) => layer });
  assert.equal(report.shared.length, 8);
  assert.equal(clone.getLayer('d1'), model.getLayer('d1'));
});

test('weights set by the hook keep their values', () => {
  const model = classifier();
  const { clone, report } = cloned(model, {
    cloneFunction(layer) {
      if (layer.name !== 'd1') return undefined;
      const folded = layer.constructor.fromConfig(layer.getConfig());
      folded.build([null, 3]);
      folded.setWeights([ops.ones([3, 4]), [1, 2, 3, 4]]);
      return folded;
    },
  });
  assert.deepEqual(targets(report.skipped), ['d1/kernel', 'd1/bias']);
  assert.deepEqual(clone.weights[1].value().array(), [1, 2, 3, 4]);
});

test('the default hook written out copies all weights', () => {
  const model = nested();
  const { clone, report } = cloned(model, {
    cloneFunction: (layer) => layer.constructor.fromConfig(layer.getConfig()),
  });
  assert.deepEqual([report.skipped, report.fresh], [[], []]);
  assert.deepEqual(predicted(clone), predicted(model));
});

// --- Nested, shared, Sequential, custom and subclassed models ---

function nested() {
  const shared = dense(3, 'shared');
  const inner = chain([shared, dense(3, 'deep')], [3], 'inner');
  return chain([shared, inner, dense(2, 'head')], [3], 'outer');
}

test('weights of nested models and shared layers are copied, with and without recursive', () => {
  const model = nested();
  for (const recursive of [false, true]) {
    const { clone, report } = cloned(model, { recursive });
    assert.deepEqual(predicted(clone), predicted(model));
    assert.deepEqual([report.skipped, report.fresh], [[], []]);
    // Unless it is recursive, Keras gives the nested clone a separate copy.
    assert.equal(clone.weights.length, recursive ? 6 : 8);
  }
});

test('weights of a Sequential are copied, whether it was built by an Input or by its first call', () => {
  const built = new Sequential([Input({ shape: [3] }), dense(4, 'a'), dense(2, 'b')]);
  const deferred = new Sequential([dense(4, 'a'), dense(2, 'b')]);
  predicted(deferred);
  for (const model of [built, deferred]) {
    const { clone, report } = cloned(model);
    assert.equal(report.copied.length, 4);
    assert.deepEqual(predicted(clone), predicted(model));
  }
});

test('a Sequential that was never called has no weights to copy', () => {
  const model = new Sequential([dense(4, 'a'), dense(2, 'b')]);
  const { clone, report } = cloned(model);
  assert.deepEqual(report.unbuilt, ['a', 'b']);
  assert.match(String(report), /not built before the first call: 2/);
  assert.deepEqual(report.copied, []);
  assert.equal(clone.weights.length, 0);
});

class Scale extends Layer {
  static className = 'Scale';
  build(shape) {
    this.factor = this.addWeight({ name: 'factor', shape: [shape.at(-1)], initializer: 'ones' });
    // Values assigned during build are initial values, not values set by a hook.
    this.factor.assign(ops.full([shape.at(-1)], 2));
  }
  call(x) {
    return ops.multiply(x, this.factor);
  }
}

test('weights of JavaScript layers are copied, in nested models too', () => {
  const inner = chain([new Scale({ name: 'scale' })], [3], 'inner');
  const model = chain([inner, new Scale({ name: 'outside' })], [3], 'outer');
  model.weights.forEach((weight, i) => weight.assign([i + 1, i + 2, i + 3]));
  const options = { customObjects: { Scale } };
  const written = (layer) => layer.constructor.fromConfig(layer.getConfig(), { Scale });
  for (const cloneFunction of [undefined, written]) {
    const { clone, report } = cloned(model, { ...options, cloneFunction });
    assert.deepEqual([report.skipped, report.fresh], [[], []]);
    assert.deepEqual(predicted(clone), predicted(model));
  }
});

test('weights of a subclassed model are copied', () => {
  class Twice extends Model {
    static className = 'Twice';
    constructor(options = {}) {
      super(options);
      this.first = dense(3, 'first');
      this.second = dense(2, 'second');
    }
    call(x) {
      return this.second.apply(this.first.apply(x));
    }
  }
  const model = new Twice({ name: 't' });
  const expected = predicted(model);
  const { clone, report } = cloned(model, { customObjects: { Twice } });
  assert.ok(clone instanceof Twice);
  assert.deepEqual(targets(report.copied), [
    'first/kernel',
    'first/bias',
    'second/kernel',
    'second/bias',
  ]);
  assert.deepEqual(predicted(clone), expected);
});

test("statistics and random number generators continue from the original's state", () => {
  const normalization = new layers.Normalization({ name: 'norm' });
  const model = chain([
    normalization,
    new layers.Dropout({ rate: 0.5, name: 'drop' }),
    dense(2, 'd'),
  ]);
  normalization.weights[0].assign([1, 2, 3]);
  const x = tensor([[1, 2, 3]]);
  model.apply(x, kwargs({ training: true }));
  const { clone, report } = cloned(model);
  assert.ok(targets(report.copied).includes('norm/mean'));
  assert.ok(targets(report.copied).includes('drop/seed_generator_state'));
  assert.deepEqual(predicted(clone), predicted(model));
  for (let i = 0; i < 3; ++i) {
    const [a, b] = [model, clone].map((m) => m.apply(x, kwargs({ training: true })).array());
    assert.deepEqual(a, b);
  }
});

test('a seed set by the hook is kept', () => {
  const model = chain([new layers.Dropout({ rate: 0.5, name: 'drop' })]);
  const { report } = cloned(model, {
    cloneFunction: (layer) => layer.constructor.fromConfig({ ...layer.getConfig(), seed: 1337 }),
  });
  assert.deepEqual(targets(report.skipped), ['drop/seed_generator_state']);
});

// --- The report ---

test('a report can be printed', () => {
  const model = classifier();
  const { report } = cloned(model, {
    inputTensors: Input({ shape: [5] }),
    copyWeights: { mismatch: 'skip' },
    cloneFunction: (layer) => (layer.name === 'd2' ? layer : undefined),
    rename: (name) => (name === 'bn' ? 'norm' : undefined),
  });
  assert.equal(
    String(report),
    [
      'copied: 5',
      '  d1/bias [4] float32',
      '  norm/gamma [4] float32 from bn/gamma',
      '  norm/beta [4] float32 from bn/beta',
      '  norm/moving_mean [4] float32 from bn/moving_mean',
      '  norm/moving_variance [4] float32 from bn/moving_variance',
      'skipped: 1',
      '  d1/kernel [5, 4] float32: (3, 4) float32 does not fit into (5, 4) float32',
      'shared: 2',
      '  d2/kernel [4, 2] float32',
      '  d2/bias [2] float32',
    ].join('\n'),
  );
});

test('without copyWeights the report lists all weights as fresh', () => {
  const { report } = cloned(classifier(), { copyWeights: false });
  assert.equal(report.fresh.length, 8);
  assert.deepEqual([report.copied, report.skipped], [[], []]);
});
