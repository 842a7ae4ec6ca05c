// node tools/interop/onnx/write.mjs FOLDER [group]: writes the models of the golden cases as ONNX files, for check.py.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { initialize, setWarningHandler } from '../../../dist/index.js';
import { goldenModels } from '../golden_models.mjs';

const [folder, only] = process.argv.slice(2);
if (folder === undefined)
  throw new Error('Usage: node tools/interop/onnx/write.mjs FOLDER [group]');
const manifest = { cases: [], refused: [] };

setWarningHandler(() => {});
await initialize();
for await (const { id, model } of goldenModels(only)) {
  try {
    const file = `${id.replace('/', '_')}.onnx`;
    writeFileSync(join(folder, file), await model.save(undefined, { format: 'onnx' }));
    manifest.cases.push({ id, file });
  } catch (error) {
    manifest.refused.push({ id, error: `${error.name}: ${error.message}` });
  }
}
writeFileSync(join(folder, 'onnx.json'), JSON.stringify(manifest));
console.log(
  `${manifest.cases.length} ONNX files written, ${manifest.refused.length} models refused`,
);
