// Layers models of TensorFlow.js, written. `npm run test:interop` opens them there.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { assertClose } from '../support/assertions.mjs';
import * as keras from '../support/keras.mjs';
import { withFolder } from '../support/saved_files.mjs';

const { Input, layers, loadModel, Model, NotImplementedError, ops, Sequential, tensor } = keras;

const saved = (model) => model.save(undefined, { format: 'tfjs' });
const jsonOf = (files) => JSON.parse(Buffer.from(files['model.json']).toString());
const flat = (output) => [output].flat().flatMap((each) => [...each.data()]);

const files = new URL('../fixtures/files/', import.meta.url);
const recordOf = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, files), 'utf8'));
// Without layers that TensorFlow.js lacks, and with names of weights that are unique.
const models = ['bidirectional_lstm', 'functional', 'many_layers', 'nested'];
const names = [
  ...models,
  'nested_sequential',
  'sequential',
  'sequential_input',
  'shared_layer',
].filter((name) => readdirSync(files).includes(`${name}.keras`));

for (const name of names)
  test(`${name}.keras is the same model after it was saved for TensorFlow.js`, async () => {
    const model = await loadModel(readFileSync(new URL(`${name}.keras`, files)));
    const again = await loadModel(await saved(model));
    const { inputs, outputs } = recordOf(`${name}.keras`);
    const data = inputs.tensors.map((each) => tensor(each.data, each.shape, each.dtype));
    const result = again.predict(data.length === 1 ? data[0] : data);
    assertClose(
      flat(result),
      outputs.tensors.flatMap((each) => each.data),
    );
  });

test('the config has the dialect of Keras 2, and the weights their names', async () => {
  const x = new Input({ shape: [3], name: 'x' });
  const y = new layers.Dense({ units: 2, activation: 'silu', name: 'd' }).apply(x);
  const { modelTopology, weightsManifest, format } = jsonOf(
    await saved(new Model({ inputs: x, outputs: y, name: 'm' })),
  );
  assert.equal(format, 'layers-model');
  const { class_name: className, config } = modelTopology.model_config;
  assert.equal(className, 'Functional');
  assert.deepEqual(config.layers[0].config.batch_input_shape, [null, 3]);
  assert.deepEqual(config.layers[1].inbound_nodes, [[['x', 0, 0, {}]]]);
  assert.equal(config.layers[1].config.dtype, 'float32');
  assert.equal(config.layers[1].config.activation, 'swish');
  assert.deepEqual(config.output_layers, [['d', 0, 0]]);
  assert.deepEqual(weightsManifest, [
    {
      paths: ['model-shard1of1.bin'],
      weights: [
        { name: 'd/kernel', shape: [3, 2], dtype: 'float32' },
        { name: 'd/bias', shape: [2], dtype: 'float32' },
      ],
    },
  ]);
});

test('large weights are in shards of 4 MB, beside the model.json', async () => {
  const model = new Sequential([new Input({ shape: [1024] }), new layers.Dense({ units: 1100 })]);
  await withFolder(async (folder) => {
    const path = join(folder, 'big.json');
    const written = await model.save(path, { format: 'tfjs' });
    const expected = ['big-shard1of2.bin', 'big-shard2of2.bin', 'big.json'];
    assert.deepEqual(Object.keys(written), expected);
    assert.deepEqual(readdirSync(folder).sort(), [...expected].sort());
    assert.equal(written['big-shard1of2.bin'].length, 4 * 2 ** 20);
    const again = await loadModel(path);
    assert.deepEqual(again.getWeights()[0].data(), model.getWeights()[0].data());
  });
});

test('one error names all layers that TensorFlow.js cannot express', async () => {
  const x = new Input({ shape: [4, 3] });
  const a = new layers.GRU({ units: 2, returnSequences: true, name: 'a' }).apply(x);
  const b = new layers.UnitNormalization({ name: 'b' }).apply(a);
  const c = new layers.Dense({ units: 1, activation: 'hard_sigmoid', name: 'c' }).apply(b);
  const model = new Model({ inputs: x, outputs: ops.abs(c), name: 'm' });
  await assert.rejects(saved(model), (error) => {
    assert.ok(error instanceof NotImplementedError);
    const lines = error.message.split('\n');
    assert.equal(lines[0], "Model 'm' cannot be saved as a layers model of TensorFlow.js:");
    assert.equal(lines[1], "- 'a' (GRU): its option `reset_after` is true");
    assert.equal(lines[2], "- 'b' (UnitNormalization): TensorFlow.js has no UnitNormalization");
    assert.match(
      lines[3],
      /^- 'c' \(Dense\): TensorFlow\.js does not compute the activation hard_sigmoid/,
    );
    assert.match(lines[4], /\(Absolute\): TensorFlow\.js has no operations in graphs$/);
    return true;
  });
});

test('layers in different models that share a name are refused: their weights would, too', async () => {
  const part = () =>
    new Sequential([new Input({ shape: [2] }), new layers.Dense({ units: 2, name: 'same' })]);
  const model = new Sequential([new Input({ shape: [2] }), part(), part()]);
  await assert.rejects(saved(model), /another layer has a weight with the name same\/kernel/);
});
