// node tools/interop/onnx/random_models.mjs FOLDER [count]: saves random models, and models of files, as ONNX files, with
// inputs and predictions of this package, for check.py --random.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as keras from '../../../dist/index.js';
import { randomModel } from '../../lib/random_models/model_maker.mjs';

const [folder, count = '150'] = process.argv.slice(2);
if (folder === undefined)
  throw new Error('Usage: node tools/interop/onnx/random_models.mjs FOLDER [count]');
const cases = [];

// The tensors in the order of the model: dicts by sorted key.
function leavesOf(structure) {
  if (Array.isArray(structure)) return structure.flatMap(leavesOf);
  if (structure instanceof keras.Tensor) return [structure];
  const keys = Object.keys(structure).sort();
  return keys.flatMap((key) => leavesOf(structure[key]));
}

const describe = (value) => ({
  shape: [...value.shape],
  dtype: value.dtype,
  data: [...value.data()].map(Number),
});

keras.setWarningHandler(() => {});
await keras.initialize();
let refused = 0;

async function add(name, file, model, data) {
  const outputs = leavesOf(model.predict(data)).map(describe);
  const inputs = leavesOf(data).map(describe);
  const isPlain = outputs.every((each) => each.data.every(Number.isFinite));
  if (!isPlain || /float16/.test(model.toJson())) return;
  try {
    writeFileSync(join(folder, file), await model.save(undefined, { format: 'onnx' }));
    cases.push({ name, file, inputs, outputs });
  } catch (error) {
    if (!(error instanceof keras.NotImplementedError)) throw error;
    if (process.env.VERBOSE) console.log(error.message);
    ++refused;
  }
}

for (let seed = 0; seed < Number(count); ++seed) {
  const { model, data } = randomModel(seed, keras);
  await add(`random model ${seed}`, `random_${seed}.onnx`, model, data);
}

// Nests the tensors of a record as the model takes them.
function nested(structure, tensors) {
  if (typeof structure === 'number') return tensors[structure];
  if (Array.isArray(structure)) return structure.map((each) => nested(each, tensors));
  const entries = Object.entries(structure).map(([key, each]) => [key, nested(each, tensors)]);
  return Object.fromEntries(entries);
}

for (const name of ['files', 'quantized']) {
  const fixtures = new URL(`../../../js-tests/fixtures/${name}/`, import.meta.url);
  for (const file of readdirSync(fixtures).filter((each) => each.endsWith('.keras'))) {
    let model;
    try {
      model = await keras.loadModel(readFileSync(new URL(file, fixtures)));
    } catch {
      continue; // functions that exist in Python alone
    }
    if (!model.built) continue;
    const records = readdirSync(fixtures);
    const record = [`${file}.json`, file.replace('.keras', '.json')].find((each) =>
      records.includes(each),
    );
    const { inputs } = JSON.parse(readFileSync(new URL(record, fixtures)));
    const given = inputs.tensors ?? [inputs].flat();
    const tensors = given.map((each) =>
      keras.tensor(each.data.flat(Infinity), each.shape, each.dtype),
    );
    const data = nested(
      inputs.structure ?? (tensors.length === 1 ? 0 : tensors.map((_, i) => i)),
      tensors,
    );
    await add(file, `${name}_${file}.onnx`, model, data);
  }
}
writeFileSync(join(folder, 'random.json'), JSON.stringify({ cases }));
console.log(
  `${cases.length} ONNX files of random models and of files written, ${refused} models refused`,
);
