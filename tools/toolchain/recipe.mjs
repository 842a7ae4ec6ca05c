// The self-made toolchain. A change that old roots lack needs a new version number: they are then made again.
import { join } from 'node:path';
import { cacheFolder } from '../lib/paths.mjs';

export const recipe = {
  version: 1,
  suite: 'forky',
  // debootstrap scripts of older systems do not know the suite by name; `sid` is the same script.
  script: 'sid',
  packages: [
    'emscripten',
    'libeigen3-dev',
    'googletest',
    'g++',
    'cmake',
    'ninja-build',
    'ccache',
    'clang-format',
    'clang-tidy',
    'python3-pip',
    'ca-certificates',
  ],
};

/**
 * The Debian packages that the project is built and tested with, and a day on which the archive had them. The suite
 * moves on: KERAS_WASM_DEBIAN_MIRROR=https://snapshot.debian.org/archive/debian/<snapshot>/ makes exactly this root.
 */
export const tested = {
  snapshot: '20261129T000000Z',
  versions: {
    emscripten: '6.0.5+dfsg+~1.41.5-2',
    binaryen: '131-2',
    'clang-21': '1:21.1.8-13',
    'lld-21': '1:21.1.8-13',
    'libeigen3-dev': '5.0.1-3',
    googletest: '1.18.0-1',
    'g++-16': '16.2.0-3',
    cmake: '4.3.4-1',
    'ninja-build': '1.13.2-1',
    ccache: '4.14.2-1',
    'clang-format': '1:21.1.8-74',
    nodejs: '24.21.0+dfsg+~cs24.13.4-1',
  },
};

/**
 * Lines that name each package whose installed version is not the tested one.
 *
 * @param installed versions by name, such as dpkg-query prints them.
 */
export const untested = (installed) =>
  Object.entries(tested.versions)
    .filter(([name, version]) => installed[name] !== version)
    .map(([name, version]) => `${name} ${installed[name] ?? '(missing)'}, tested with ${version}`);

export const toolchainFolder = join(cacheFolder, `toolchain-${recipe.version}`);
export const rootFolder = join(toolchainFolder, 'root');

/** Written last: a root without it is incomplete. */
export const stampFile = join(toolchainFolder, 'ready.json');

/** The oldest Emscripten that builds this project. */
export const oldestEmscripten = 4;

/** The version of emsdk that CI installs. */
export const testedEmscripten = '6.0.5';
