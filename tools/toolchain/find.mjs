// The toolchain of this machine: emsdk on PATH, else a root of our own, which is made when it is missing.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder, checkout } from '../lib/paths.mjs';
import { read, run, runAndRead, StepError, which } from '../lib/process.mjs';
import { makeRoot, whyNot } from './make-root.mjs';
import { oldestEmscripten, recipe, rootFolder, stampFile, testedEmscripten } from './recipe.mjs';
import { insideRoot, placeOfCheckout } from './root.mjs';
import { ensureSimdjson, hasSimdjson } from './simdjson.mjs';

// Checkouts share compilations where ccache can ignore the path of the checkout.
const ccache = {
  CCACHE_DIR: join(cacheFolder, 'ccache'),
  CCACHE_BASEDIR: checkout,
  CCACHE_NOHASHDIR: '1',
  CCACHE_MAXSIZE: '5G',
};

/**
 * Finds or makes the toolchain. The result runs commands at the checkout: `run(args)` shows the output,
 * `runAndRead(args)` also returns it; `id` changes whenever build folders must be configured again; `nativeVariables`
 * are CMake variables for native builds without sanitizers.
 */
export async function findToolchain() {
  const toolchain = emscriptenOnPath() ?? (await ownRoot());
  if (!hasSimdjson()) await withLock(() => ensureSimdjson(toolchain));
  return toolchain;
}

function emscriptenOnPath() {
  const version = which('emcc') && /\b(\d+)\.\d+\.\d+\b/.exec(read('emcc', ['--version']) ?? '');
  if (!version || Number(version[1]) < oldestEmscripten) return null;
  const missing = ['cmake', 'ninja'].filter((program) => which(program) === null);
  if (!which('g++') && !which('clang++')) missing.push('g++ or clang++');
  if (missing.length)
    throw new StepError(`Found emcc ${version[0]}, but not ${missing.join(', ')}. Please install.`);
  // emsdk keeps Binaryen's programs in a folder that is not on PATH.
  const binaryen = join(dirname(realpathSync(which('emcc'))), '../bin');
  const path = `${process.env.PATH}:${binaryen}:${join(checkout, 'node_modules/.bin')}`;
  const wrapped = wrap(`path-${version[0]}`, (args, { cwd = checkout, env = {} } = {}) => ({
    command: args[0],
    args: args.slice(1),
    cwd,
    env: { ...process.env, ...env, PATH: path },
  }));
  return { ...wrapped, nativeVariables: {} };
}

async function ownRoot() {
  if (!existsSync(stampFile)) {
    const reason = whyNot();
    if (reason) {
      throw new StepError(
        `No toolchain: please install emsdk (Emscripten >= ${oldestEmscripten}; ${testedEmscripten} is tested), CMake >= ` +
          `3.25, Ninja and a C++20 compiler, and put emcc on PATH. (It cannot be made here: ${reason}.)`,
      );
    }
    await withLock(() => existsSync(stampFile) || makeRoot());
  }
  // Emscripten's clang compiles native code a third faster than g++. It lacks the libraries of the sanitizers.
  const clang = readdirSync(join(rootFolder, 'usr/bin')).find((name) =>
    /^clang\+\+-\d+$/.test(name),
  );
  const nativeVariables = clang ? { CMAKE_CXX_COMPILER: clang } : {};
  return { ...wrap(`root-${recipe.version}${placeOfCheckout}`, insideRoot), nativeVariables };
}

function wrap(id, place) {
  const placed = (args, options = {}) => {
    const {
      command,
      args: rest,
      ...spawn
    } = place(args, {
      ...options,
      env: { ...ccache, ...options.env },
    });
    return [command, rest, { ...spawn, label: args.join(' ') }];
  };
  return {
    id,
    run: (args, options) => run(...placed(args, options)),
    runAndRead: (args, options) => runAndRead(...placed(args, options)),
  };
}

// Two builds started at once must not both make the toolchain.
async function withLock(body) {
  mkdirSync(cacheFolder, { recursive: true });
  const lock = join(cacheFolder, `toolchain-${recipe.version}.lock`);
  for (let waiting = false; ; waiting = true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isAlive(lock)) rmSync(lock, { force: true });
    else if (!waiting) console.log('Another process is setting up the toolchain; waiting for it.');
    await sleep(1000);
  }
  try {
    await body();
  } finally {
    rmSync(lock, { force: true });
  }
}

function isAlive(lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
