// node tools/interop/write.mjs FOLDER: builds, clones and saves models with this package, and writes its predictions, which
// check.py compares with real Keras (README.md).
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as keras from '../../dist/index.js';
import {
  cloneModel,
  initialize,
  Input,
  layers,
  loadModel,
  modelFromJson,
  Model,
  ops,
  registerKerasSerializable,
  saveModel,
  saveWeights,
  Sequential,
  setRandomSeed,
  setWarningHandler,
  tensor,
} from '../../dist/index.js';
import { leavesOf, randomModel } from '../lib/random_models/model_maker.mjs';
import { makeLab } from '../lib/lab.mjs';
import { asWritten, memberText, withRaw } from './json_text.mjs';

const folder = process.argv[2];
if (folder === undefined) throw new Error('Usage: node tools/interop/write.mjs FOLDER');
const root = new URL('../../', import.meta.url);
const cases = [];

// Reproducible inputs of any shape.
function numbers(shape, seed) {
  let state = seed;
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return tensor(values, shape);
}

const toBase64 = (value) => {
  const data = value.data();
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
};
// Half-precision data is given as float32.
const describe = (value) => ({
  shape: [...value.shape],
  dtype: value.dtype,
  ...(/float16/.test(value.dtype) ? { data: [...value.data()] } : { base64: toBase64(value) }),
});

// Tensors in flattening order (dicts by sorted key), and the structure with their indices.
function flatten(value, tensors) {
  if (Array.isArray(value)) return value.map((item) => flatten(item, tensors));
  if (value.shape !== undefined && value.dtype !== undefined)
    return tensors.push(describe(value)) - 1;
  const structure = {};
  for (const key of Object.keys(value).sort()) structure[key] = flatten(value[key], tensors);
  return structure;
}

function nest(value) {
  const tensors = [];
  return { structure: flatten(value, tensors), tensors };
}

async function add(name, model, inputs, { tolerance = 1e-5, ending = 'keras', ...more } = {}) {
  const file = `${name.replace(/\W+/g, '_')}.${ending}`;
  await saveModel(model, join(folder, file));
  cases.push({
    name,
    file,
    ...more,
    config: asWritten(memberText(model.toJson(), 'config')),
    weights: model.getWeights().map(describe),
    inputs: nest(inputs),
    outputs: nest(await model.predict(inputs)),
    tolerance,
    ...more,
  });
}

// Compares with the reopened model, since saving merges LoRA updates and quantizes the kernel again.
async function addReopened(name, model, inputs, options) {
  const bytes = await saveModel(model);
  const reopened = await loadModel(bytes);
  await add(name, reopened, inputs, options);
  await writeFile(join(folder, cases.at(-1).file), bytes);
}

async function addWeights(name, model, inputs, { ending = 'weights.h5', ...options } = {}) {
  const file = `${name.replace(/\W+/g, '_')}.${ending}`;
  await saveWeights(model, join(folder, file), options);
  cases.push({
    name,
    kind: 'weights',
    file,
    to_json: asWritten(model.toJson()),
    inputs: nest(inputs),
    outputs: nest(await model.predict(inputs)),
  });
}

const { Bidirectional, Dense, Dropout, Embedding, GlobalAveragePooling1D } = layers;
const { LSTM, RNN, TimeDistributed } = layers;

function functional() {
  const a = Input({ shape: [6], name: 'a' });
  const b = Input({ shape: [4], name: 'b' });
  const shared = new Dense({ units: 5, activation: 'tanh', name: 'shared' });
  const left = shared.apply(new Dense({ units: 4, name: 'left' }).apply(a));
  const right = shared.apply(b);
  const sum = ops.multiply(ops.add(left, right), 0.5);
  const both = new layers.Concatenate({ name: 'both' }).apply([sum, left]);
  const out = new Dense({ units: 3, activation: 'softmax', name: 'out' }).apply(both);
  return new Model({ inputs: [a, b], outputs: [out, sum], name: 'shared_layers' });
}

function sequences() {
  const ids = Input({ shape: [7], dtype: 'int32', name: 'ids' });
  const vectors = new Embedding({
    inputDim: 11,
    outputDim: 6,
    maskZero: true,
    name: 'embedding',
  }).apply(ids);
  const states = new layers.Bidirectional({
    layer: new LSTM({ units: 4, returnSequences: true }),
    name: 'both_ways',
  }).apply(vectors);
  const last = new layers.GRU({ units: 3, name: 'last' }).apply(states);
  return new Model({
    inputs: ids,
    outputs: new Dense({ units: 2, name: 'out' }).apply(last),
    name: 'sequences',
  });
}

function convolutions() {
  return new Sequential(
    [
      Input({ shape: [12, 12, 3], name: 'image' }),
      new layers.Conv2D({ filters: 8, kernelSize: 3, padding: 'same', name: 'conv' }),
      new layers.BatchNormalization({ name: 'norm' }),
      new layers.ReLU({ name: 'relu' }),
      new layers.MaxPooling2D({ name: 'pool' }),
      new layers.DepthwiseConv2D({ kernelSize: 3, name: 'depthwise' }),
      new layers.SeparableConv2D({
        filters: 6,
        kernelSize: 2,
        activation: 'elu',
        name: 'separable',
      }),
      new layers.GlobalAveragePooling2D({ name: 'mean' }),
      new Dense({ units: 4, name: 'out' }),
    ],
    { name: 'convolutions' },
  );
}

