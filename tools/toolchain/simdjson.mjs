// Puts simdjson's amalgamated sources into the cache folder. They are part of a Python source package: pip works where only
// package registries can be reached. Without pip, CMake fetches the upstream release.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../lib/paths.mjs';
import { announce, run, which } from '../lib/process.mjs';

const folder = join(cacheFolder, 'simdjson-3.12.3');
const project = 'pysimdjson';
const version = '7.0.2';
const sha256 = '44cf276e48912a3b9c7ca362c14da8420a7ac15a9f1a16ec95becff86db3904a';

export function hasSimdjson() {
  return existsSync(join(folder, 'simdjson.cpp'));
}

/** Fetches the sources if they are missing, with the host's pip or the toolchain's. */
export async function ensureSimdjson(toolchain) {
  if (hasSimdjson()) return;
  announce('Fetching simdjson');
  mkdirSync(cacheFolder, { recursive: true });
  const work = mkdtempSync(join(cacheFolder, 'simdjson-'));
  try {
    const pip = [
      '-m',
      'pip',
      'download',
      '--no-deps',
      '--no-binary',
      project,
      `${project}==${version}`,
      '-d',
      work,
    ];
    const ways = [() => run('python3', pip), () => toolchain.run(['python3', ...pip])];
    for (const way of which('python3') ? ways : ways.slice(1)) {
      try {
        await way();
        break;
      } catch (error) {
        console.log(error.message);
      }
    }
    const archive = join(work, `${project}-${version}.tar.gz`);
    if (!existsSync(archive)) {
      console.log('pip could not fetch it; CMake will try the upstream release.');
      return;
    }
    const hash = createHash('sha256').update(readFileSync(archive)).digest('hex');
    if (hash !== sha256) throw new Error(`${archive} has an unexpected sha256: ${hash}`);
    await run('tar', ['-xzf', archive, '-C', work, '--no-same-owner']);
    renameSync(join(work, `${project}-${version}`, 'simdjson'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
