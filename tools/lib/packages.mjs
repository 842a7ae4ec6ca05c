// Installs the npm packages of package-lock.json when they are missing or outdated. Imports none of them.
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from './paths.mjs';
import { announce, run, StepError } from './process.mjs';

/** Runs npm in the checkout: the npm that runs this script, or the one on PATH. */
export function npm(args, options = {}) {
  const cli = process.env.npm_execpath;
  const [command, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
  return run(command, [...first, ...args], { cwd: checkout, ...options });
}

export async function ensurePackages() {
  if (Number(process.versions.node.split('.')[0]) < 20)
    throw new StepError(`Node >= 20 is needed. This is ${process.version}.`);
  const lock = createHash('sha256').update(readFileSync(join(checkout, 'package-lock.json')));
  const wanted = lock.update(process.platform + process.arch).digest('hex');
  const folder = join(checkout, 'node_modules');
  // `npm ci` would empty the folder of the checkout that a link leads to.
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const stamp = join(folder, '.installed-from');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  announce('Installing npm packages');
  await npm(['ci', '--no-audit', '--no-fund']);
  writeFileSync(stamp, wanted);
}
