// npm run lint [-- paths...]: ESLint on the TypeScript and the scripts, everywhere or in the given files and folders.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readArguments } from './lib/arguments.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { checkout } from './lib/paths.mjs';
import { announce, main, run } from './lib/process.mjs';

/** Fails when ESLint finds anything. Types come from the glue of a WASM build: build first. */
export async function lint({ paths = ['.'] } = {}) {
  await ensurePackages();
  announce('Linting');
  const eslint = join(checkout, 'node_modules/eslint/bin/eslint.js');
  await run(process.execPath, [eslint, '--max-warnings=0', ...paths], {
    cwd: checkout,
    label: 'eslint',
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(() => {
    const usage = 'Usage: npm run lint [-- paths...]';
    const { positionals } = readArguments(usage, {}, { allowPositionals: true });
    return lint(positionals.length ? { paths: positionals } : {});
  });
}
