// npm run demo: builds the demo page and the documentation into build/site, a folder for any web server, and serves it.
// `-- --no-serve` only builds it.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { readArguments } from './lib/arguments.mjs';
import { filesBelow } from './lib/files.mjs';
import { checkout } from './lib/paths.mjs';
import { announce, main } from './lib/process.mjs';
import { buildDocsOfSite } from './site/docs_of_site.mjs';

// The WASM glue imports modules of Node, in Node only.
const nodeModules = [/^node:/];

// What the page runs in the engine's worker, as one module.
const room = join(checkout, 'build/demo/engine-room.mjs');

const options = {
  root: join(checkout, 'demo'),
  base: './',
  resolve: {
    // The page imports the package by name, as users do.
    alias: [
      { find: 'keras-wasm/worker', replacement: join(checkout, 'dist/worker.js') },
      { find: /^keras-wasm$/, replacement: join(checkout, 'dist/index.js') },
      { find: /^engine-room(?=\?url$)/, replacement: room },
    ],
  },
  worker: { format: 'es' },
  build: {
    assetsInlineLimit: 0,
    outDir: join(checkout, 'build/site'),
    emptyOutDir: true,
    // In kB. The library that writes HDF5, loaded only when a model is saved, carries its own WASM.
    chunkSizeWarningLimit: 6000,
  },
};

// Where the page sends its visitors: the repository that publishes it, or the package.
function linksOfPage() {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
  const published = 'https://www.npmjs.com/package/keras-wasm';
  const source = server && repository ? `${server}/${repository}` : undefined;
  return {
    VITE_SOURCE: source ?? `${published}?activeTab=code`,
    VITE_DOCUMENTATION: 'docs/index.html',
    VITE_RECIPES: 'docs/recipes.html',
  };
}

/** Builds the page from demo/ and dist/, and the documentation beside it. The page runs this variant of the engine. */
export async function buildSite({ variant = 'auto' } = {}) {
  announce('Building the demo page');
  const vite = await import('vite');
  const define = { 'import.meta.env.VITE_VARIANT': JSON.stringify(variant) };
  Object.assign(process.env, linksOfPage()); // Vite puts variables that begin with VITE_ into the HTML
  await bundleRoom();
  const external = variant === 'auto' ? nodeModules : [...nodeModules, /\/keras-threads\.mjs$/];
  const build = { ...options.build, rolldownOptions: { external } };
  const worker = { ...options.worker, rolldownOptions: { external } };
  await vite.build({
    ...options,
    build,
    worker,
    define,
    logLevel: variant === 'auto' ? 'warn' : 'error',
  });
  writeServiceWorker(build.outDir); // the page works offline, the documentation does not
  await buildDocsOfSite();
}

// The service worker keeps all files of the site but threads, which need headers that a static site lacks.
function writeServiceWorker(folder) {
  const hash = createHash('sha256');
  const files = filesBelow(folder, '')
    .filter((path) => !/keras-threads|service-worker/.test(basename(path)))
    .map((path) => {
      const name = relative(folder, path).replaceAll('\\', '/');
      hash.update(name).update(readFileSync(path));
      return name === 'index.html' ? './' : name;
    });
  const code = readFileSync(join(checkout, 'demo/service-worker.js'), 'utf8');
  const version = hash.update(code).digest('hex').slice(0, 16);
  const constants = `const files = ${JSON.stringify(files)};\nconst version = '${version}';\n`;
  writeFileSync(join(folder, 'service-worker.js'), constants + code);
}

async function bundleRoom() {
  const { rolldown } = await import('rolldown');
  const input = join(checkout, 'demo/src/engine/room/room.ts');
  const build = await rolldown({
    input,
    platform: 'browser',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    transform: { target: 'es2022' },
  });
  await build.write({ file: room, format: 'esm', minify: true, codeSplitting: false });
  await build.close();
}

/** A server of build/site on a free port: `resolvedUrls`, `close()`. */
export async function previewSite() {
  const vite = await import('vite');
  return await vite.preview({ ...options, preview: { port: 4173 } });
}

/** Serves build/site until the process is stopped; prints and returns the address. */
export async function serveSite() {
  const server = await previewSite();
  const address = server.resolvedUrls.local[0];
  console.log(`\nThe demo page is at ${address} (Ctrl-C ends it)`);
  return address;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    const { values } = readArguments('Usage: npm run demo [-- --no-serve]', {
      'no-serve': { type: 'boolean' },
    });
    await build();
    await buildSite();
    if (!values['no-serve']) await serveSite();
  });
}
