// cloneModel, as Keras's models/cloning_test checks clone_model.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import {
  cloneModel,
  Functional,
  Input,
  KerasTensor,
  layers,
  Model,
  ops,
  Sequential,
  tensor,
  ValueError,
} from '../support/keras.mjs';
import { dense } from '../support/scenarios.mjs';

function mlp({ sharedLayer = false } = {}) {
  const inputs = Input({ shape: [3] });
  const shared = dense(2);
  const first = dense(2).apply(inputs);
  const middle = sharedLayer ? shared.apply(shared.apply(first)) : first;
  return new Model({ inputs, outputs: dense(2).apply(middle) });
}

function convolutions() {
  const inputs = Input({ shape: [12, 2] });
  const conv = new layers.Conv1D({ filters: 2, kernelSize: 2 });
  const twice = conv.apply(conv.apply(inputs));
  const last = new layers.Conv1D({ filters: 4, kernelSize: 3 }).apply(twice);
  return new Model({ inputs, outputs: last });
}

const convolutionStack = ({ withInput }) =>
  new Sequential([
    ...(withInput ? [Input({ shape: [12, 2] })] : []),
    new layers.Conv1D({ filters: 2, kernelSize: 2 }),
    new layers.Conv1D({ filters: 4, kernelSize: 3 }),
  ]);

class TwoDense extends Model {
  static className = 'TwoDense';
  constructor(options) {
    super(options);
    this.first = dense(2);
    this.second = dense(2);
  }
  call(x) {
    return this.second.apply(this.first.apply(x));
  }
}

const rows = tensor([
  [1, 2, 3],
  [-1, 0.5, 2],
]);
const sequences = tensor(
  Float32Array.from({ length: 2 * 12 * 2 }, (_, i) => Math.sin(i)),
  [2, 12, 2],
);

const models = {
  'a Functional MLP': [mlp, rows],
  'a Functional of convolutions, one of them used twice': [convolutions, sequences],
  'a Sequential with Input': [() => convolutionStack({ withInput: true }), sequences],
  'a Sequential without Input': [() => convolutionStack({ withInput: false }), sequences],
  'a class that extends Model': [() => new TwoDense(), rows],
};

for (const [what, [make, data]] of Object.entries(models)) {
  test(`the clone of ${what} computes the same with the same weights`, () => {
    const model = make();
    const clone = cloneModel(model);
    assert.equal(clone.constructor, model.constructor);
    const expected = model.apply(data).array();
    clone.apply(data); // builds a clone without Input
    clone.setWeights(model.getWeights());
    assertClose(clone.apply(data).array(), expected);
    assertClose(clone.predict(data).array(), expected);
  });
}

function addSuffix(layer) {
  const config = layer.getConfig();
  config.name += '_custom';
  return layer.constructor.fromConfig(config);
}

for (const [what, make] of Object.entries({
  'an MLP': mlp,
  'a Functional of convolutions': convolutions,
  'a Sequential': () => convolutionStack({ withInput: true }),
})) {
  test(`a cloneFunction renames every layer of ${what} except the InputLayer`, () => {
    const model = make();
    const clone = cloneModel(model, { cloneFunction: addSuffix });
    assert.deepEqual(
      clone.layers.map(({ name }) => name),
      model.layers.map((layer, i) =>
        layer instanceof layers.InputLayer ? clone.layers[i].name : `${layer.name}_custom`,
      ),
    );
    assert.equal(clone.layers[0].name.endsWith('_custom'), model instanceof Sequential);
  });
}

for (const [what, make] of Object.entries({
  'a Functional of convolutions': convolutions,
  'a Sequential with Input': () => convolutionStack({ withInput: true }),
  'a Sequential without Input': () => convolutionStack({ withInput: false }),
})) {
  test(`${what} cloned onto its own input tensor keeps the structure of inputs and outputs`, () => {
    const model = make();
    model.apply(sequences);
    const clone = cloneModel(model, { inputTensors: model.inputs[0] });
    for (const end of ['input', 'output'])
      assert.equal(clone[end] instanceof KerasTensor, model[end] instanceof KerasTensor);
    assert.equal(clone.inputs.length, 1);
    assert.deepEqual(clone.outputShape, model.outputShape);
    assert.deepEqual(clone.apply(sequences).shape, model.apply(sequences).shape);
  });
}

test('a layer that is called twice is cloned once', () => {
  const clone = cloneModel(mlp({ sharedLayer: true }));
  assert.deepEqual(
    clone.layers.map(({ className }) => className),
    ['InputLayer', 'Dense', 'Dense', 'Dense'],
  );
  assert.equal(new Set(clone.layers).size, 4);
});

