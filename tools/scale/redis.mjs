// Redis on the loopback interface, and BullMQ in the cache folder.
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from '../lib/packages.mjs';
import { freePort } from '../lib/ports.mjs';
import { cacheFolder, checkout } from '../lib/paths.mjs';
import { announce, StepError, which } from '../lib/process.mjs';
import { aptInstall, canInstall } from '../toolchain/apt.mjs';
import { startUntil } from './processes.mjs';

/** Installs Redis on a Debian-like system, and fails elsewhere. */
export async function ensureRedis() {
  if (!which('redis-server') && canInstall()) await aptInstall('redis-server');
  if (!which('redis-server')) throw new StepError('No Redis found: install redis-server.');
}

/** Starts a Redis that keeps nothing: `{ url, kill }`. */
export async function startRedis(folder) {
  const port = String(await freePort());
  const settings = ['--bind', '127.0.0.1', '--port', port, '--save', '', '--appendonly', 'no'];
  const { kill } = await startUntil(/Ready to accept connections/, ['redis-server', ...settings], {
    cwd: folder,
  });
  return { url: `redis://127.0.0.1:${port}`, kill };
}

/** Puts BullMQ and this package into the node_modules of a folder. */
export async function linkPackages(folder) {
  const manifest = readFileSync(join(checkout, 'tools/scale/package.json'), 'utf8');
  const packages = join(cacheFolder, 'bullmq');
  const copy = join(packages, 'package.json');
  const isInstalled = existsSync(join(packages, 'node_modules/bullmq'));
  if (!isInstalled || readFileSync(copy, 'utf8') !== manifest) {
    announce('Installing BullMQ');
    mkdirSync(packages, { recursive: true });
    copyFileSync(join(checkout, 'tools/scale/package.json'), copy);
    await npm(['install', '--no-audit', '--no-fund'], { cwd: packages });
  }
  const own = join(folder, 'node_modules');
  mkdirSync(join(own, 'keras-wasm'), { recursive: true });
  for (const name of ['dist', 'package.json'])
    symlinkSync(join(checkout, name), join(own, 'keras-wasm', name));
  for (const name of ['bullmq', 'ioredis'])
    symlinkSync(join(packages, 'node_modules', name), join(own, name));
}
