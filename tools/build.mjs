// npm run build: makes the toolchain if it is missing, builds WASM in all variants and TypeScript, and puts them into dist/.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readArguments } from './lib/arguments.mjs';
import { bundle } from './lib/bundle.mjs';
import { writeChosen } from './lib/chosen.mjs';
import { cmakeBuild } from './lib/cmake.mjs';
import { filesBelow } from './lib/files.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { checkout } from './lib/paths.mjs';
import { announce, main, run, StepError } from './lib/process.mjs';
import { patchModule } from './patch/patch_module.mjs';
import { printSizes } from './lib/sizes.mjs';
import { split } from './split/split.mjs';
import { findToolchain } from './toolchain/find.mjs';

const dist = join(checkout, 'dist');
/** web/ compiled file by file, for tests of single modules. */
const modules = join(checkout, 'build/modules');
/** Its declarations, of which dist/ has what the package's entries reach. */
const types = join(checkout, 'build/types');

const variants = ['simd', 'relaxed', 'threads', 'threads-simd'];

/**
 * Builds the package into dist/ and returns the toolchain.
 *
 * @param options.only leaves the other variants as they are: quicker while trying things out.
 * @param options.quick links without optimizing and does not split the engine: quicker still, not for measuring.
 * @param options.layers names of classes: WASM with these layers alone, which is smaller. All by default.
 * @param options.ops with `layers`: names of functions of src/ops/table/operations.inc that it has, too.
 */
export async function build({ only, quick = false, layers, ops = [] } = {}) {
  await ensurePackages();
  const toolchain = await findToolchain();
  const chosen = variants.filter((variant) => only === undefined || variant === only);
  const tree = layers ? 'wasm-chosen' : 'wasm';
  const linked = (variant) => (quick ? `${variant}-quick` : variant);
  const folderOf = (variant) => join(tree, linked(variant));
  const variables = {};
  if (layers) variables.KERAS_CHOSEN = writeChosen(join(checkout, 'build/chosen'), { layers, ops });
  announce(`Building WASM (${chosen.join(', ')})`);
  const targets = chosen.map((variant) => `keras_${linked(variant)}`);
  await cmakeBuild(toolchain, 'wasm', { folder: tree, targets, variables });
  announce('Building TypeScript');
  copyTypes(chosen, folderOf);
  await compileTypeScript();
  copyGlue(chosen, folderOf);
  const inlined = join(checkout, 'build', folderOf('simd'));
  await bundle(dist, chosen.includes('simd') ? inlined : undefined);
  await copyEngines(toolchain, chosen, folderOf, { quick, isChosen: layers !== undefined });
  const map = join(checkout, 'build', folderOf('simd'), 'keras.map');
  if (!quick) printSizes(dist, chosen.includes('simd') ? map : undefined);
  return toolchain;
}

async function compileTypeScript() {
  removeStale();
  const tsc = join(checkout, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '-p', checkout], { label: 'tsc' });
}

// Outputs of deleted sources would be packed. If an output is missing, tsc must start afresh.
function removeStale() {
  const web = join(checkout, 'web');
  const sources = filesBelow(web, '.ts').filter((path) => !path.endsWith('.d.ts'));
  const made = (folder, ...endings) =>
    sources.flatMap((path) =>
      endings.map((ending) => join(folder, relative(web, path).replace(/\.ts$/, ending))),
    );
  const declarations = made(types, '.d.ts');
  const code = made(modules, '.js', '.js.map');
  const entries = ['index.js', 'worker.js', 'inline.js', 'workerd.js'];
  const kept = new Set([...declarations, ...code, ...entries.map((name) => join(dist, name))]);
  const stale = [
    ...filesBelow(dist, '.js', '.js.map', '.mjs.map'),
    ...filesBelow(modules, '.js', '.d.ts', '.js.map'),
    ...filesBelow(types, '.d.ts'),
  ];
  for (const path of stale) if (!kept.has(path)) rmSync(path);
  if (![...declarations, ...code].every((path) => existsSync(path)))
    rmSync(join(checkout, 'build/tsconfig.tsbuildinfo'), { force: true });
}

