// Modules that the package ships as patches of others: equal bytes, and errors that name the file that is missing or wrong.
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { unpatched } from '../../build/modules/runtime/patched_module.js';
import { patchModule } from '../../tools/patch/patch_module.mjs';
import { runModule } from '../support/child.mjs';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const patch = 'keras-threads-simd.wasm';
const base = 'keras-threads.wasm';

const folders = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function newFolder() {
  folders.push(mkdtempSync(join(tmpdir(), 'keras-wasm-patch-')));
  return folders.at(-1);
}

const random = (seed) => () => (seed = (seed * 16807) % 2147483647) / 2147483647;

/** A module without code, which holds these bytes. */
function moduleWith(content) {
  const size = (value) => (value < 128 ? [value] : [(value % 128) | 128, ...size(value >> 7)]);
  const name = [4, ...Buffer.from('data')];
  const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, ...size(name.length + content.length)];
  return Uint8Array.from([...head, ...name, ...content]);
}

const contentOf = (module) => [
  ...new Uint8Array(WebAssembly.Module.customSections(module, 'data')[0]),
];

/** Bytes with some changed, removed and inserted, and a part moved to the start. */
function edited(bytes, next) {
  const out = [];
  for (const byte of bytes) {
    const chance = next();
    if (chance < 0.02) out.push(Math.floor(next() * 256));
    else if (chance < 0.025) out.push(byte, byte, byte);
    else if (chance >= 0.03) out.push(byte);
  }
  const middle = Math.floor(out.length / 2);
  return [...out.slice(middle, middle + 300), ...out];
}

test('a patch gives exactly the module that it stands for, whatever differs', async () => {
  const next = random(11);
  const bytes = (length) => Array.from({ length }, () => Math.floor(next() * 256));
  const whole = bytes(4000);
  const pairs = [
    [whole, whole],
    [whole, edited(whole, next)],
    [whole, whole.slice(1500)],
    [whole, bytes(2000)],
    [bytes(3), whole],
    [whole, []],
  ];
  const folder = newFolder();
  for (const [from, to] of pairs) {
    const given = { name: patch, target: moduleWith(to), baseName: base, base: moduleWith(from) };
    writeFileSync(join(folder, base), given.base);
    const module = await WebAssembly.compile(patchModule(given));
    assert.deepEqual(contentOf(await unpatched(module, join(folder, patch))), to);
  }
});

test('a patch of a module that hardly differs is small', () => {
  const next = random(5);
  const bytes = Array.from({ length: 20_000 }, () => Math.floor(next() * 256));
  const changed = bytes.map((byte, i) => (i % 100 === 0 ? byte ^ 1 : byte));
  const given = { target: moduleWith(changed), base: moduleWith(bytes) };
  assert.ok(patchModule({ name: patch, baseName: base, ...given }).length < 600);
});

test('a module that is not a patch stays itself', async () => {
  const module = await WebAssembly.compile(moduleWith([1]));
  assert.equal(await unpatched(module, undefined), module);
});

/** What a start with the patch in a folder says. */
async function start(folder) {
  const options = { wasmUrl: join(folder, patch), threads: 2 };
  const { status, output } = await runModule(`
    import { initialize, ops, tensor } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
    await initialize(${JSON.stringify(options)}).then(
      ({ threads }) => console.log(threads, ops.sum(tensor([1, 2])).array()),
      (error) => console.log(error.message),
    );`);
  assert.equal(status, 0, output);
  return output;
}

test('the engine starts from a patch, with the module that it changes beside it', async () => {
  const folder = newFolder();
  for (const name of [base, patch]) copyFileSync(join(dist, name), join(folder, name));
  assert.equal(await start(folder), '2 3');
});

test('an error names the module that a patch changes when it is missing or of another build', async () => {
  const folder = newFolder();
  copyFileSync(join(dist, patch), join(folder, patch));
  const help =
    "Serve the package's keras-threads.wasm beside keras-threads-simd.wasm, which changes it.";
  assert.equal(await start(folder), `Could not read ${join(folder, base)}. ${help}`);
  const other = readFileSync(join(dist, base));
  other[other.length - 1] ^= 1;
  writeFileSync(join(folder, base), other);
  const message = `${join(folder, base)} belongs to another build than keras-threads-simd.wasm. ${help}`;
  assert.equal(await start(folder), message);
});
