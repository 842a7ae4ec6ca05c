// Reads every #include and import: rooms depend on each other in one direction only.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { filesBelow } from '../../tools/lib/files.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

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

// The rooms of web/ in the same order; type imports count as well. `boundary` unpacks tensors, and tensors are handles
// of the boundary: these two share a row.
const webRooms = [
  ['base'],
  ['errors'],
  ['runtime/platform'],
  ['boundary', 'tensors'],
  ['serialization'],
  ['custom_classes'],
  ['ops'],
  ['applications'],
  ['families'],
  ['saving'],
  ['layers'],
  ['models'],
  ['runtime'],
  ['index.ts'],
  ['inline'],
  ['worker_engine'],
  ['command'],
];

// Third-party headers, and the only files that may include them.
const thirdParty = [
  { header: /^(unsupported\/)?Eigen\//, allowed: /^src\/kernels\//, name: 'Eigen' },
  { header: /^simdjson\b/, allowed: /^src\/json\/parse\.cpp$/, name: 'simdjson' },
  { header: /^(emscripten\b|wasm_simd128)/, allowed: /^src\/bindings\//, name: 'Emscripten' },
  { header: /^(gtest|gmock)\//, allowed: /^native-tests\//, name: 'GoogleTest' },
];
// Kernels may include clang's header of SIMD instructions.
const simdHeader = /^wasm_simd128\.h$/;

// Packages and built-in modules, and the files of web/ that may import them.
const webPackages = [
  { name: 'fflate', allowed: /^web\/(saving|inline)\//, onlyWhenNeeded: true },
  { name: 'node:', allowed: /^web\/(runtime\/platform|command)\// },
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

// { target, kind }: `value` imports are needed to run, `type` imports only to compile, `dynamic` ones load on demand.
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

// The file that web/saving/zip.ts imports as './errors.js' is web/saving/errors.ts.
function resolveWeb(from, target) {
  return join(dirname(from), target).replace(/\.js$/, '.ts');
}

// The room of a file: web/runtime/platform/node.ts is in `runtime/platform`, which is a room inside another.
function webRoom(path) {
  const folder = path.slice('web/'.length).replace(/\/[^/]*$/, '');
  const rooms = webRooms.flat().filter((room) => `${folder}/`.startsWith(`${room}/`));
  return rooms.sort((a, b) => b.length - a.length)[0];
}

// The files of web/ that a file imports, for their types or to run.
const webImports = (path) =>
  importsOf(path)
    .map(({ target }) => resolveWeb(path, target))
    .filter((file) => webFiles.includes(file));

// A cycle of a graph { node: [successors] } as a list of nodes; null when there is none.
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

test('the sources are found', () => {
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

test('every quoted include is a path from src/ or native-tests/ and exists', () => {
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

test('no includes form a cycle', () => {
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

// Only kernels are compiled per WASM variant: other files would get the inline functions of one of them.
test('only kernels include kernels/simd.h, directly or through other files', () => {
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

test('only the rooms named above include third-party headers', () => {
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

test('only the files named above import packages in web/', () => {
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

test('relative imports of web/ name a file of web/', () => {
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

test('no modules of web/ import each other, not even their types', () => {
  const graph = new Map(webFiles.map((path) => [path, webImports(path)]));
  assert.equal(findCycle(graph)?.join(' -> ') ?? null, null);
});

test('a room of web/ imports only itself and the rooms above it', () => {
  const row = new Map(webRooms.flatMap((names, index) => names.map((name) => [name, index])));
  const wrong = [];
  for (const path of webFiles) {
    const room = webRoom(path);
    if (room === undefined) wrong.push(`${path} is in no room of this list`);
    for (const target of webImports(path)) {
      if (row.get(webRoom(target)) > row.get(room)) wrong.push(`${path} imports ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
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
