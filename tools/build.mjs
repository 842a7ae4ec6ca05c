// npm run build: toolchain, WASM in both variants, TypeScript, and all of it together in dist/.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { readArguments } from './lib/arguments.mjs';
import { cmakeBuild } from './lib/cmake.mjs';
import { filesBelow } from './lib/files.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { checkout } from './lib/paths.mjs';
import { announce, main, run, StepError } from './lib/process.mjs';
import { findToolchain } from './toolchain/find.mjs';

const dist = join(checkout, 'dist');

/** Builds the package into dist/ and returns the toolchain that did it. */
export async function build() {
  await ensurePackages();
  const toolchain = await findToolchain();
  for (const preset of ['wasm-simd', 'wasm-relaxed']) {
    announce(`Building WASM (${preset})`);
    await cmakeBuild(toolchain, preset, { targets: ['keras_wasm'] });
  }
  announce('Building TypeScript');
  await compileTypeScript();
  copyWasm();
  printSizes();
  return toolchain;
}

async function compileTypeScript() {
  removeStale();
  const tsc = join(checkout, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '-p', checkout], { label: 'tsc' });
}

// What tsc made of a source that has gone would still be packed. If anything else is missing, tsc must start afresh.
function removeStale() {
  const sources = filesBelow(join(checkout, 'web'), '.ts')
    .map((path) => relative(join(checkout, 'web'), path))
    .filter((path) => !path.endsWith('.d.ts'));
  const expected = new Set(
    sources.flatMap((path) =>
      ['.js', '.d.ts', '.js.map'].map((ending) => join(dist, path.replace(/\.ts$/, ending))),
    ),
  );
  const present = filesBelow(dist, '.js', '.d.ts', '.js.map');
  for (const path of present) if (!expected.delete(path)) rmSync(path);
  if (expected.size > 0) rmSync(join(checkout, 'build/tsconfig.tsbuildinfo'), { force: true });
}

function copyWasm() {
  const simd = join(checkout, 'build/wasm-simd');
  const relaxed = join(checkout, 'build/wasm-relaxed');
  const glue = (folder) => readFileSync(join(folder, 'keras.mjs'), 'utf8');
  if (glue(simd) !== glue(relaxed))
    throw new StepError('The two WASM variants need different glue: they cannot share keras.mjs.');
  mkdirSync(dist, { recursive: true });
  for (const name of ['keras.mjs', 'keras.d.mts', 'keras.wasm']) update(simd, name, name);
  update(relaxed, 'keras.wasm', 'keras-relaxed.wasm');
}

// An unchanged file keeps its time, so that whatever depends on it stays up to date.
function update(folder, name, target) {
  const [from, to] = [join(folder, name), join(dist, target)];
  if (!existsSync(to) || !readFileSync(from).equals(readFileSync(to))) copyFileSync(from, to);
}

function printSizes() {
  const groups = {
    'keras.wasm': [join(dist, 'keras.wasm')],
    'keras-relaxed.wasm': [join(dist, 'keras-relaxed.wasm')],
    'all .js and .mjs': filesBelow(dist, '.js', '.mjs'),
  };
  for (const [name, paths] of Object.entries(groups)) {
    const bytes = Buffer.concat(paths.map((path) => readFileSync(path)));
    const kilobytes = (size) => `${Math.round(size / 1000)} kB`.padStart(8);
    console.log(
      `dist: ${name.padEnd(20)}${kilobytes(bytes.length)}, gzip ${kilobytes(gzipSync(bytes).length)}`,
    );
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    readArguments('Usage: npm run build');
    await build();
  });
}
