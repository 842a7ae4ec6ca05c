// Bundles web/ into one file, since each further file would slow down the start, and what few need into files of their own.
import { join } from 'node:path';
import { checkout } from './paths.mjs';

/**
 * Writes index.js, keras-onnx.mjs, keras-worker.mjs and command.mjs, with maps, into a folder. They import the glue beside them, and
 * packages when needed.
 */
export async function bundle(folder) {
  await bundleFile('web/index.ts', join(folder, 'index.js'), [importWhenNeeded]);
  await bundleFile('web/saving/formats/onnx/export_model.ts', join(folder, 'keras-onnx.mjs'));
  await bundleFile('web/runtime/worker.ts', join(folder, 'keras-worker.mjs'));
  await bundleFile('web/command/main.ts', join(folder, 'command.mjs'), [importPackage]);
}

// The command and the modules of its users share one instance of the package.
const importPackage = {
  name: 'import-package',
  resolveId: (id, importer) =>
    importer?.includes('/web/command/') && /^(\.\.\/)+index\.js$/.test(id)
      ? { id: './index.js', external: true }
      : null,
};

// Only writing ONNX loads its exporter.
const importWhenNeeded = {
  name: 'import-when-needed',
  resolveId: (id) =>
    id === './export_model.js' ? { id: './keras-onnx.mjs', external: true } : null,
};

async function bundleFile(input, file, plugins = []) {
  const { rolldown } = await import('rolldown'); // may just have been installed
  const build = await rolldown({
    input: join(checkout, input),
    external: [/\/keras(-threads)?\.mjs$/, 'fflate', /^node:/],
    plugins,
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
