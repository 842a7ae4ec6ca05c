// Bundles web/ into one file: each further file would slow down the start.
import { join } from 'node:path';
import { checkout } from './paths.mjs';

/**
 * Writes index.js, keras-worker.mjs and command.mjs, with maps, into a folder. They import the glue beside them, and
 * packages when needed.
 */
export async function bundle(folder) {
  await bundleFile('web/index.ts', join(folder, 'index.js'));
  await bundleFile('web/runtime/worker.ts', join(folder, 'keras-worker.mjs'));
  await bundleFile('web/command/main.ts', join(folder, 'command.mjs'));
  await bundleFile('web/worker_engine/index.ts', join(folder, 'worker.js'));
  await bundleFile('web/worker_engine/server.ts', join(folder, 'keras-engine-worker.mjs'));
}

// The command, the modules of its users, the engine's worker and its entry share one instance of the package.
const importPackage = {
  name: 'import-package',
  resolveId: (id, importer) =>
    /\/web\/(command|worker_engine)\//.test(importer ?? '') && /^(\.\.\/)+index\.js$/.test(id)
      ? { id: './index.js', external: true }
      : null,
};

async function bundleFile(input, file) {
  const { rolldown } = await import('rolldown'); // may just have been installed
  const build = await rolldown({
    input: join(checkout, input),
    external: [/\/keras(-threads)?\.mjs$/, 'fflate', /^node:/],
    plugins: [importPackage],
    platform: 'neutral',
    resolve: { extensionAlias: { '.js': ['.ts'] } },
    transform: { target: 'es2022' },
    logLevel: 'warn',
  });
  await build.write({
    file,
    format: 'esm',
    // Whitespace stays: Node prints the whole line of an uncaught error.
    minify: { compress: true, mangle: true, codegen: { removeWhitespace: false } },
    keepNames: true, // of classes: errors and users show them
    sourcemap: true,
    comments: { annotation: true, jsdoc: false, legal: false }, // declarations have them
  });
  await build.close();
}
