// Bundles web/ into one file, since each further file would slow down the start, and what few need into files of their own.
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { copyDeclarations } from './declarations.mjs';
import { inlineEngine } from './inline.mjs';
import { checkout } from './paths.mjs';

/**
 * Writes index.js, the command, the engine in a worker and the scripts of workers into a folder, and the declarations that
 * tsc has written. Scripts import the glue beside them, and packages when needed; those of workers in pages import nothing.
 *
 * @param engine folder of the keras.wasm and keras.mjs that inline.js holds; undefined leaves inline.js as it is.
 */
export async function bundle(folder, engine) {
  copyDeclarations(join(checkout, 'build/types'), folder);
  await bundleFile('web/index.ts', join(folder, 'index.js'));
  await bundleFile('web/plot/index.ts', join(folder, 'keras-plot.mjs'));
  await bundleFile('web/saving/formats/onnx/export_model.ts', join(folder, 'keras-onnx.mjs'));
  await bundleFile('web/runtime/worker.ts', join(folder, 'keras-worker.mjs'));
  await bundleFile('web/command/main.ts', join(folder, 'command.mjs'));
  await bundleFile('web/worker_engine/index.ts', join(folder, 'worker.js'));
  await bundleFile('web/inline/workerd.ts', join(folder, 'workerd.js'));
  const server = 'web/worker_engine/server.ts';
  await bundleFile(server, join(folder, 'keras-engine-worker-node.mjs'));
  await bundleWhole(server, join(folder, 'keras-engine-worker.mjs'));
  if (engine === undefined) return;
  const parts = { engine: join(engine, 'keras.wasm'), glue: join(engine, 'keras.mjs') };
  const define = { 'import.meta.url': 'undefined' }; // scripts that are not modules cannot even name it
  await bundleWhole('web/inline/index.ts', join(folder, 'inline.js'), {
    plugin: inlineEngine(parts),
    define,
  });
}

// Drawings of models, which are loaded when needed.
const importPlot = {
  name: 'import-plot',
  resolveId: (id) =>
    id.endsWith('/plot/index.js') ? { id: './keras-plot.mjs', external: true } : null,
};

// Only writing ONNX loads its exporter.
const importOnnx = {
  name: 'import-onnx',
  resolveId: (id) =>
    id === './export_model.js' ? { id: './keras-onnx.mjs', external: true } : null,
};

// WebAssembly that workerd imports.
const importWasm = {
  name: 'import-wasm',
  resolveId: (id) => (id.endsWith('.wasm') ? { id: `./${basename(id)}`, external: true } : null),
};

// The command, the modules of its users, and the entries beside the package share one instance of it.
const importPackage = {
  name: 'import-package',
  resolveId: (id, importer) =>
    /\/web\/(command|worker_engine|inline)\//.test(importer ?? '') &&
    /^(\.\.\/)+index\.js$/.test(id)
      ? { id: './index.js', external: true }
      : null,
};

const glue = /\/keras(-threads)?\.mjs$/;

function bundleFile(input, file) {
  return write(input, file, {
    external: [glue, 'fflate', /^node:/],
    plugins: [importPackage, importPlot, importOnnx, importWasm],
  });
}

// A file without imports: bundlers make classic scripts of workers, which cannot load a second file.
function bundleWhole(input, file, { plugin, define } = {}) {
  const resolveGlue = {
    name: 'resolve-glue',
    resolveId(id) {
      const path = join(dirname(file), basename(id));
      if (!glue.test(id)) return null;
      return existsSync(path) ? path : { id: `./${basename(id)}`, external: true }; // a build of some variants only
    },
  };
  const minify = { compress: true, mangle: true, codegen: { removeWhitespace: true } };
  const output = { codeSplitting: false, minify };
  const plugins = [plugin ?? resolveGlue, partOfFflate];
  const options = { external: /^node:/, plugins, define };
  return write(input, file, options, output);
}

// What the package uses of fflate: nothing is left out of a module that is imported when needed.
const partOfFflate = {
  name: 'part-of-fflate',
  resolveId: (id, importer) => (id === 'fflate' && importer !== '\0fflate' ? '\0fflate' : null),
  load: (id) =>
    id === '\0fflate' ? "export { Inflate, inflateSync, unzlibSync } from 'fflate';" : null,
};

async function write(input, file, { define, ...options }, output = {}) {
  const { rolldown } = await import('rolldown'); // may just have been installed
  const build = await rolldown({
    ...options,
    input: join(checkout, input),
    platform: 'neutral',
    resolve: { extensionAlias: { '.js': ['.ts'] } },
    transform: { target: 'es2022', define },
    logLevel: 'warn',
  });
  await build.write({
    file,
    format: 'esm',
    // Whitespace stays: Node prints the whole line of an uncaught error.
    minify: { compress: true, mangle: true, codegen: { removeWhitespace: false } },
    keepNames: true, // of classes: errors and users show them
    sourcemap: false, // with their sources, maps would be a tenth of the package
    comments: { annotation: true, jsdoc: false, legal: false }, // declarations have them
    ...output,
  });
  await build.close();
}
