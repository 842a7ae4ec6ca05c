// Options are read strictly: unknown names and values of the wrong kind are errors that name the closest match.
import assert from 'node:assert/strict';
import test from 'node:test';
import { runModule } from '../support/child.mjs';
import * as keras from '../support/keras.mjs';
import { assertRaises } from '../support/assertions.mjs';

const { cloneModel, Input, KerasTypeError, layers, Model, ops, random, Sequential, tensor } = keras;
const { ValueError } = keras;

function network() {
  const x = Input({ shape: [3], name: 'x' });
  return new Model({ inputs: x, outputs: new layers.Dense({ units: 2, name: 'd' }).apply(x) });
}

const x = [[1, 2, 3]];

test('an unknown option is an error with the closest match', async () => {
  const model = network();
  const misspelled = [
    [() => model.predict(x, { batchsize: 1 }), 'batchSize'],
    [() => model.summary({ lineLenght: 40 }), 'lineLength'],
    [() => model.getLayer({ nme: 'd' }), 'name'],
    [() => model.subModel({ output: 'd' }), 'outputs'],
    [() => cloneModel(model, { cloneFuncton: (layer) => layer }), 'cloneFunction'],
    [() => cloneModel(model, { copyWeights: { mismach: 'skip' } }), 'mismatch'],
    [() => keras.diffModels(model, model, { weight: false }), 'weights'],
    [() => Model.fromConfig(model.getConfig(), null, { lambda: {} }), 'lambdas'],
    [() => keras.modelFromJson(model.toJson(), { safeMod: true }), 'safeMode'],
    [() => new Model({ inputs: model.input, output: model.output }), 'outputs'],
    [() => new Sequential([], { nme: 'n' }), 'name'],
    [() => new keras.InputSpec({ ndims: 3 }), 'ndim'],
    [() => keras.registerKerasSerializable({ pakage: 'p' }), 'package'],
    [() => new layers.Dense({ units: 2, activtion: 'relu' }), 'activation'],
    [() => new layers.Dense({ units: 2, kernelInitialiser: 'ones' }), 'kernel_initializer'],
    [() => new keras.initializers.RandomNormal({ stdev: 1 }), 'stddev'],
    [() => new random.SeedGenerator({ sed: 1 }), 'seed'],
    [() => ops.sum([1, 2], { axs: 0 }), 'axis'],
    [() => ops.mean([1, 2], { keepDims: true }), 'keepdims'],
    [() => random.normal([2], { stdev: 1 }), 'stddev'],
    [
      () => new layers.Dropout({ rate: 0.5 }).apply(tensor(x), keras.kwargs({ trainig: true })),
      'training',
    ],
  ];
  for (const [use, closest] of misspelled)
    assert.throws(use, new RegExp(`Did you mean '${closest}'`), String(use));
  const rejected = [
    [model.save(undefined, { overwite: false }), 'overwrite'],
    [model.saveWeights(undefined, { overwite: false }), 'overwrite'],
    [model.loadWeights(new Uint8Array(), { skipMismach: true }), 'skipMismatch'],
    [keras.loadModel(new Uint8Array(), { onProgess: () => {} }), 'onProgress'],
    [keras.initialize({ varint: 'simd' }), 'variant'],
  ];
  for (const [promise, closest] of rejected)
    await assert.rejects(promise, new RegExp(`Did you mean '${closest}'`));
});

test('an unknown option without a close match is still an error', () => {
  assertRaises(() => network().predict(x, { verbose: 0 }), KerasTypeError, "argument 'verbose'");
});

test('a value in place of an options object is an error', () => {
  const model = network();
  for (const use of [
    () => new Model(model.input),
    () => new layers.Add(1),
    () => new keras.Layer('name'),
    () => new keras.InputSpec(3),
    () => new keras.Layer().addWeight('kernel'),
    () => model.summary(40),
    () => model.predict(x, '32'),
    () => keras.registerKerasSerializable('package'),
  ])
    assert.throws(use, /takes an object of options/, String(use));
});

test("Keras's snake_case names are accepted everywhere", () => {
  const model = network();
  assert.deepEqual(model.predict(x, { batch_size: 1 }).shape, [1, 2]);
  assert.equal(model.summary({ line_length: 40, print_fn: null }).split('\n')[1].length, 40);
  const clone = cloneModel(model, { clone_function: (layer) => layer });
  assert.equal(clone.getLayer('d'), model.getLayer('d'));
  assert.equal(new keras.InputSpec({ min_ndim: 2 }).minNdim, 2);
});

