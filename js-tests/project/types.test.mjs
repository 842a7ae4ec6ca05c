// The published declarations: a strict project compiles, and mistakes do not.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-types-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Compiles a file of js-tests/types and returns what the compiler says. */
function compile(file, options) {
  const config = join(folder, `${file}.json`);
  const common = { noEmit: true, strict: true, target: 'es2022', module: 'nodenext' };
  const compilerOptions = { ...common, types: [], ...options };
  const files = [join(root, 'js-tests/types', file)];
  writeFileSync(config, JSON.stringify({ compilerOptions, files }));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [tsc, '-p', config], { encoding: 'utf8' }).stdout;
}

test('the declarations compile without the types of the DOM and of Node', () => {
  assert.equal(compile('plain.ts', { lib: ['es2022'], skipLibCheck: false }), '');
  const node = { types: ['node'], typeRoots: [join(root, 'node_modules/@types')] };
  assert.equal(compile('plain.ts', { lib: ['es2022'], ...node }), '');
});

for (const file of ['usage.ts', 'inference.ts']) {
  test(`a strict TypeScript project compiles ${file}`, () => {
    const flags =
      '--ignoreConfig --noEmit --strict --noUncheckedIndexedAccess --noImplicitOverride --exactOptionalPropertyTypes --target es2022 --module nodenext --lib es2022,esnext.disposable,dom --types';
    const args = [...flags.split(' '), 'node', `js-tests/types/${file}`];
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, ...args], {
      cwd: root,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stdout);
  });
}

test('the programs of docs/typescript.md compile', () => {
  const page = readFileSync(join(root, 'docs/typescript.md'), 'utf8');
  const programs = [...page.matchAll(/^```ts\n(.*?)^```/gms)].map(([, program]) => program);
  assert.ok(programs.length >= 5);
  const files = programs.map((program, i) => {
    const file = join(folder, `program${i}.mts`);
    writeFileSync(file, program);
    return file;
  });
  const compilerOptions = {
    ...{
      noEmit: true,
      strict: true,
      noImplicitOverride: true,
      target: 'es2022',
      module: 'nodenext',
    },
    ...{ lib: ['es2022', 'esnext.disposable', 'dom'], types: [] },
    paths: { 'keras-wasm': [join(root, 'dist/index.d.ts')] },
  };
  const config = join(folder, 'programs.json');
  writeFileSync(config, JSON.stringify({ compilerOptions, files }));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', config], { encoding: 'utf8' });
  assert.equal(stdout, '');
});