function attention() {
  const x = Input({ shape: [5, 8], name: 'x' });
  const attended = new layers.MultiHeadAttention({
    numHeads: 2,
    keyDim: 4,
    name: 'attention',
  }).apply(x, x);
  const sum = new layers.Add({ name: 'residual' }).apply([x, attended]);
  const norm = new layers.LayerNormalization({ name: 'norm' }).apply(sum);
  return new Model({
    inputs: x,
    outputs: new layers.TimeDistributed({ layer: new Dense({ units: 3 }), name: 'each' }).apply(
      norm,
    ),
    name: 'attention_block',
  });
}

function half() {
  return new Sequential(
    [
      Input({ shape: [5], name: 'x' }),
      new Dense({ units: 4, activation: 'relu', dtype: 'mixed_float16', name: 'half' }),
      new Dense({ units: 2, dtype: 'float32', name: 'out' }),
    ],
    { name: 'half' },
  );
}

function userClasses({ Scale, MinimalCell, Encoder, swoosh, Spread }) {
  const x = Input({ shape: [5, 3], name: 'x' });
  const cell = new MinimalCell({ units: 4, name: 'own_cell' });
  let y = new Bidirectional({
    layer: new RNN({ cell, returnSequences: true, name: 'rnn' }),
    name: 'both',
  }).apply(x);
  y = new TimeDistributed({ layer: new Scale({ factor: 0.5, name: 's' }), name: 'steps' }).apply(y);
  y = new GlobalAveragePooling1D({ name: 'pool' }).apply(y);
  const kernelInitializer = new Spread({ start: -1.5, stop: 1.5 });
  y = new Dense({ units: 3, activation: swoosh, kernelInitializer, name: 'd' }).apply(y);
  const outputs = new Encoder({ units: 2, name: 'encoder' }).apply(y);
  return new Model({ inputs: x, outputs, name: 'user' });
}

await mkdir(folder, { recursive: true });
await initialize();
setRandomSeed(20260101);

const ids = tensor(Int32Array.from([1, 2, 3, 4, 0, 0, 0, 5, 6, 7, 8, 9, 10, 1]), [2, 7]);
const pair = [numbers([2, 6], 1), numbers([2, 4], 2)];
const image = numbers([2, 12, 12, 3], 3);

const dropoutAfterDense = {
  cloneFunction: (layer) => layer,
  callFunction(layer, ...args) {
    const out = layer.apply(...args);
    return layer instanceof Dense
      ? new Dropout({ rate: 0.5, name: `${layer.name}_dropout_${out.name}` }).apply(out)
      : out;
  },
};
const seeded = {
  cloneFunction(layer) {
    const config = layer.getConfig();
    if ('seed' in config) config.seed = 1337;
    return layer.constructor.fromConfig(config);
  },
};

await add('shared layers, graph operations, two outputs', functional(), pair);
await add('its clone', cloneModel(functional()), pair);
await add('masks, bidirectional LSTM, GRU', sequences(), ids);
await add('seeds 1337', cloneModel(sequences(), seeded), ids);
await add('convolutions', convolutions(), image);
await add(
  'clone of convolutions on a new input',
  cloneModel(convolutions(), { inputTensors: Input({ shape: [12, 12, 3], name: 'new' }) }),
  image,
);
await add('attention', attention(), numbers([2, 5, 8], 4));
await add('mixed precision', half(), numbers([2, 5], 5), { tolerance: 2e-2 });
await addWeights('weights only', functional(), pair);
await addWeights('weights in several files', functional(), pair, {
  maxShardSize: 200 / 2 ** 30,
  ending: 'weights.json',
});
for (const ending of ['safetensors', 'npz']) {
  await addWeights(`${ending} of dense layers`, functional(), pair, { ending });
  await addWeights(`${ending} of recurrent layers`, sequences(), ids, { ending });
  await addWeights(`${ending} of attention`, attention(), numbers([2, 5, 8], 4), { ending });
}

// Saving in the legacy format raises a warning.
const previous = setWarningHandler(null);
await add('shared layers, graph operations, legacy', functional(), pair, { ending: 'h5' });
await add('convolutions, legacy', convolutions(), image, { ending: 'h5' });
await add('attention, legacy', attention(), numbers([2, 5, 8], 4), { ending: 'h5' });
setWarningHandler(previous);

// The optimizer's state is kept.
const compiled = 'js-tests/fixtures/files/compiled.keras';
await add('optimizer', await loadModel(new URL(compiled, root)), numbers([2, 4], 7), {
  optimizer_of: compiled,
});

// Custom classes that are defined on both sides.
const lab = makeLab();
const custom = async (name) =>
  new Uint8Array(await readFile(new URL(`js-tests/fixtures/custom/${name}.keras`, root)));
