// ONNX files: their structure. `npm run test:interop` runs them in ONNX Runtime.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import * as keras from '../support/keras.mjs';
import { faultsOf, readOnnx } from '../support/onnx_file.mjs';
import { withFolder } from '../support/saved_files.mjs';

const { Input, layers, loadModel, Model, NotImplementedError, ops, Sequential, ValueError } = keras;
const FLOAT = 1;

const saved = async (model, options) =>
  readOnnx(await model.save(undefined, { format: 'onnx', ...options }));

const dense = () =>
  new Sequential([
    new Input({ shape: [3], name: 'x' }),
    new layers.Dense({ units: 2, activation: 'relu', name: 'd' }),
  ]);

test('a Dense layer is a product, a sum and its activation, with a named batch', async () => {
  const { irVersion, opset, producer, graph } = await saved(dense());
  assert.deepEqual(
    { irVersion, opset, producer },
    { irVersion: 8, opset: 18, producer: 'keras-wasm' },
  );
  assert.deepEqual(graph.inputs, [{ name: 'x', type: FLOAT, shape: ['batch', 3] }]);
  assert.deepEqual(graph.outputs, [{ name: 'd', type: FLOAT, shape: ['batch', 2] }]);
  assert.deepEqual(
    graph.nodes.map((node) => node.opType),
    ['MatMul', 'Add', 'Relu', 'Identity'],
  );
});

test('the weights are in the file, bit by bit', async () => {
  const model = dense();
  const { graph } = await saved(model);
  const [kernel, bias] = model.getWeights().map((weight) => Buffer.from(weight.data().buffer));
  const byRank = (rank) => graph.initializers.find(({ dims }) => dims.length === rank);
  assert.deepEqual(Buffer.from(byRank(2).bytes), kernel);
  assert.deepEqual(Buffer.from(byRank(1).bytes), bias);
});

const files = new URL('../fixtures/files/', import.meta.url);
const models = readdirSync(files).filter((name) => name.endsWith('.keras'));
const withoutForm = ['registered_lambda.keras', 'unbuilt.keras'];

for (const name of models.filter((each) => !withoutForm.includes(each)))
  test(`${name} as ONNX names each value once and before it is used`, async () => {
    const model = await loadModel(readFileSync(new URL(name, files)));
    const { graph } = await saved(model);
    assert.deepEqual(faultsOf(graph), []);
    assert.equal(graph.inputs.length, model.inputs.length);
    assert.deepEqual(
      graph.outputs.map(({ shape }) => shape.map((dim) => (typeof dim === 'number' ? dim : null))),
      model.outputs.map(({ shape }) => [...shape]),
    );
  });

test('a path that ends in .onnx is enough', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'model.onnx');
    const bytes = await dense().save(path);
    assert.deepEqual(new Uint8Array(readFileSync(path)), bytes);
  });
});

test('with externalData the weights are in a file of their own', async () => {
  const model = new Sequential([new Input({ shape: [64] }), new layers.Dense({ units: 64 })]);
  await withFolder(async (folder) => {
    const written = await model.save(join(folder, 'big.onnx'), { externalData: true });
    assert.deepEqual(Object.keys(written), ['big.onnx.data', 'big.onnx']);
    for (const name of Object.keys(written)) assert.ok(existsSync(join(folder, name)), name);
    const { graph } = readOnnx(written['big.onnx']);
    const kernel = graph.initializers.find(({ dims }) => dims.length === 2);
    assert.equal(kernel.bytes, undefined);
    const { location, offset, length } = kernel.external;
    assert.equal(location, 'big.onnx.data');
    const part = written[location].subarray(Number(offset), Number(offset) + Number(length));
    const [value] = model.getWeights();
    assert.deepEqual(Buffer.from(part), Buffer.from(value.data().buffer));
  });
});

test('externalData is refused for other formats', async () => {
  await assert.rejects(dense().save(undefined, { externalData: true }), ValueError);
});

