// The programs that use the package, installed once for all checkouts into the cache folder.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from '../lib/packages.mjs';
import { cacheFolder, checkout } from '../lib/paths.mjs';
import { announce } from '../lib/process.mjs';

/** Installs them, and returns the folder whose `node_modules` has them. */
export async function ensurePrograms() {
  const manifest = join(checkout, 'tools/setups/package.json');
  const hash = createHash('sha256').update(readFileSync(manifest)).digest('hex');
  const folder = join(cacheFolder, `setups-${hash.slice(0, 12)}`);
  if (existsSync(join(folder, 'node_modules/.package-lock.json'))) return folder;
  announce('Installing bundlers, runtimes and test runners');
  mkdirSync(folder, { recursive: true });
  copyFileSync(manifest, join(folder, 'package.json'));
  await npm(['install', '--no-audit', '--no-fund'], { cwd: folder });
  return folder;
}
