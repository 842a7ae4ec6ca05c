// The peers' npm packages: installed once for all checkouts, into the cache folder, because they are 400 MB.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from '../tools/lib/packages.mjs';
import { cacheFolder, checkout } from '../tools/lib/paths.mjs';
import { announce } from '../tools/lib/process.mjs';

const bench = join(checkout, 'bench');

/** A path in the peers' node_modules. */
export const inPackages = (...path) => join(bench, 'node_modules', ...path);

/** Version of an installed peer. */
export function versionOf(name) {
  return JSON.parse(readFileSync(inPackages(name, 'package.json'), 'utf8')).version;
}

/** Installs package-lock.json when that has not been done, and links it as bench/node_modules. */
export async function ensureBenchPackages() {
  const files = ['package.json', 'package-lock.json'];
  const hash = createHash('sha256').update(process.platform + process.arch);
  for (const file of files) hash.update(readFileSync(join(bench, file)));
  const folder = join(cacheFolder, 'bench', `packages-${hash.digest('hex').slice(0, 12)}`);
  const link = join(bench, 'node_modules');
  if (!existsSync(join(folder, 'node_modules/.package-lock.json'))) {
    announce("Installing the peers' npm packages");
    mkdirSync(folder, { recursive: true });
    for (const file of files) copyFileSync(join(bench, file), join(folder, file));
    // Scripts: the package `node` chooses its binary in one.
    await npm(['ci', '--no-audit', '--no-fund'], { cwd: folder });
  }
  rmSync(link, { force: true });
  symlinkSync(join(folder, 'node_modules'), link);
}