test('one error names all layers that have no form in ONNX', async () => {
  class Own extends layers.Layer {
    static className = 'Own';
    call(x) {
      return x;
    }
  }
  const x = new Input({ shape: [4, 4, 3] });
  const inner = new layers.Equalization({ name: 'first' }).apply(x);
  const y = new Own({ name: 'second' }).apply(inner);
  const nested = new Model({ inputs: x, outputs: y, name: 'nested' });
  const z = new Input({ shape: [4, 4, 3] });
  const model = new Model({ inputs: z, outputs: ops.erfinv(nested.apply(z)), name: 'outer' });
  await assert.rejects(saved(model), (error) => {
    assert.ok(error instanceof NotImplementedError);
    assert.match(error.message, /^Model 'outer' cannot be saved as ONNX:/);
    assert.match(error.message, /- 'first' \(Equalization\): Equalization has no form in ONNX/);
    assert.match(error.message, /- 'second' \(Own\): its class is user-defined/);
    assert.match(error.message, /- 'erfinv' \(Erfinv\): Erfinv has no form in ONNX/);
    return true;
  });
});

test('options that ONNX cannot express are named with their layer', async () => {
  const x = new Input({ batchShape: [1, 4, 2] });
  const y = new layers.LSTM({ units: 2, stateful: true, name: 'memory' }).apply(x);
  await assert.rejects(saved(new Model({ inputs: x, outputs: y })), {
    name: 'NotImplementedError',
    message: /'memory' \(LSTM\): it is stateful/,
  });
});

test('a subclassed model is refused: it is code, not a graph', async () => {
  class Code extends Model {
    static className = 'Code';
    constructor(options) {
      super(options);
      this.dense = new layers.Dense({ units: 1 });
    }
    call(x) {
      return this.dense.apply(x);
    }
  }
  const model = new Code();
  model.apply(ops.ones([1, 2]));
  await assert.rejects(saved(model), /a subclassed model is code, not a graph/);
});

test('saving leaves the model as it was', async () => {
  const model = dense();
  const before = model.getWeights().map((weight) => weight.array());
  const { handles } = keras.memory();
  await saved(model);
  await saved(model);
  assert.deepEqual(
    model.getWeights().map((weight) => weight.array()),
    before,
  );
  assert.ok(keras.memory().handles <= handles + 8);
});

// --- Lookups ---

const lookupOf = async (Class, options, dtype) => {
  const layer = new Class({ ...options, name: 'lookup' });
  const x = new Input({ shape: [2], dtype, name: 'x' });
  return await saved(new Sequential([x, layer]));
};

test('a StringLookup is a LabelEncoder of its tokens, with the indices of masked and unknown ones', async () => {
  const { graph } = await lookupOf(
    layers.StringLookup,
    { vocabulary: ['b', 'a'], maskToken: '' },
    'string',
  );
  const STRING = 8;
  assert.deepEqual(graph.inputs, [{ name: 'x', type: STRING, shape: ['batch', 2] }]);
  const [{ opType, domain, attributes }] = graph.nodes;
  assert.deepEqual([domain, opType], ['ai.onnx.ml', 'LabelEncoder']);
  assert.deepEqual(attributes, {
    keys_strings: ['', 'b', 'a'],
    values_int64s: [0, 2, 3],
    default_int64: 1,
  });
});

test('a StringLookup that was adapted is written with what it learnt', async () => {
  const layer = new layers.StringLookup();
  layer.adapt(['x', 'y', 'y']);
  const { graph } = await saved(
    new Sequential([new Input({ shape: [1], dtype: 'string' }), layer]),
  );
  assert.deepEqual(graph.nodes[0].attributes.keys_strings, layer.getVocabulary(false));
});

test('what ONNX lacks for lookups is named', async () => {
  const refused = (making, pattern) =>
    assert.rejects(
      making,
      (error) => error instanceof NotImplementedError && pattern.test(error.message),
    );
  await refused(
    lookupOf(layers.StringLookup, { vocabulary: ['a'], numOovIndices: 2 }, 'string'),
    /'lookup' \(StringLookup\): ONNX lacks the hash/,
  );
  await refused(lookupOf(layers.IntegerLookup, {}, 'int64'), /it has no vocabulary yet/);
  await refused(lookupOf(layers.Hashing, { numBins: 3 }, 'string'), /Hashing has no form in ONNX/);
});
