// Keras of another version than the one that the fixtures come from: the newest on the package index, or a given one.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, checkout } from '../lib/paths.mjs';
import { read, run } from '../lib/process.mjs';
import { ensureVenv } from '../lib/venv.mjs';

const requirements = join(checkout, 'tools/fixtures/requirements.txt');
const pinned = /^keras==(.+)$/m;

/** The version that the fixtures come from. */
export const testedKeras = () => pinned.exec(readFileSync(requirements, 'utf8'))[1];

/** The newest version on the package index; undefined without a connection. */
export function newestKeras() {
  const python = join(cacheFolder, 'keras-venv/bin/python');
  const found = read(python, [
    '-m',
    'pip',
    'index',
    'versions',
    'keras',
    '--disable-pip-version-check',
  ]);
  return /^keras \(([^)]+)\)/.exec(found ?? '')?.[1];
}

/** Runs a script with Keras of that version, in an environment of its own. */
export async function runOtherKeras(version, script, args) {
  const folder = join(cacheFolder, `keras-${version}-venv`);
  mkdirSync(folder, { recursive: true });
  const text = readFileSync(requirements, 'utf8').replace(pinned, `keras==${version}`);
  const own = join(folder, 'requirements.txt');
  writeFileSync(own, text);
  const python = await ensureVenv(folder, own);
  const env = { ...process.env, KERAS_BACKEND: 'jax', JAX_PLATFORMS: 'cpu', PYTHONHASHSEED: '0' };
  await run(python, [script, ...args], { env });
}
