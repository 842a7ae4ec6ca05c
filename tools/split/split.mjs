// Splits an engine in two: the first module holds the functions that typical_use.mjs runs, the secondary module the others.
// A page starts with the first; web/runtime/secondary_module.ts loads the other.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { filesBelow } from '../lib/files.mjs';
import { checkout } from '../lib/paths.mjs';
import { run } from '../lib/process.mjs';
import { firstName, stubsModule, stubsName } from './stubs.mjs';

// What the engine may use. Without reference types there is one table, and no function twice in it.
const features = [
  ...['simd', 'relaxed-simd', 'exception-handling', 'bulk-memory', 'bulk-memory-opt'],
  ...['nontrapping-float-to-int', 'sign-ext', 'mutable-globals', 'multivalue'],
].map((name) => `--enable-${name}`);

/**
 * Splits build/<folder>/keras.wasm into first.wasm and secondary.wasm in build/<folder>/split, unless that has been done.
 * dist/ must hold the package's JavaScript.
 *
 * @param secondaryName file name of the secondary module in the package; the first module asks for it by this name.
 * @param isChosen whether the build has chosen layers only.
 */
export async function split(toolchain, folder, { secondaryName, isChosen }) {
  const place = join('build', folder, 'split');
  const path = (name) => join(place, name);
  const whole = join('build', folder, 'keras.wasm');
  const stamp = join(checkout, path('.stamp'));
  const hash = createHash('sha256').update(secondaryName);
  const sources = filesBelow(join(checkout, 'tools/split'), '.mjs');
  for (const each of [join(checkout, whole), ...sources]) hash.update(readFileSync(each));
  const wanted = hash.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  mkdirSync(join(checkout, place), { recursive: true });
  const binaryen = (program, ...args) => toolchain.run([program, ...features, ...args]);

  await binaryen('wasm-split', '--instrument', whole, '-o', path('measured.wasm'));
  await profile(path('measured.wasm'), path('profile'), isChosen);
  // Modules of two builds do not fit together: their imports name the build.
  const build = wanted.slice(0, 8);
  await binaryen(
    ...['wasm-split', whole, `--profile=${path('profile')}`],
    ...['-o1', path('imports.wasm'), '-o2', path('secondary.wasm')],
    ...[`--import-namespace=${build}`, '--export-prefix=%'],
  );
  const imports = readFileSync(join(checkout, path('imports.wasm')));
  const stubs = stubsModule(imports, `${secondaryName}#${build}`);
  writeFileSync(join(checkout, path('stubs.wat')), stubs);
  await binaryen('wasm-as', path('stubs.wat'), '-o', path('stubs.wasm'));
  await binaryen(
    ...['wasm-merge', path('imports.wasm'), firstName, path('stubs.wasm'), stubsName],
    ...['-o', path('merged.wasm')],
  );
  // The stubs' exports, whose names are numbers, have served their purpose.
  const digits = Array.from({ length: 10 }, (_, digit) => `--remove-exports=${digit}*`);
  await binaryen('wasm-opt', ...digits, '-Oz', path('merged.wasm'), '-o', path('first.wasm'));
  writeFileSync(stamp, wanted);
}

async function profile(wasm, file, isChosen) {
  const { hasRelaxedSimd } = await import(
    pathToFileURL(join(checkout, 'build/modules/runtime/features.js'))
  );
  const flags = ['--expose-gc', ...(hasRelaxedSimd() ? [] : ['--experimental-wasm-relaxed-simd'])];
  const script = join(checkout, 'tools/split/typical_use.mjs');
  const args = [...flags, script, wasm, file, ...(isChosen ? ['chosen'] : [])];
  await run(process.execPath, args, { cwd: checkout, label: 'tools/split/typical_use.mjs' });
}
