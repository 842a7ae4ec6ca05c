// The system's apt: its mirror, and installing a missing package.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { announce, run, which } from '../lib/process.mjs';

const defaultMirror = 'http://deb.debian.org/debian';

/** Whether packages can be installed here: a Debian-like system, and we are root. */
export function canInstall() {
  return process.getuid?.() === 0 && which('apt-get') !== null && which('dpkg') !== null;
}

/** Installs packages, refreshing the package lists only if they turn out to be missing or stale. */
export async function aptInstall(...packages) {
  announce(`Installing ${packages.join(', ')} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-o', 'Acquire::Check-Valid-Until=false', '-q'];
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  try {
    await run('apt-get', [...options, ...install], { env });
  } catch {
    // `update` fails for any broken third-party source; the install may still work.
    await run('apt-get', [...options, 'update'], { env }).catch(() => {});
    await run('apt-get', [...options, ...install], { env });
  }
}

/** $KERAS_WASM_DEBIAN_MIRROR, or the mirror that the system's Debian packages come from. */
export function debianMirror(folder = '/etc/apt') {
  if (process.env.KERAS_WASM_DEBIAN_MIRROR) return process.env.KERAS_WASM_DEBIAN_MIRROR;
  for (const { uri, suites } of sources(folder)) {
    const isArchive = /^https?:.*\/debian\/?$/.test(uri);
    const isRelease = suites.some((suite) => /^[a-z]+$/.test(suite));
    if (isArchive && isRelease) return uri.replace(/\/$/, '');
  }
  return defaultMirror;
}

function* sources(folder) {
  const parts = join(folder, 'sources.list.d');
  const names = existsSync(parts) ? readdirSync(parts).sort() : [];
  for (const path of [join(folder, 'sources.list'), ...names.map((name) => join(parts, name))]) {
    if (!existsSync(path)) continue;
    const text = readFileSync(path, 'utf8').replace(/^#.*\n/gm, '');
    if (path.endsWith('.sources')) yield* stanzas(text);
    else if (path.endsWith('.list')) yield* oneLiners(text);
  }
}

// "deb [signed-by=...] URI suite component...", one a line.
function* oneLiners(text) {
  for (const match of text.matchAll(/^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/gm)) {
    yield { uri: match[1], suites: [match[2]] };
  }
}

// deb822: fields "URIs:" and "Suites:" in paragraphs separated by empty lines.
function* stanzas(text) {
  for (const paragraph of text.split(/\n\s*\n/)) {
    const field = (name) =>
      new RegExp(`^${name}:(.*)$`, 'im').exec(paragraph)?.[1].trim().split(/\s+/) ?? [];
    if (!field('Types').includes('deb')) continue;
    for (const uri of field('URIs')) yield { uri, suites: field('Suites') };
  }
}
