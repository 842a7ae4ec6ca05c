// node tools/interop/older/open.mjs FOLDER: opens the models that check.py wrote there, compares configs, weights and predictions,
// and saves them again in FOLDER/back.
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  initialize,
  loadModel,
  modelFromJson,
  setWarningHandler,
  tensor,
} from '../../../dist/index.js';

const folder = process.argv[2];
const { version, cases } = JSON.parse(readFileSync(join(folder, 'cases.json')));
/** Of the output's largest magnitude; sums over the fifty layers of an architecture have another order in TensorFlow. */
const toleranceOf = ({ name }) => (/^[A-Z]/.test(name) ? 1e-4 : 1e-5);

await initialize();
setWarningHandler(() => {});
mkdirSync(join(folder, 'back'), { recursive: true });

const inputsOf = ({ inputs }) => {
  const given = inputs.map(({ data, shape }) => tensor(Float32Array.from(data), shape));
  return given.length === 1 ? given[0] : given;
};

function compareOutputs(model, given) {
  const { outputs } = given;
  const found = [model.predict(inputsOf(given))].flat();
  outputs.forEach(({ shape, data }, i) => {
    if (!isDeepStrictEqual([...found[i].shape], shape))
      throw new Error(`output ${i} has shape ${found[i].shape}, not ${shape}`);
    const largest = data.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    const values = found[i].data();
    const error = data.reduce((most, each, at) => Math.max(most, Math.abs(each - values[at])), 0);
    if (!(error <= toleranceOf(given) * largest))
      throw new Error(`output ${i} differs by ${error}, of ${largest}`);
  });
}

function compareWeights(a, b) {
  const [wanted, found] = [a, b].map((model) => model.getWeights().map((each) => each.data()));
  if (!isDeepStrictEqual(wanted, found)) throw new Error('its weights differ from the other file');
}

// Keras 3.0 lists single inputs and outputs. Files say which Keras wrote them and are adapted; configs alone do not.
const singles = (json) =>
  json.replace(/("(?:input|output)_layers": )\[(\["[^"\]]+", \d+, \d+\])\]/g, '$1$2');

let passed = 0;
const failed = [];
async function attempt(what, run) {
  try {
    await run();
    ++passed;
  } catch (error) {
    failed.push(`${what}: ${String(error.message).split('\n')[0].slice(0, 300)}`);
  }
}

for (const each of cases) {
  let first;
  for (const file of each.files)
    await attempt(file, async () => {
      const model = await loadModel(resolve(folder, file));
      compareOutputs(model, each);
      if (!first) return void (first = model);
      compareWeights(first, model);
      if (model.toJson() !== first.toJson())
        throw new Error('its config differs from the other file');
    });
  if (!first || each.config === null) continue;
  await attempt(`${each.name}, config and weights`, async () => {
    const model = modelFromJson(each.config);
    if (singles(model.toJson()) !== singles(first.toJson()))
      throw new Error('the config differs from that in the file');
    if (each.weights === null) return;
    await model.loadWeights(join(folder, each.weights));
    compareOutputs(model, each);
  });
  for (const ending of ['h5', 'keras'])
    await first.save(join(folder, 'back', `${each.name}.${ending}`));
}
console.log(`Keras ${version}: ${passed} passed, ${failed.length} failed`);
for (const line of failed) console.log(`  FAILED ${line}`);
process.exitCode = passed === 0 || failed.length > 0 ? 1 : 0;
