// What the self-made toolchain is. Changing anything here means a new number: old roots are then made anew.
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

export const toolchainFolder = join(cacheFolder, `toolchain-${recipe.version}`);
export const rootFolder = join(toolchainFolder, 'root');

/** Written last: a root without it is half made. */
export const stampFile = join(toolchainFolder, 'ready.json');

/** The oldest Emscripten that builds this project. */
export const oldestEmscripten = 4;
