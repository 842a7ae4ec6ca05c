// node tools/interop/onnx/random_models.mjs FOLDER [count]: saves random models as ONNX files, with inputs and predictions
// of this package, for check.py --random.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as keras from '../../../dist/index.js';
import { randomModel } from '../../lib/random_models/model_maker.mjs';

const [folder, count = '150'] = process.argv.slice(2);
if (folder === undefined)
  throw new Error('Usage: node tools/interop/onnx/random_models.mjs FOLDER [count]');
const cases = [];

// The tensors in the order of the model: that of the keys in dicts.
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
for (let seed = 0; seed < Number(count); ++seed) {
  const { model, data } = randomModel(seed, keras);
  const outputs = leavesOf(model.predict(data)).map(describe);
  const inputs = leavesOf(data).map(describe);
  const isPlain = outputs.every((each) => each.data.every(Number.isFinite));
  if (!isPlain || /float16/.test(model.toJson())) continue;
  try {
    const file = `random_${seed}.onnx`;
    writeFileSync(join(folder, file), await model.save(undefined, { format: 'onnx' }));
    cases.push({ name: `random model ${seed}`, file, inputs, outputs });
  } catch (error) {
    if (!(error instanceof keras.NotImplementedError)) throw error;
    if (process.env.VERBOSE) console.log(error.message);
    ++refused;
  }
}
writeFileSync(join(folder, 'random.json'), JSON.stringify({ cases }));
console.log(`${cases.length} ONNX files of random models written, ${refused} models refused`);
