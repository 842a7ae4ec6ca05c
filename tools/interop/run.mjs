// npm run test:interop [-- folder]: real Keras opens files that this package saved (README.md).
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runKeras } from '../fixtures/venv.mjs';
import { readArguments } from '../lib/arguments.mjs';
import { checkout } from '../lib/paths.mjs';
import { main, run, StepError } from '../lib/process.mjs';

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
    if (existsSync(join(folder, 'text.json'))) await runKeras(textCheck, [folder], 'tensorflow');
  } finally {
    if (!given) rmSync(folder, { recursive: true, force: true });
  }
});
