// The JavaScript of the package: web/ in one file, because every file more costs time at the start.
import { join } from 'node:path';
import { checkout } from './paths.mjs';

/** Writes index.js, with its map, into a folder. What it imports is the glue beside it, and packages when needed. */
export async function bundle(folder) {
  const { rolldown } = await import('rolldown'); // may just have been installed
  const build = await rolldown({
    input: join(checkout, 'web/index.ts'),
    external: ['./keras.mjs', 'fflate', 'h5wasm'],
    platform: 'neutral',
    resolve: { extensionAlias: { '.js': ['.ts'] } },
    transform: { target: 'es2022' },
    logLevel: 'warn',
  });
  await build.write({
    dir: folder,
    format: 'esm',
    minify: true,
    keepNames: true, // of classes: errors and users show them
    sourcemap: true,
    codeSplitting: false,
  });
  await build.close();
}
