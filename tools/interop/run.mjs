// npm run test:interop [-- folder]: real Keras opens files that this package saved (README.md).
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runKeras } from '../fixtures/venv.mjs';
import { readArguments } from '../lib/arguments.mjs';
import { cacheFolder, checkout } from '../lib/paths.mjs';
import { announce, main, run, StepError } from '../lib/process.mjs';
import { ensureVenv } from '../lib/venv.mjs';

const check = join(checkout, 'tools/interop/check.py');
const writer = join(checkout, 'tools/interop/write.mjs');

async function save(folder) {
  if (!existsSync(writer)) {
    throw new StepError('tools/interop/write.mjs, which saves the files to check, is missing.');
  }
  await run(process.execPath, [writer, folder]);
}

// ONNX Runtime runs the models that Keras wrote for the tests, saved as ONNX here.
async function checkOnnx(folder) {
  announce('Running ONNX files in ONNX Runtime');
  const tools = join(checkout, 'tools/interop/onnx');
  const python = await ensureVenv(join(cacheFolder, 'onnx-venv'), join(tools, 'requirements.txt'));
  await run(process.execPath, [join(tools, 'write.mjs'), folder]);
  await run(python, [join(tools, 'check.py'), folder]);
}

await main(async () => {
  const usage = 'Usage: npm run test:interop [-- folder]';
  const { positionals } = readArguments(usage, {}, { allowPositionals: true });
  const given = positionals[0];
  const folder = given ? resolve(given) : mkdtempSync(join(tmpdir(), 'keras-wasm-interop-'));
  try {
    if (!given) await save(folder);
    // First proves that the checker detects faults.
    await runKeras(check, ['--self-test']);
    await runKeras(check, [folder]);
    if (!given) await checkOnnx(folder);
  } finally {
    if (!given) rmSync(folder, { recursive: true, force: true });
  }
});
