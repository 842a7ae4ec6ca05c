// npm run demo: builds the demo page into build/site, which any web server can serve, and serves it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { readArguments } from './lib/arguments.mjs';
import { checkout } from './lib/paths.mjs';
import { announce, main } from './lib/process.mjs';

const options = {
  root: join(checkout, 'demo'),
  base: './',
  // The page imports the package by its name, as its users do.
  resolve: { alias: { 'keras-wasm': join(checkout, 'dist/index.js') } },
  worker: { format: 'es' },
  build: {
    outDir: join(checkout, 'build/site'),
    emptyOutDir: true,
    // In kB. The library that writes HDF5, loaded only when a model is saved, carries its own WASM.
    chunkSizeWarningLimit: 6000,
    // The WASM glue imports Node's modules in Node only.
    rolldownOptions: { external: /^node:/ },
  },
};

/** Builds the page from demo/ and dist/. */
export async function buildSite() {
  announce('Building the demo page');
  const vite = await import('vite');
  await vite.build({ ...options, logLevel: 'warn' });
}

/** Serves build/site on a free port until the process is stopped; prints and returns the address. */
export async function serveSite() {
  const vite = await import('vite');
  const server = await vite.preview({ ...options, preview: { port: 4173 } });
  const address = server.resolvedUrls.local[0];
  console.log(`\nThe demo page is at ${address} (Ctrl-C ends it)`);
  return address;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    readArguments('Usage: npm run demo');
    await build();
    await buildSite();
    await serveSite();
  });
}
