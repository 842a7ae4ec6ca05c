// The package as its users get it: packed, installed into an empty folder, and the README's example run there.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-package-'));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
let packed;

function run(command, args, cwd = folder) {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8' });
  assert.equal(result.status, 0, `${command} ${args.join(' ')}\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

/** Runs a text as a module of the folder where the package is installed. */
function runModule(name, text) {
  writeFileSync(join(folder, name), text);
  return run(process.execPath, [name]);
}

before(() => {
  [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${packed.filename}`]);
});

after(() => rmSync(folder, { recursive: true, force: true }));

test('the tarball holds the built files and nothing else', () => {
  const paths = packed.files.map(({ path }) => path);
  const fixed = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'THIRD-PARTY-NOTICES.md'];
  assert.deepEqual(
    paths.filter((path) => !path.startsWith('dist/')).sort(),
    fixed.filter((path) => paths.includes(path)).sort(),
  );
  for (const path of ['LICENSE', 'README.md', 'CHANGELOG.md', 'dist/index.js', 'dist/index.d.ts'])
    assert.ok(paths.includes(path), `${path} is missing`);
  const parts = ['.wasm', '-rest.wasm', '-relaxed.wasm', '-relaxed-rest.wasm'];
  const others = [
    '-onnx.mjs',
    '-threads.mjs',
    '-threads.wasm',
    '-threads-simd.wasm',
    '-worker.mjs',
  ];
  for (const ending of ['.mjs', ...parts, ...others])
    assert.ok(paths.includes(`dist/keras${ending}`), `dist/keras${ending} is missing`);
});

test('nothing runs when the package is installed', () => {
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare'])
    assert.equal(manifest.scripts[script], undefined);
});

test('every entry of `exports` can be resolved by a user', () => {
  const entries = Object.keys(manifest.exports).map((entry) => entry.replace(/^\./, 'keras-wasm'));
  const script = `import { existsSync } from 'node:fs';
    import { fileURLToPath } from 'node:url';
    for (const entry of ${JSON.stringify(entries)}) {
      if (!existsSync(fileURLToPath(import.meta.resolve(entry)))) throw new Error(entry);
    }
    console.log('resolved');`;
  assert.equal(runModule('resolve.mjs', script).trim(), 'resolved');
});

test('a published package names the repository that publishes it', () => {
  const workflow = readFileSync(join(root, '.github/workflows/publish.yml'), 'utf8');
  const [, step] = />-\n((?: {10}\S.*\n)+)/.exec(workflow);
  const place = join(folder, 'publication');
  mkdirSync(place);
  writeFileSync(join(place, 'package.json'), JSON.stringify(manifest));
  const env = {
    ...process.env,
    GITHUB_REPOSITORY: 'lab/keras-wasm',
    GITHUB_REPOSITORY_OWNER: 'lab',
  };
  const { status, stderr } = spawnSync('sh', ['-c', step.replaceAll(/\s+/g, ' ')], {
    cwd: place,
    env,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  assert.deepEqual(JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')), {
    ...manifest,
    repository: { type: 'git', url: 'git+https://github.com/lab/keras-wasm.git' },
    homepage: 'https://lab.github.io/keras-wasm/',
    bugs: { url: 'https://github.com/lab/keras-wasm/issues' },
  });
});

test("the README's first program is the command that installs the package", () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  assert.match(/```\w+\n([\s\S]*?)```/.exec(readme)[1], /^npm install keras-wasm\n$/);
});

test("the README's example runs as printed", () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const example = /```js\n([\s\S]*?)```/.exec(readme)?.[1];
  assert.ok(example, 'README.md has no ```js block');
  assert.notEqual(runModule('example.mjs', example).trim(), '', 'the example prints nothing');
});

const moduleModes = [
  { module: 'node16' },
  { module: 'nodenext' },
  { module: 'esnext', moduleResolution: 'bundler' },
  { module: 'preserve', moduleResolution: 'bundler' },
];

for (const mode of moduleModes)
  test(`every entry has its types with ${JSON.stringify(mode)}, neither the DOM nor Node being known`, () => {
    const entries = ['keras-wasm', 'keras-wasm/inline', 'keras-wasm/worker'];
    const program = `import { layers, type Model, type Tensor } from '${entries[0]}';
      import { layers as held } from '${entries[1]}';
      import { createWorkerEngine, type WorkerEngine } from '${entries[2]}';
      export const units: number[] = [layers, held].map(({ Dense }) => new Dense({ units: 1 }).units);
      export const predict = (model: Model): Tensor => model.predict([[1]]);
      export const engine: Promise<WorkerEngine> = createWorkerEngine();
      // @ts-expect-error: the option does not exist, so types are not \`any\`
      new layers.Dense({ unit: 1 });`;
    writeFileSync(join(folder, 'types.ts'), program);
    const compilerOptions = {
      ...mode,
      ...{ target: 'es2022', lib: ['es2022'], types: [] },
      ...{ strict: true, noEmit: true, skipLibCheck: false },
    };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['types.ts'] }),
    );
    run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.']);
  });

test('the entries `worker` and `inline` run as installed', () => {
  const model = `const inputs = keras.Input({ shape: [2] });
    const dense = new keras.layers.Dense({ units: 1, kernelInitializer: 'ones' });
    const model = new keras.Model({ inputs, outputs: dense.apply(inputs) });`;
  const inline = `import * as keras from 'keras-wasm/inline';
    await keras.initialize();
    ${model}
    console.log(JSON.stringify(model.predict([[1, 2]]).array()));`;
  assert.equal(runModule('inline.mjs', inline).trim(), '[[3]]');
  const worker = `import * as keras from 'keras-wasm';
    import { createWorkerEngine } from 'keras-wasm/worker';
    await keras.initialize();
    ${model}
    const engine = await createWorkerEngine();
    const there = await engine.loadModel(await model.save());
    console.log(JSON.stringify((await there.predict([[1, 2]])).array()));`;
  // The process ends by itself: the worker does not keep it alive.
  assert.equal(runModule('worker.mjs', worker).trim(), '[[3]]');
});