test('the structure of inputs and outputs is kept, and required of inputTensors', () => {
  const [x, y] = ['x', 'y'].map((name) => Input({ shape: [5], name }));
  const z1 = ops.add(x, y);
  const z2 = dense(5).apply(z1);
  const model = new Model({ inputs: { x, y }, outputs: { z1, z2 } });
  for (const options of [{}, { inputTensors: { x, y } }]) {
    const clone = cloneModel(model, options);
    assert.deepEqual(Object.keys(clone.input), ['x', 'y']);
    assert.deepEqual(Object.keys(clone.output), ['z1', 'z2']);
    assert.ok(Object.values(clone.output).every((value) => value instanceof KerasTensor));
  }
  assertRaises(
    () => cloneModel(model, { inputTensors: [x, y] }),
    ValueError,
    '`input_tensors` must have the same structure as model.input',
  );
});

const identity = (layer) => layer;
function addDropout(layer, ...args) {
  const out = layer.apply(...args);
  return layer instanceof layers.Dense ? new layers.Dropout({ rate: 0.5 }).apply(out) : out;
}
const isDropout = (layer) => layer instanceof layers.Dropout;

test('identity cloneFunction with a callFunction that adds Dropout keeps layers and outputs', () => {
  const model = mlp();
  const clone = cloneModel(model, { cloneFunction: identity, callFunction: addDropout });
  assert.deepEqual([model.layers.length, clone.layers.length], [3, 5]);
  assert.deepEqual(clone.layers.map(isDropout), [false, false, true, false, true]);
  assert.equal(clone.layers[1], model.layers[1]);
  assertClose(clone.predict(rows).array(), model.predict(rows).array());
});

const allLayers = (model) =>
  model.layers.flatMap((layer) =>
    layer instanceof Model ? [layer, ...allLayers(layer)] : [layer],
  );

test('recursive applies the same hooks inside a nested Functional', () => {
  const inputs = Input({ shape: [4] });
  const outputs = dense(2).apply(mlp().apply(dense(3).apply(inputs)));
  const model = new Model({ inputs, outputs });
  const clone = cloneModel(model, {
    cloneFunction: identity,
    callFunction: addDropout,
    recursive: true,
  });
  // Keras also counts the model itself.
  assert.deepEqual(
    [model, clone].map((each) => 1 + allLayers(each).length),
    [8, 12],
  );
  const inner = clone.layers[3];
  assert.ok(inner instanceof Functional);
  assert.deepEqual(inner.layers.map(isDropout), [false, false, true, false, true]);
  const data = tensor([[1, 2, 3, 4]]);
  assertClose(clone.predict(data).array(), model.predict(data).array());
});

function markedClone(model) {
  return cloneModel(model, {
    recursive: true,
    cloneFunction(layer) {
      const made = layer.constructor.fromConfig(layer.getConfig());
      made.mark = 'marked';
      return made;
    },
  });
}

function assertMarkedAndEqual(model, clone, data) {
  model.apply(data);
  clone.apply(data);
  clone.setWeights(model.getWeights());
  assertClose(clone.predict(data).array(), model.predict(data).array());
  const marksOf = (each) =>
    allLayers(each)
      .filter((layer) => layer instanceof layers.Dense)
      .map(({ mark }) => mark);
  assert.ok(marksOf(clone).length > 0);
  assert.ok(marksOf(clone).every((mark) => mark === 'marked'));
  assert.ok(marksOf(model).every((mark) => mark === undefined));
}

test('a recursive clone of Sequentials without Input passes every layer to cloneFunction', () => {
  const model = new Sequential([dense(2), new Sequential([dense(2), dense(2)]), dense(2)]);
  assertMarkedAndEqual(model, markedClone(model), rows);
});

const chain = (width, ...steps) => {
  const inputs = Input({ shape: [width] });
  return new Model({ inputs, outputs: steps.reduce((x, layer) => layer.apply(x), inputs) });
};

test('a recursive clone reaches below the first level of Functionals', () => {
  const innermost = chain(2, dense(2), dense(2));
  const middle = chain(2, dense(2), innermost, dense(2));
  const model = chain(3, dense(2), middle, dense(2));
  assertMarkedAndEqual(model, markedClone(model), rows);
});

test('a recursive clone reaches below the first level of Sequentials', () => {
  const innermost = new Sequential([dense(2), dense(2)]);
  const middle = new Sequential([dense(2), innermost, dense(2)]);
  const model = new Sequential([dense(2), middle, dense(2)]);
  assertMarkedAndEqual(model, markedClone(model), rows);
});

test('the clone of a compiled model has the same compile config', () => {
  const model = new Sequential([Input({ shape: [3] }), dense(1)]);
  assert.equal(cloneModel(model).compileConfig, null);
  model.compileConfig = { optimizer: 'adam', loss: 'binary_crossentropy', metrics: null };
  assert.deepEqual(cloneModel(model).compileConfig, model.compileConfig);
});
