// node tools/interop/onnx/write.mjs FOLDER [group]: writes the models of the golden cases as ONNX files, for check.py.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { initialize, modelFromJson, setWarningHandler } from '../../../dist/index.js';

const [folder, only] = process.argv.slice(2);
if (folder === undefined)
  throw new Error('Usage: node tools/interop/onnx/write.mjs FOLDER [group]');
const golden = new URL('../../../native-tests/fixtures/golden/', import.meta.url);
const manifest = { cases: [], refused: [] };

// A .safetensors file with only some arrays of another one, under other names.
function pickArrays(file, names) {
  const size = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, 8 + size).toString());
  const parts = [];
  let at = 0;
  const entries = [...names].map(([name, to]) => {
    const {
      data_offsets: [from, end],
      ...rest
    } = header[name];
    parts.push(file.subarray(8 + size + from, 8 + size + end));
    const entry = [to, { ...rest, data_offsets: [at, at + end - from] }];
    at += end - from;
    return entry;
  });
  const text = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...parts]);
}

// Whether the model has only classes that are built in, and functions that exist here.
function isBuiltIn({ to_json: json }) {
  try {
    modelFromJson(JSON.stringify(json)).dispose();
    return true;
  } catch {
    return false;
  }
}

async function writeCase({ id, to_json: json, weights }, arrays) {
  const model = modelFromJson(JSON.stringify(json));
  try {
    const names = new Map(weights.map(({ array }, i) => [array, `${i}`]));
    if (names.size > 0) await model.loadWeights(pickArrays(arrays, names), { mapping: Number });
    const file = `${id.replace('/', '_')}.onnx`;
    writeFileSync(join(folder, file), await model.save(undefined, { format: 'onnx' }));
    manifest.cases.push({ id, file });
  } catch (error) {
    manifest.refused.push({ id, error: `${error.name}: ${error.message}` });
  } finally {
    model.dispose();
  }
}

setWarningHandler(() => {});
await initialize();
for (const name of readdirSync(golden).filter((each) => each.endsWith('.json'))) {
  if (only !== undefined && !new RegExp(only).test(name)) continue;
  const { cases, arrays } = JSON.parse(readFileSync(new URL(name, golden)));
  const content = readFileSync(new URL(arrays, golden));
  for (const each of cases)
    if (each.calls?.some(({ training }) => !training) && isBuiltIn(each))
      await writeCase(each, content);
}
writeFileSync(join(folder, 'onnx.json'), JSON.stringify(manifest));
console.log(
  `${manifest.cases.length} ONNX files written, ${manifest.refused.length} models refused`,
);
