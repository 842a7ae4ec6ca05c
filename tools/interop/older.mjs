// Models and files of older versions of Keras: opened here, compared, saved again, and opened there.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, checkout } from '../lib/paths.mjs';
import { announce, run, StepError } from '../lib/process.mjs';
import { ensureVenv } from '../lib/venv.mjs';
import { filesOfPackages } from './real_files.mjs';

const tools = join(checkout, 'tools/interop/older');
const check = join(tools, 'check.py');
const open = join(tools, 'open.mjs');

/** TensorFlow 2.15 is the last with Keras 2, and Keras 3.0 the first of Keras 3; both need an older Python. */
const python = '3.11';
const environments = [
  { title: 'Keras 2.15 with TensorFlow 2.15', folder: 'keras-2-venv', name: 'keras_2' },
  { title: 'Keras 3.0', folder: 'keras-3.0-venv', name: 'keras_3_0' },
];

const venvOf = ({ folder, name }) =>
  ensureVenv(join(cacheFolder, folder), join(tools, `${name}_requirements.txt`), python);

const env = {
  ...process.env,
  JAX_PLATFORMS: 'cpu',
  TF_CPP_MIN_LOG_LEVEL: '2',
  PYTHONDONTWRITEBYTECODE: '1',
};

/** Throws StepError when anything that should be equal differs. */
export async function checkOlder() {
  for (const environment of environments)
    await inFolder(async (folder) => {
      announce(`Models of ${environment.title}`);
      const interpreter = await venvOf(environment);
      await run(interpreter, [check, 'write', folder], { env });
      await run(process.execPath, [open, folder]);
      await run(interpreter, [check, 'reopen', folder], { env });
    });
}

/** Opens files that packages of other people ship, and predicts as the Keras that they were made for. */
export async function checkRealFiles(keras3) {
  announce('Files of models that packages ship');
  const files = await filesOfPackages();
  const keras2 = await venvOf(environments[0]);
  for (const [interpreter, kind] of [
    [keras2, 'keras2'],
    [keras3, 'keras3'],
  ])
    await inFolder(async (folder) => {
      const paths = files.filter((file) => file.kind === kind).map(({ path }) => path);
      if (paths.length === 0) throw new StepError(`There are no files for ${kind}.`);
      await run(interpreter, [check, 'real', folder, ...paths], { env });
      await run(process.execPath, [open, folder]);
    });
}

async function inFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-older-'));
  try {
    mkdirSync(join(folder, 'back'));
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
