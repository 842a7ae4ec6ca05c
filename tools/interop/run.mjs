// npm run test:interop [-- folder]: real Keras opens files that this package saved (README.md).
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runKeras } from '../fixtures/venv.mjs';
import { readArguments } from '../lib/arguments.mjs';
import { checkOlder, checkRealFiles } from './older.mjs';
import { saveFromSite } from './site.mjs';
import { newestKeras, runOtherKeras, testedKeras } from './other_keras.mjs';
import { npm } from '../lib/packages.mjs';
import { cacheFolder, checkout } from '../lib/paths.mjs';
import { announce, main, run, StepError } from '../lib/process.mjs';
import { ensureVenv } from '../lib/venv.mjs';

const check = join(checkout, 'tools/interop/check.py');
const writer = join(checkout, 'tools/interop/write.mjs');
// Models on strings need TensorFlow.
const textCheck = join(checkout, 'tools/interop/check_text.py');
const textWriter = join(checkout, 'tools/interop/write_text.mjs');

async function save(folder) {
  if (!existsSync(writer)) {
    throw new StepError('tools/interop/write.mjs, which saves the files to check, is missing.');
  }
  await run(process.execPath, [writer, folder]);
  await run(process.execPath, [textWriter, folder]);
}

// What differs in another version of Keras is listed: only the tested one must agree.
async function checkOther(folder, version) {
  if (version === undefined) return announce('The newest version of Keras is unknown');
  if (version === testedKeras()) return announce(`Keras ${version} is the newest one, and tested`);
  announce(`Opening the files in Keras ${version}`);
  await runOtherKeras(version, check, [folder, '--list']);
}

// What a visitor of the demo site downloads opens in Keras and predicts what the page shows.
async function checkSite(folder) {
  announce('Opening downloads from the demo site');
  await saveFromSite(folder);
  await runKeras(check, [folder]);
}

// ONNX Runtime runs the models that Keras wrote for the tests, saved as ONNX here.
async function checkOnnx(folder) {
  announce('Running ONNX files in ONNX Runtime');
  const tools = join(checkout, 'tools/interop/onnx');
  const python = await ensureVenv(join(cacheFolder, 'onnx-venv'), join(tools, 'requirements.txt'));
  await run(process.execPath, [join(tools, 'write.mjs'), folder]);
  await run(python, [join(tools, 'check.py'), folder]);
  await run(process.execPath, [join(tools, 'random_models.mjs'), folder]);
  await run(python, [join(tools, 'check.py'), folder, '--random']);
}

// TensorFlow.js opens the same models, of which it has most layers, and runs its side of docs/from-tensorflow-js.md.
async function checkTfjs() {
  announce('Opening layers models in TensorFlow.js');
  const packages = join(cacheFolder, 'tfjs');
  if (!existsSync(join(packages, 'node_modules/@tensorflow/tfjs'))) {
    mkdirSync(packages, { recursive: true });
    copyFileSync(
      join(checkout, 'tools/fixtures/tfjs/package.json'),
      join(packages, 'package.json'),
    );
    await npm(['install', '--no-audit', '--no-fund'], { cwd: packages });
  }
  for (const script of ['check.mjs', 'document.mjs'])
    await run(process.execPath, [join(checkout, 'tools/interop/tfjs', script), packages]);
}

await main(async () => {
  const usage = `Usage: npm run test:interop [-- folder] [-- --keras VERSION] [-- --only older,real]
  --only older,real   models of older versions of Keras, or files that packages ship, alone`;
  const options = { keras: { type: 'string' }, only: { type: 'string' } };
  const { positionals, values } = readArguments(usage, options, { allowPositionals: true });
  const given = positionals[0];
  if (values.only) {
    const parts = values.only.split(',');
    if (parts.includes('older')) await checkOlder();
    if (parts.includes('real')) await checkRealFiles(join(cacheFolder, 'keras-venv/bin/python'));
    return;
  }
  const folder = given ? resolve(given) : mkdtempSync(join(tmpdir(), 'keras-wasm-interop-'));
  try {
    if (!given) await save(folder);
    // First proves that the checker detects faults.
    await runKeras(check, ['--self-test']);
    await runKeras(check, [folder]);
    if (existsSync(join(folder, 'text.json'))) await runKeras(textCheck, [folder], 'tensorflow');
    if (!given) await checkSite(join(folder, 'site'));
    await checkOther(folder, values.keras ?? newestKeras());
    if (given) return;
    await checkOnnx(folder);
    await checkTfjs();
    await checkOlder();
    await checkRealFiles(join(cacheFolder, 'keras-venv/bin/python'));
  } finally {
    if (!given) rmSync(folder, { recursive: true, force: true });
  }
});
