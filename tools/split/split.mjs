// An engine in two parts: the first has the functions that run when typical_use.mjs does, about half; the rest is loaded
// when something needs it (web/runtime/secondary_module.ts). A page starts with half of the bytes.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { filesBelow } from '../lib/files.mjs';
import { checkout } from '../lib/paths.mjs';
import { run } from '../lib/process.mjs';
import { withStubs } from './stubs.mjs';

// What the engine may use. Without reference types there is one table, and no function twice in it.
const features = [
  ...['simd', 'relaxed-simd', 'exception-handling', 'bulk-memory', 'bulk-memory-opt'],
  ...['nontrapping-float-to-int', 'sign-ext', 'mutable-globals', 'multivalue'],
].map((name) => `--enable-${name}`);

/**
 * Splits build/<folder>/keras.wasm into first.wasm and rest.wasm of build/<folder>/split, unless they are of this
 * keras.wasm already. dist/ must have the package's JavaScript.
 *
 * @param restName name of the rest in the package; the first part asks for it by this name.
 * @param isChosen whether the build has chosen layers only.
 */
export async function split(toolchain, folder, { restName, isChosen }) {
  const place = join('build', folder, 'split');
  const path = (name) => join(place, name);
  const whole = join('build', folder, 'keras.wasm');
  const stamp = join(checkout, path('.stamp'));
  const hash = createHash('sha256').update(restName);
  const sources = filesBelow(join(checkout, 'tools/split'), '.mjs');
  for (const each of [join(checkout, whole), ...sources]) hash.update(readFileSync(each));
  const wanted = hash.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  mkdirSync(join(checkout, place), { recursive: true });
  const binaryen = (program, ...args) => toolchain.run([program, ...features, ...args]);

  await binaryen('wasm-split', '--instrument', whole, '-o', path('measured.wasm'));
  await profile(path('measured.wasm'), path('profile'), isChosen);
  await binaryen(
    ...['wasm-split', whole, `--profile=${path('profile')}`],
    ...['-o1', path('plain.wasm'), '-o2', path('rest.wasm')],
    // Parts of two builds do not fit: the names by which one knows the other tell them apart.
    ...['--import-namespace=first', `--export-prefix=${wanted.slice(0, 4)}-`],
  );
  await binaryen('wasm-dis', path('plain.wasm'), '-o', path('plain.wat'));
  const text = readFileSync(join(checkout, path('plain.wat')), 'utf8');
  writeFileSync(join(checkout, path('first.wat')), withStubs(text, restName));
  await binaryen('wasm-as', path('first.wat'), '-o', path('first.wasm'));
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
