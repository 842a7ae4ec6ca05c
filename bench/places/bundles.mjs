// The code of a page: the bench and its peers, bundled as in an application.
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { checkout } from '../../tools/lib/paths.mjs';

const settings = {
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  logLevel: 'error',
  define: { global: 'globalThis' },
  external: ['node:*'], // behind tests for Node
};

// ensureBenchPackages() has installed it.
const esbuild = () => createRequire(join(checkout, 'bench/package.json'))('esbuild');

/** The folder with page.js, in which every adapter is a chunk of its own, and index.js of builds of this package. */
export async function bundleForPages(distributions) {
  const folder = join(checkout, 'build/bench/pages');
  mkdirSync(folder, { recursive: true });
  await esbuild().build({
    ...settings,
    entryPoints: [join(checkout, 'bench/places/page.mjs')],
    outdir: folder,
  });
  for (const [name, dist] of Object.entries(distributions)) {
    await esbuild().build({
      ...settings,
      stdin: {
        contents: `export { initialize, loadModel } from ${JSON.stringify(join(dist, 'index.js'))};`,
        resolveDir: dist,
      },
      outdir: join(folder, name),
      entryNames: 'index',
    });
    // Files that workers load by URL lie beside the code.
    for (const file of readdirSync(dist).filter((each) => each.endsWith('.mjs')))
      copyFileSync(join(dist, file), join(folder, name, file));
  }
  return folder;
}