// Variants without threads share their glue; the types of both kinds of glue are the same.
function copyTypes(chosen, folderOf) {
  const variant = chosen.find((name) => !name.startsWith('threads'));
  if (variant === undefined) return;
  const folder = join(checkout, 'build/glue');
  mkdirSync(folder, { recursive: true });
  update(join(checkout, 'build', folderOf(variant)), 'keras.d.mts', join(folder, 'keras.d.mts'));
  writeFileSync(join(folder, 'keras-threads.d.mts'), "export { default } from './keras.mjs';\n");
}

function copyGlue(chosen, folderOf) {
  mkdirSync(dist, { recursive: true });
  const folder = (variant) => join(checkout, 'build', folderOf(variant));
  const glue = (variant) => `keras${variant.startsWith('threads') ? '-threads' : ''}.mjs`;
  for (const name of new Set(chosen.map(glue))) {
    const folders = chosen.filter((variant) => glue(variant) === name).map(folder);
    const texts = folders.map((path) => readFileSync(join(path, 'keras.mjs'), 'utf8'));
    if (texts.some((text) => text !== texts[0]))
      throw new StepError(`Two WASM variants need different glue: they cannot share ${name}.`);
    for (const to of [dist, modules]) update(folders[0], 'keras.mjs', join(to, name));
    if (name === 'keras.mjs') update(folders[0], 'keras.d.mts', join(dist, 'keras.d.mts'));
  }
}

// Variants with threads, which pages have to ask for, are not split: each worker would load the secondary module again. The
// one without relaxed SIMD, which few engines need, is a patch of the other one.
async function copyEngines(toolchain, chosen, folderOf, { quick, isChosen }) {
  for (const variant of chosen) {
    const folder = join(checkout, 'build', folderOf(variant));
    if (variant === 'threads-simd' && existsSync(join(dist, 'keras-threads.wasm'))) continue;
    const name = variant === 'simd' ? 'keras' : `keras-${variant}`;
    if (quick || variant.startsWith('threads')) {
      update(folder, 'keras.wasm', join(dist, `${name}.wasm`));
      continue;
    }
    announce(`Splitting the engine (${variant})`);
    await split(toolchain, folderOf(variant), { secondaryName: `${name}-rest.wasm`, isChosen });
    update(join(folder, 'split'), 'first.wasm', join(dist, `${name}.wasm`));
    update(join(folder, 'split'), 'secondary.wasm', join(dist, `${name}-rest.wasm`));
  }
  if (chosen.some((variant) => variant.startsWith('threads')))
    patchThreads(join(checkout, 'build', folderOf('threads-simd'), 'keras.wasm'));
}

// After a build of one variant the other one may be missing.
function patchThreads(target) {
  const [baseName, name] = ['keras-threads.wasm', 'keras-threads-simd.wasm'];
  const base = join(dist, baseName);
  if (!existsSync(base) || !existsSync(target)) return;
  const [from, to] = [base, target].map((path) => readFileSync(path));
  writeFileSync(join(dist, name), patchModule({ name, target: to, baseName, base: from }));
}

// An unchanged file keeps its time, so that what depends on it stays up to date.
function update(folder, name, to) {
  const from = join(folder, name);
  if (!existsSync(to) || !readFileSync(from).equals(readFileSync(to))) copyFileSync(from, to);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    const usage = `Usage: npm run build [-- --only ${variants.join('|')} --quick --layers Dense,Conv2D,... --ops reshape,...]`;
    const string = { type: 'string' };
    const { only, quick, layers, ops } = readArguments(usage, {
      only: string,
      quick: { type: 'boolean' },
      layers: string,
      ops: string,
    }).values;
    const isWrong = only !== undefined && !variants.includes(only);
    if (isWrong || (ops !== undefined && layers === undefined)) throw new StepError(usage);
    await build({ only, quick, layers: layers?.split(','), ops: ops?.split(',') });
  });
}
