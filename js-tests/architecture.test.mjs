// Reads every #include and every import, and fails on one that points the wrong way.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { filesBelow } from '../tools/lib/files.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

// The rooms of src/ from the ground up: a file includes its own row and the rows above it in this list.
const rooms = [
  ['base'],
  ['json'],
  ['tensor'],
  ['kernels'],
  ['tree', 'serialization'],
  ['random'],
  ['activations', 'initializers', 'regularizers', 'constraints', 'dtype_policies', 'quantizers'],
  ['runtime'],
  ['graph'],
  ['ops'],
  ['layers'],
  ['models'],
  ['saving'],
  ['bindings'],
];

// Third-party headers, and the only files that may include them.
const thirdParty = [
  { header: /^(unsupported\/)?Eigen\//, allowed: /^src\/kernels\//, name: 'Eigen' },
  { header: /^simdjson\b/, allowed: /^src\/json\/parse\.cpp$/, name: 'simdjson' },
  { header: /^(emscripten\b|wasm_simd128)/, allowed: /^src\/bindings\//, name: 'Emscripten' },
  { header: /^(gtest|gmock)\//, allowed: /^native-tests\//, name: 'GoogleTest' },
];
// The one exception: kernels spell out SIMD instructions, whose header clang ships for WASM.
const simdHeader = /^wasm_simd128\.h$/;

// Packages and built-in modules that web/ imports, and the files that may.
const webPackages = [
  { name: 'fflate', allowed: /^web\/saving\//, onlyWhenNeeded: true },
  { name: 'h5wasm', allowed: /^web\/saving\//, onlyWhenNeeded: true },
  { name: 'node:', allowed: /^web\/runtime\/platform\// },
];

const longest = 400;

function read(path) {
  return readFileSync(join(root, path), 'utf8');
}

function list(folder, ...endings) {
  return filesBelow(join(root, folder), ...endings).map((path) => relative(root, path));
}

const cppSources = list('src', '.h', '.cpp', '.inc');
const cppFiles = [...cppSources, ...list('native-tests', '.h', '.cpp')];
const webFiles = list('web', '.ts');

function includesOf(path) {
  const text = read(path);
  return [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]/gm)].map(
    (match) => match[1],
  );
}

// { target, kind }: `value` is needed to run, `type` vanishes in compiling, `dynamic` is loaded when asked for.
function importsOf(path) {
  const text = read(path).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const statements = text.matchAll(
    /^[ \t]*(?:import|export)\s+(type\s)?(?:[\w*\s{},$]+?\sfrom\s+)?['"]([^'"]+)['"]/gm,
  );
  const calls = text.matchAll(/(typeof\s+)?\bimport\s*\(\s*['"]([^'"]+)['"]/g);
  return [
    ...[...statements].map(([, type, target]) => ({ target, kind: type ? 'type' : 'value' })),
    ...[...calls].map(([, type, target]) => ({ target, kind: type ? 'type' : 'dynamic' })),
  ];
}

// './errors.js' seen from web/saving/zip.ts is web/saving/errors.ts.
function resolveWeb(from, target) {
  return join(dirname(from), target).replace(/\.js$/, '.ts');
}

// One cycle of a graph { node: [successors] } as a list of nodes, or null.
function findCycle(graph) {
  const state = new Map();
  const path = [];
  function visit(node) {
    if (state.get(node) === 'done') return null;
    if (state.get(node) === 'open') return [...path.slice(path.indexOf(node)), node];
    state.set(node, 'open');
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    state.set(node, 'done');
    return null;
  }
  for (const node of graph.keys()) {
    const cycle = visit(node);
    if (cycle) return cycle;
  }
  return null;
}

test('there is something to read', () => {
  assert.ok(cppSources.length > 0, 'no C++ sources in src/');
  assert.ok(webFiles.length > 0, 'no TypeScript sources in web/');
});

test('a room includes only itself and the rooms above it', () => {
  const row = new Map(rooms.flatMap((names, index) => names.map((name) => [name, index])));
  const wrong = [];
  for (const path of cppSources) {
    const room = path.split('/')[1];
    if (!row.has(room)) wrong.push(`${path}: ${room} is not a room of this list`);
    for (const target of includesOf(path)) {
      const other = target.split('/')[0];
      if (!existsSync(join(root, 'src', target))) continue;
      if (!row.has(other)) wrong.push(`${path} includes ${target}, which is in no room`);
      else if (row.get(other) > row.get(room)) wrong.push(`${path} includes ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('every include of our own is rooted at src/ or native-tests/ and exists', () => {
  const wrong = [];
  for (const path of cppFiles) {
    const quoted = read(path).matchAll(/^[ \t]*#[ \t]*include[ \t]*"([^"]+)"/gm);
    const roots = path.startsWith('src/') ? ['src'] : ['src', 'native-tests'];
    for (const [, target] of quoted) {
      if (thirdParty.some(({ header }) => header.test(target))) continue;
      const found = roots.some((folder) => existsSync(join(root, folder, target)));
      if (!found || target.includes('..')) wrong.push(`${path} includes "${target}"`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('no file includes itself through others', () => {
  const graph = new Map();
  for (const path of cppSources) {
    const targets = includesOf(path).map((target) => join('src', target));
    graph.set(
      path,
      targets.filter((target) => cppSources.includes(target)),
    );
  }
  assert.equal(findCycle(graph)?.join(' -> ') ?? null, null);
});

// The WASM variants differ in the kernels alone: an inline function of simd.h compiled elsewhere would be another.
test('kernels/simd.h is reached from kernels only', () => {
  const reached = new Map();
  function reaches(path) {
    if (!reached.has(path)) {
      reached.set(path, path === 'src/kernels/simd.h');
      const own = includesOf(path).map((target) => join('src', target));
      const found = own.filter((target) => cppSources.includes(target)).some(reaches);
      reached.set(path, reached.get(path) || found);
    }
    return reached.get(path);
  }
  const outside = cppFiles.filter((path) => !/^(src|native-tests)\/kernels\//.test(path));
  assert.deepEqual(outside.filter(reaches), []);
  assert.ok(reaches('src/kernels/simd.h'), 'there is no src/kernels/simd.h');
});

test('third-party headers stay in their rooms', () => {
  const wrong = [];
  for (const path of cppFiles) {
    for (const target of includesOf(path)) {
      if (simdHeader.test(target) && /^src\/kernels\//.test(path)) continue;
      for (const { header, allowed, name } of thirdParty) {
        if (header.test(target) && !allowed.test(path)) wrong.push(`${path} includes ${name}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

test('only web/boundary/raw.ts imports the generated modules', () => {
  const importers = webFiles.filter((path) =>
    importsOf(path).some(({ target }) => /(^|\/)keras(-threads)?\.mjs$/.test(target)),
  );
  assert.deepEqual(importers, ['web/boundary/raw.ts']);
});

test('packages are imported in web/ only where they belong', () => {
  const wrong = [];
  for (const path of webFiles) {
    for (const { target, kind } of importsOf(path)) {
      if (target.startsWith('.')) continue;
      const rule = webPackages.find(({ name }) => target.startsWith(name));
      if (!rule?.allowed.test(path)) wrong.push(`${path} imports ${target}`);
      else if (rule.onlyWhenNeeded && kind === 'value')
        wrong.push(`${path} always loads ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('relative imports of web/ stay in web/ and name a file', () => {
  const wrong = [];
  for (const path of webFiles) {
    for (const { target } of importsOf(path)) {
      if (!target.startsWith('.') || /\.mjs$/.test(target)) continue;
      const file = resolveWeb(path, target);
      if (!webFiles.includes(file) && !webFiles.includes(file.replace(/\.ts$/, '.d.ts')))
        wrong.push(`${path} imports ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('nothing in web/ imports the index, and no modules need each other', () => {
  const graph = new Map();
  for (const path of webFiles) {
    const needed = importsOf(path).filter(({ kind }) => kind === 'value');
    graph.set(
      path,
      needed
        .map(({ target }) => resolveWeb(path, target))
        .filter((file) => webFiles.includes(file)),
    );
    for (const { target } of importsOf(path))
      assert.notEqual(resolveWeb(path, target), 'web/index.ts', `${path} imports the index`);
  }
  assert.equal(findCycle(graph)?.join(' -> ') ?? null, null);
});

test('tools, bench and demo do not import tests', () => {
  const programs = ['tools', 'bench', 'demo'].flatMap((folder) => list(folder, '.mjs', '.ts'));
  const wrong = programs.filter((path) =>
    importsOf(path).some(({ target }) => /(^|\/)(js|native)-tests\//.test(target)),
  );
  assert.deepEqual(wrong, []);
});

test(`a file of more than ${longest} lines says why`, () => {
  const code = [
    ...cppFiles,
    ...webFiles,
    ...list('js-tests', '.mjs'),
    ...list('tools', '.mjs', '.py'),
    ...list('bench', '.mjs', '.py'),
    ...list('demo', '.mjs', '.js', '.ts', '.css', '.html'),
  ];
  const wrong = code.filter((path) => {
    const lines = read(path).split('\n');
    const top = lines.slice(0, 15).join('\n');
    return lines.length - 1 > longest && !/(\/\/|#|\*) *(Long because|Generated by)/i.test(top);
  });
  assert.deepEqual(wrong, []);
});
