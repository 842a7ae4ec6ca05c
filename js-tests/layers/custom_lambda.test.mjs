// Lambda layers saved by Python get JavaScript bodies by name.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { unzipSync } from 'fflate';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import {
  cloneModel,
  deserializeKerasObject,
  Input,
  KerasTypeError,
  kwargs,
  layers,
  loadModel,
  Model,
  modelFromJson,
  ops,
  saveModel,
  Sequential,
  tensor,
  ValueError,
} from '../support/keras.mjs';

const folder = new URL('../fixtures/custom/', import.meta.url);
const bytes = new Uint8Array(readFileSync(new URL('lambdas.keras', folder)));
const truth = JSON.parse(readFileSync(new URL('lambdas.keras.json', folder), 'utf8'));
const configText = new TextDecoder().decode(unzipSync(bytes)['config.json']);

const lambdas = {
  doubled: (x) => ops.add(ops.multiply(x, 2), 1),
  scaled: (x, { factor }) => ops.multiply(x, factor),
  mode: (x, { training }) => (training ? x : ops.negative(x)),
  first_two: (x) => ops.take(x, [0, 1], { axis: 1 }),
};

const [input] = truth.inputs.tensors;
const [expected] = truth.outputs.tensors;
const data = () => tensor(input.data, input.shape);
const check = (model) => assertClose(model.predict(data()).array(), expected.data);

test('a file with Python lambdas is refused with one error that names all of them', async () => {
  const error = await loadModel(bytes).then(
    () => assert.fail('it was opened'),
    (raised) => raised,
  );
  assert.ok(error instanceof ValueError);
  assert.ok(error.message.startsWith('Requested the deserialization of a `Lambda` layer'));
  assert.deepEqual(
    error.unknown.map(({ kind, registeredName, path }) => [kind, registeredName, path]),
    [
      ['lambda', 'doubled', 'config.layers[1]'],
      ['lambda', 'scaled', 'config.layers[2].config.layers[1]'],
      ['lambda', 'mode', 'config.layers[3]'],
      ['lambda', 'first_two', 'config.layers[4]'],
    ],
  );
  assert.match(error.message, /4 Lambda layers that nobody defined here/);
  assert.match(error.message, /scaled: \(inputs, \{ factor \}\) => inputs/);
});

test('only the missing bodies are listed', async () => {
  const { doubled, mode } = lambdas;
  await assert.rejects(loadModel(bytes, { lambdas: { doubled, mode } }), (error) => {
    assert.deepEqual(
      error.unknown.map((unknown) => unknown.registeredName),
      ['scaled', 'first_two'],
    );
    return true;
  });
});

test('with bodies, the model computes the same as in Keras, eagerly and in plans', async () => {
  const model = await loadModel(bytes, { lambdas });
  check(model);
  check(model);
  assertClose(model.apply(data()).array(), expected.data);
  assert.deepEqual(model.outputShape, [null, 2]);
});

test('a body receives `training` and the arguments in the config', async () => {
  const model = await loadModel(bytes, { lambdas });
  const mode = model.getLayer('mode');
  const x = tensor([[1, 2, 3, 4]]);
  assert.deepEqual(mode.apply(x, kwargs({ training: true })).array(), [[1, 2, 3, 4]]);
  assert.deepEqual(mode.apply(x).array(), [[-1, -2, -3, -4]]);
  const scaled = model.getLayer('inner').getLayer('scaled');
  assert.deepEqual(scaled.apply(x).array(), [[0.5, 1, 1.5, 2]]);
});

test('the config keeps the Python lambda, so that Keras opens the saved file', async () => {
  const model = await loadModel(bytes, { lambdas });
  assert.deepEqual(model.getConfig(), truth.config);
  const saved = new TextDecoder().decode(unzipSync(await saveModel(model))['config.json']);
  const layersOf = (text) => JSON.parse(text).config.layers;
  const functions = (list) =>
    list.flatMap(({ config }) =>
      config.layers ? functions(config.layers) : [config.function ?? []],
    );
  assert.deepEqual(functions(layersOf(saved)), functions(layersOf(configText)));
  assert.equal(JSON.stringify(functions(layersOf(saved))).includes('__lambda__'), true);
  check(await loadModel(await saveModel(model), { lambdas }));
});

test('clones keep the bodies, in nested models and with hooks too', async () => {
  const model = await loadModel(bytes, { lambdas });
  const trips = {
    plain: {},
    recursive: { recursive: true },
    spelled: { cloneFunction: (layer) => layer.constructor.fromConfig(layer.getConfig()) },
    renamed: {
      cloneFunction: (layer) =>
        layer.constructor.fromConfig({ ...layer.getConfig(), name: `${layer.name}_2` }),
    },
  };
  for (const options of Object.values(trips)) {
    const clone = cloneModel(model, options);
    clone.setWeights(model.getWeights());
    check(clone);
    const again = cloneModel(clone);
    again.setWeights(model.getWeights());
    check(again);
  }
});

test('bodies can be given wherever custom objects can', async () => {
  const model = await loadModel(bytes, { lambdas });
  const weights = model.getWeights();
  const revived = [
    modelFromJson(model.toJson(), { lambdas }),
    deserializeKerasObject(JSON.parse(model.toJson()), { lambdas }),
    Model.fromConfig(model.getConfig(), null, { lambdas }),
  ];
  for (const copy of revived) {
    copy.setWeights(weights);
    check(copy);
  }
  const layer = layers.Lambda.fromConfig(model.getLayer('doubled').getConfig(), null, { lambdas });
  assert.deepEqual(layer.apply(tensor([[1]])).array(), [[3]]);
});

test('without safe mode, a Lambda without a body is kept and raises an error when it is called', async () => {
  const model = await loadModel(bytes, { safeMode: false });
  assert.deepEqual(model.getConfig(), truth.config);
  assertRaises(() => model.predict(data()), Error, 'lambdas: { doubled: (x) => ... }');
});

test('a Lambda with a JavaScript function can be cloned, unlike a Python lambda', () => {
  const model = new Sequential([
    Input({ shape: [2] }),
    new layers.Lambda({ function: (x) => ops.multiply(x, 3), name: 'tripled' }),
  ]);
  const [out] = cloneModel(model)
    .predict([[1, 2]])
    .array();
  assert.deepEqual(out, [3, 6]);
  const wrapped = new Sequential([
    Input({ shape: [2, 1] }),
    new layers.TimeDistributed({
      layer: new layers.Lambda({ function: (x) => ops.multiply(x, 5), name: 'inside' }),
    }),
  ]);
  assert.deepEqual(
    cloneModel(wrapped)
      .predict([[[1], [2]]])
      .array(),
    [[[5], [10]]],
  );
});

test('a body that reads its data runs again for each prediction', async () => {
  const seen = [];
  const model = await loadModel(bytes, {
    lambdas: {
      ...lambdas,
      doubled(x) {
        if (x.shape[0] !== null) seen.push(x.shape[0]);
        return ops.add(ops.multiply(x, 2), 1);
      },
    },
  });
  seen.length = 0;
  const rows = Array.from({ length: 3 }, (_, i) => [i, 1, 2, 3]);
  model.predict(rows, { batchSize: 2 });
  assert.ok(seen.includes(2) && seen.includes(1));
});

test('a body that is not a function is refused', () => {
  const record = JSON.parse(configText).config.layers[1];
  assertRaises(
    () => deserializeKerasObject(record, { lambdas: { doubled: 3 } }),
    KerasTypeError,
    'doubled=3',
  );
});