const customObjects = {
  ...Object.fromEntries(Object.entries(lab).map(([name, target]) => [`lab>${name}`, target])),
  Shift: lab.Shift,
};
const steps = numbers([2, 5, 3], 7);
const classes = await loadModel(await custom('classes'), { customObjects });
await add('custom classes opened and saved', classes, steps);
const copied = cloneModel(classes, { customObjects, recursive: false });
copied.setWeights(classes.getWeights());
await add('custom classes cloned', copied, steps);
for (const name of ['Scale', 'MinimalCell', 'Encoder', 'Tagged', 'swoosh', 'Spread'])
  registerKerasSerializable({ package: 'lab' })(lab[name]);
await add('custom classes in a model built in JavaScript', userClasses(lab), steps);
const lambdas = await loadModel(await custom('lambdas'), {
  lambdas: {
    doubled: (x) => ops.add(ops.multiply(x, 2), 1),
    scaled: (x, { factor }) => ops.multiply(x, factor),
    mode: (x, { training }) => (training ? x : ops.negative(x)),
    first_two: (x) => ops.take(x, [0, 1], { axis: 1 }),
  },
});
const four = numbers([2, 4], 8);
await add('Python lambdas with JavaScript bodies', lambdas, four, { safe_mode: false });
const again = cloneModel(lambdas);
again.setWeights(lambdas.getWeights());
await add('clone of lambdas', again, four, { safe_mode: false });

// Models that Keras saved, saved again.
const digits = numbers([3, 8, 8, 1], 6);
const inputsOf = ({ inputs }) => {
  const given = inputs.map(({ name, shape }) => [name, numbers([3, ...shape.slice(1)], 6)]);
  return given.length === 1 ? given[0][1] : Object.fromEntries(given);
};
for (const name of (await readdir(new URL('demo/models/', root))).filter((file) =>
  file.endsWith('.keras'),
)) {
  const model = await loadModel(new URL(`demo/models/${name}`, root));
  await add(`${name} opened and saved`, model, inputsOf(model));
  const clone = cloneModel(model, { recursive: true });
  clone.setWeights(model.getWeights());
  await add(`${name} cloned`, clone, inputsOf(clone));
}
const trained = await loadModel(new URL('demo/models/digits.keras', root));
await add(
  'Dropout after each Dense, layers reused',
  cloneModel(trained, dropoutAfterDense),
  digits,
);

// Layers that do not simply store their weights in order.
const quantized = new URL('js-tests/fixtures/quantized/', root);
for (const file of (await readdir(quantized)).filter((name) => name.endsWith('.keras'))) {
  const name = file.slice(0, -'.keras'.length);
  const truth = JSON.parse(await readFile(new URL(`${name}.json`, quantized), 'utf8'));
  const [{ data, shape, dtype }] = truth.inputs.tensors;
  const inputs = tensor(data, shape, dtype);
  const options = { tolerance: name.endsWith('bfloat16') ? 2e-2 : 1e-5 };
  const opened = await loadModel(new Uint8Array(await readFile(new URL(file, quantized))));
  await addReopened(`${name} opened and saved`, opened, inputs, options);
  const copy = cloneModel(opened, { copyWeights: true });
  await addReopened(`${name} cloned and saved`, copy, inputs, options);
  if (truth.before === null) continue;
  const model = modelFromJson(JSON.stringify(truth.json));
  model.setWeights(model.weights.map((w, i) => tensor(truth.before.weights[i], w.shape, w.dtype)));
  await addReopened(`${name} with its own weights`, model, inputs, options);
}

// Keras classes that are not built in.
const missing = new URL('js-tests/fixtures/saving/missing_builtins.keras', root);
class Unchanged extends keras.Layer {
  call(x) {
    return x;
  }
  getConfig() {
    return { ...super.getConfig(), ...this.given };
  }
  static fromConfig({ name, trainable, dtype, ...given }) {
    return Object.assign(new this({ name, trainable, dtype }), { given });
  }
}
await add(
  'Keras classes as custom objects, opened and saved',
  await loadModel(new Uint8Array(await readFile(missing)), {
    customObjects: { RandomZoom: Unchanged, RandomBrightness: Unchanged },
  }),
  numbers([2, 6, 6, 3], 9),
);

// Random models (tools/lib/random_models). Half precision is tested above: in deep models its rounding errors exceed any useful
// tolerance.
const RANDOM_MODELS = 40;
for (let seed = 0, made = 0; made < RANDOM_MODELS; ++seed) {
  const { model, data } = randomModel(seed, keras);
  const numbersOf = (tensor) => (/^float/.test(tensor.dtype) ? [...tensor.data()] : []);
  const isPlain =
    !/float16/.test(model.toJson()) &&
    leavesOf(model.predict(data)).every((output) => numbersOf(output).every(Number.isFinite));
  if (!isPlain) continue;
  ++made;
  model.compileConfig = null; // Keras expands short names to records
  await add(`random model ${seed}`, model, data);
  await add(`clone of random model ${seed}`, cloneModel(model, { copyWeights: true }), data);
}

await writeFile(join(folder, 'manifest.json'), withRaw(JSON.stringify({ cases })));
console.log(`${cases.length} files written`);
