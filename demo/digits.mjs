// Digit classifiers trained in Keras are opened, cloned with every kind of hook, run on held-out digits,
// compared with the accuracy that Keras measured, and saved again.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  cloneModel,
  initialize,
  Input,
  layers,
  loadModel,
  saveModel,
  tensor,
} from '../dist/index.js';

const models = new URL('./models/', import.meta.url);
const readJson = async (name) => JSON.parse(await readFile(new URL(name, models), 'utf8'));

const heldOut = await readJson('digits_heldout.json');
const recorded = await readJson('digits.json');
await initialize({ variant: process.argv[2] ?? 'auto' });

// Pixels from 0 to 16, unscaled: a Rescaling layer is part of the model.
const pixels = Float32Array.from(Buffer.from(heldOut.pixels_base64, 'base64'));
const images = tensor(pixels, heldOut.shape);

const percent = (part) => `${(100 * part).toFixed(2)} %`;

/** The share of held-out digits that the model classifies correctly. */
function accuracy(model) {
  const probabilities = model.predict(images);
  const rows = probabilities.array();
  const right = rows.filter((row, i) => row.indexOf(Math.max(...row)) === heldOut.labels[i]);
  return right.length / rows.length;
}

async function report(title, model, expected) {
  const measured = accuracy(model);
  const beside = expected === undefined ? '' : `   Keras recorded ${percent(expected)}`;
  console.log(`  ${title.padEnd(58)} ${percent(measured)}${beside}`);
  if (expected !== undefined && Math.abs(measured - expected) > 0.5 / heldOut.labels.length) {
    throw new Error(`${title}: accuracy ${measured} is not the ${expected} that Keras recorded`);
  }
}

const entry = (name) => recorded.models.find((model) => model.name === name);
const open = (name) => loadModel(new URL(entry(name).file, models));

const model = await open('digits');
model.summary();

console.log(`\n${heldOut.labels.length} held-out digits, accuracy:`);
await report('digits.keras', model, entry('digits').accuracy);

// A clone has fresh weights unless they are copied.
const copy = cloneModel(model);
await report('clone, fresh weights', copy);
copy.setWeights(model.getWeights());
await report('clone, weights copied', copy, entry('digits').accuracy);

// cloneFunction: set every seed to 1337, so that the clone draws the same random numbers each time.
const deterministic = cloneModel(model, {
  cloneFunction(layer) {
    const config = layer.getConfig();
    if ('seed' in config) config.seed = 1337;
    return layer.constructor.fromConfig(config);
  },
});
deterministic.setWeights(model.getWeights());
await report('cloneFunction: seed 1337 everywhere', deterministic, entry('digits').accuracy);

// callFunction: a Dropout after each Dense, without making new layers.
const regularized = cloneModel(model, {
  cloneFunction: (layer) => layer,
  callFunction(layer, ...args) {
    const out = layer.apply(...args);
    if (!(layer instanceof layers.Dense)) return out;
    return new layers.Dropout({ rate: 0.5, name: `${layer.name}_dropout` }).apply(out);
  },
});
await report(
  `callFunction: Dropout after each Dense (${model.layers.length} -> ${regularized.layers.length} layers)`,
  regularized,
  entry('digits').accuracy,
);

// inputTensors: a new Input, here with a fixed batch size.
const batch = heldOut.labels.length;
const onNewInput = cloneModel(model, {
  inputTensors: Input({ shape: [8, 8, 1], batchSize: batch, name: 'pixels' }),
});
onNewInput.setWeights(model.getWeights());
await report(
  `inputTensors: ${JSON.stringify(onNewInput.input.shape)}`,
  onNewInput,
  entry('digits').accuracy,
);

// recursive: the hook also receives the layers of a nested model.
const nested = await open('digits_nested');
await report('digits_nested.keras', nested, entry('digits_nested').accuracy);
const seen = [];
const nestedClone = cloneModel(nested, {
  recursive: true,
  cloneFunction(layer) {
    seen.push(layer.name);
    return layer.constructor.fromConfig(layer.getConfig());
  },
});
nestedClone.setWeights(nested.getWeights());
await report(
  `recursive: the hook saw ${seen.length} layers`,
  nestedClone,
  entry('digits_nested').accuracy,
);

for (const name of ['digits_mlp', 'digits_rnn']) {
  const other = await open(name);
  await report(entry(name).file, other, entry(name).accuracy);
}

const folder = await mkdtemp(join(tmpdir(), 'keras-wasm-'));
try {
  const file = join(folder, 'digits_with_dropout.keras');
  const bytes = await saveModel(regularized, file);
  await report(
    `saved (${bytes.length} bytes) and opened again`,
    await loadModel(file),
    entry('digits').accuracy,
  );
} finally {
  await rm(folder, { recursive: true });
}
