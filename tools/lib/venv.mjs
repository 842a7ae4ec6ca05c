// Python environments in the cache folder, each made from a requirements file.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { announce, read, run, StepError } from './process.mjs';

// jax 0.12.0 and the marshalled lambdas of Lambda layers tie the fixtures to this version.
const fixturesVersion = '3.12';

function findPython(version) {
  const versions = join(process.env.PYENV_ROOT || join(homedir(), '.pyenv'), 'versions');
  const installed = existsSync(versions) ? readdirSync(versions) : [];
  const fromPyenv = installed
    .filter((name) => name.startsWith(version))
    .map((name) => join(versions, name, 'bin', 'python'));
  const candidates = [process.env.KERAS_WASM_PYTHON, `python${version}`, ...fromPyenv, 'python3'];
  const printVersion = 'import sys; print("%d.%d" % sys.version_info[:2])';
  const found = candidates.find(
    (command) => command && read(command, ['-c', printVersion])?.trim() === version,
  );
  if (found) return found;
  throw new StepError(
    `Python ${version} was not found. Install it (for example: pyenv install ${version})${version === fixturesVersion ? ' or name it in KERAS_WASM_PYTHON' : ''}.`,
  );
}

/**
 * Path of the Python in `folder`, with the packages of the requirements file, which are installed when the file has
 * changed. `version` is Python's.
 */
export async function ensureVenv(folder, requirements, version = fixturesVersion) {
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, 'requirements.sha256');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const made = existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (made) return python;
  announce('Installing packages into a Python environment of their own');
  if (!existsSync(python)) {
    mkdirSync(dirname(folder), { recursive: true });
    await run(findPython(version), ['-m', 'venv', folder]);
  }
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  await run(python, [...pip, '-r', requirements], { label: 'pip install' });
  writeFileSync(stamp, wanted);
  return python;
}