test('giving an option under both of its names is an error', () => {
  for (const use of [
    () => new layers.Dense({ units: 2, useBias: true, use_bias: false }),
    () => network().predict(x, { batchSize: 1, batch_size: 2 }),
  ])
    assert.throws(use, /multiple values for argument/);
});

test('the batch size of predict may be positional, as in Keras', () => {
  const batches = [];
  class Seen extends keras.Layer {
    call(inputs) {
      if (inputs.shape[0]) batches.push(inputs.shape[0]);
      return inputs;
    }
    computeOutputShape(shape) {
      return shape;
    }
  }
  const inputs = Input({ shape: [1] });
  new Model({ inputs, outputs: new Seen().apply(inputs) }).predict([[1], [2], [3]], 1);
  assert.deepEqual([...new Set(batches)], [1]);
});

test("cloneModel accepts Keras's parameters in order", () => {
  const model = network();
  const other = Input({ shape: [3], name: 'other' });
  const keep = (layer) => layer;
  const shared = (clone) => clone.getLayer('d') === model.getLayer('d');
  assert.equal(cloneModel(model, other).input, other);
  assert.ok(shared(cloneModel(model, null, keep)));
  assert.ok(shared(cloneModel(model, undefined, keep)));
  const both = cloneModel(model, other, keep);
  assert.ok(both.input === other && shared(both));
  assert.ok(shared(cloneModel(model, other, { cloneFunction: keep })));
  assert.ok(!shared(cloneModel(model, null)));
  const two = new Model({ inputs: [other, Input({ shape: [3] })], outputs: other });
  assert.equal(cloneModel(two, [other, Input({ shape: [3] })]).inputs[0], other);
  let called = 0;
  cloneModel(model, null, null, (layer, ...args) => (++called, layer.apply(...args)));
  assert.equal(called, 1);
});

test('a hook in the position of the input tensors is an error', () => {
  for (const wrong of [(layer) => layer, 5, [1, 2]])
    assertRaises(() => cloneModel(network(), wrong), KerasTypeError, 'cloneFunction');
  assert.throws(
    () => cloneModel(network(), null, (l) => l, { cloneFunction: (l) => l }),
    /multiple values for argument 'cloneFunction'/,
  );
});

test('custom objects may be positional, as in Keras', async () => {
  class Twice extends keras.Layer {
    static className = 'Twice';
    call(inputs) {
      return ops.multiply(inputs, 2);
    }
  }
  const model = new Sequential([Input({ shape: [3] }), new Twice()]);
  for (const read of [
    keras.modelFromJson(model.toJson(), { Twice }),
    keras.deserializeKerasObject(keras.serializeKerasObject(model), { Twice }),
    await keras.loadModel(await model.save(), { Twice }),
  ])
    assert.deepEqual(read.predict(x).array(), [[2, 4, 6]]);
});

test('a dtype in the position of the shape is an error that names the right position', () => {
  assertRaises(() => tensor([1, 2], 'float32'), KerasTypeError, 'tensor(data, null, "float32")');
  for (const shape of [2, { dtype: 'int32' }])
    assertRaises(() => tensor([1, 2], shape), KerasTypeError, 'takes a shape');
  for (const shape of [[1.5], [-2], [null]])
    assertRaises(() => tensor([1, 2], shape), ValueError, 'cannot reshape array');
});

test('callFunction with a Sequential is an error that names the option that allows it', () => {
  const model = new Sequential([Input({ shape: [3] }), new layers.Dense({ units: 1 })]);
  const callFunction = (layer, ...args) => layer.apply(...args);
  assertRaises(() => cloneModel(model, { callFunction }), ValueError, '`asFunctional`');
});

test('a hook that calls a layer with call() is an error that names apply()', () => {
  const callFunction = (layer, inputs) => layer.call(inputs);
  assertRaises(() => cloneModel(network(), { callFunction }), ValueError, '`apply()`');
});

test('misspelled options of initialize are refused, before and after start-up', async () => {
  const code = `import * as keras from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
    const tell = (error) => console.log(error.kind, error.message);
    await keras.initialize({ wasmURL: 3 }).catch(tell);
    await keras.initialize('simd').catch(tell);
    await keras.initialize({ variant: 'simd' });
    await keras.initialize({ varint: 'simd' }).catch(tell);`;
  const { output } = await runModule(code);
  const [first, second, third] = output.split('\n');
  assert.match(first, /^TypeError .*Did you mean 'wasmUrl'/);
  assert.match(second, /^TypeError .*takes an object of options/);
  assert.match(third, /^TypeError .*Did you mean 'variant'/);
});
