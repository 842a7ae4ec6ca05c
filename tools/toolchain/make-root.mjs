// Makes the toolchain on a Debian-like system without emsdk: a small Debian in the cache folder, with Emscripten's system
// libraries built. Takes some minutes and 2 GB, once.
import { mkdirSync, readFileSync, rmSync, writeFileSync, copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { announce, read, run, StepError, which } from '../lib/process.mjs';
import { aptInstall, canInstall, debianMirror } from './apt.mjs';
import { recipe, rootFolder, stampFile, tested, toolchainFolder, untested } from './recipe.mjs';
import { insideRoot } from './root.mjs';

/** Why a root cannot be made here, or null when it can. */
export function whyNot() {
  if (process.platform !== 'linux' || which('apt-get') === null)
    return 'this is not a Debian-like system';
  if (!canInstall()) return 'only root can make one';
  if (read('unshare', ['--mount', 'true']) === null)
    return 'this system does not let us mount (a container needs --privileged or --cap-add SYS_ADMIN)';
  return null;
}

export async function makeRoot() {
  const started = Date.now();
  announce(`Making the toolchain, once, in ${toolchainFolder} (some minutes, about 2 GB)`);
  removeHalfMade();
  mkdirSync(toolchainFolder, { recursive: true });
  if (which('debootstrap') === null) await aptInstall('debootstrap', 'debian-archive-keyring');

  await run('unshare', [
    ...['--mount', '--propagation', 'private', 'debootstrap', '--variant=minbase'],
    `--include=${recipe.packages.join(',')}`,
    ...[recipe.suite, rootFolder, debianMirror(), recipe.script],
  ]);
  useNetworkOfHost();
  await buildSystemLibraries();

  const version = read('chroot', [rootFolder, 'emcc', '--version'])?.split('\n')[0];
  const versions = installedVersions();
  warnOfUntested(versions);
  writeFileSync(stampFile, JSON.stringify({ ...recipe, emscripten: version, versions }, null, 2));
  announce(
    `The toolchain is ready after ${Math.round((Date.now() - started) / 1000)} s: ${version}`,
  );
}

function installedVersions() {
  const format = '${Package} ${Version}\n';
  const list = read('chroot', [rootFolder, 'dpkg-query', '--show', `--showformat=${format}`]);
  return Object.fromEntries(
    [...(list ?? '').matchAll(/^(\S+) (\S+)$/gm)].map(([, ...pair]) => pair),
  );
}

// debootstrap checks the archive's signatures and every package's checksum; what it installs depends on the day.
function warnOfUntested(versions) {
  const lines = untested(versions);
  if (lines.length === 0) return;
  announce('This toolchain differs from the one the project is tested with');
  const mirror = `https://snapshot.debian.org/archive/debian/${tested.snapshot}/`;
  console.log(`${lines.join('\n')}\nIf the build fails: KERAS_WASM_DEBIAN_MIRROR=${mirror}`);
  console.log(`after deleting ${toolchainFolder}, or install emsdk.`);
}

function removeHalfMade() {
  // Mounts end with their namespace, but deleting through one would delete the checkout.
  if (readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${toolchainFolder}/`))
    throw new StepError(`Something is mounted below ${toolchainFolder}; unmount it first.`);
  rmSync(toolchainFolder, { recursive: true, force: true });
}

// pip runs inside, for simdjson: it needs the host's name servers and trusted certificates.
function useNetworkOfHost() {
  for (const path of ['/etc/resolv.conf', '/etc/hosts', '/etc/ssl/certs/ca-certificates.crt']) {
    if (existsSync(path)) copyFileSync(path, join(rootFolder, path));
  }
}

// Emscripten compiles its libraries when they are first linked, a set for each mode of exceptions and threads (see
// cmake/options.cmake and cmake/wasm.cmake). Other flags do not matter here.
async function buildSystemLibraries() {
  announce("Building Emscripten's system libraries");
  const source = `
    #include <emscripten/bind.h>
    #include <iostream>
    int answer(const std::string& s) { if (s.empty()) throw std::runtime_error("empty"); return 42; }
    EMSCRIPTEN_BINDINGS(warm_up) { emscripten::function("answer", &answer); }
    int main() { std::cout << answer("x"); }`;
  writeFileSync(join(rootFolder, 'tmp/warm-up.cpp'), source);
  const flags = '-O3 -msimd128 -fwasm-exceptions -lembind -sALLOW_MEMORY_GROWTH'.split(' ');
  const variants = [['-sSTRICT', '-sFILESYSTEM=0'], ['-sNODERAWFS']];
  for (const variant of variants) {
    const args = ['em++', 'warm-up.cpp', ...flags, ...variant, '-o', 'warm-up.mjs'];
    const inside = insideRoot(args, { cwd: '/tmp' });
    await run(inside.command, inside.args, { env: inside.env });
  }
}
