// Makes the toolchain on a Debian-like system: a small Debian of its own in the cache folder, with Emscripten's
// system libraries already built. Some minutes and 2 GB, once.
import { mkdirSync, readFileSync, rmSync, writeFileSync, copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { announce, read, run, StepError, which } from '../lib/process.mjs';
import { aptInstall, canInstall, debianMirror } from './apt.mjs';
import { recipe, rootFolder, stampFile, toolchainFolder } from './recipe.mjs';
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
  writeFileSync(stampFile, JSON.stringify({ ...recipe, emscripten: version }, null, 2));
  announce(
    `The toolchain is ready after ${Math.round((Date.now() - started) / 1000)} s: ${version}`,
  );
}

function removeHalfMade() {
  // Nothing of ours outlives its mount namespace, but deleting through a mount would delete the checkout.
  if (readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${toolchainFolder}/`))
    throw new StepError(`Something is mounted below ${toolchainFolder}; unmount it first.`);
  rmSync(toolchainFolder, { recursive: true, force: true });
}

// pip runs inside once, for simdjson: it needs the host's name servers and trusted certificates.
function useNetworkOfHost() {
  for (const path of ['/etc/resolv.conf', '/etc/hosts', '/etc/ssl/certs/ca-certificates.crt']) {
    if (existsSync(path)) copyFileSync(path, join(rootFolder, path));
  }
}

// Emscripten compiles its libraries when they are first linked, a set for each mode of exceptions and threads.
// The modes are those of cmake/options.cmake and cmake/wasm.cmake; other flags do not matter here.
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
