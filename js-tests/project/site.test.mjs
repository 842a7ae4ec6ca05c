// The documentation's site: links lead somewhere, everything that is exported is described, and its programs are tested.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as keras from '../../dist/index.js';
import * as worker from '../../dist/worker.js';
import { filesBelow } from '../../tools/lib/files.mjs';
import { buildDocs } from '../../tools/site/build_docs.mjs';
import { pages } from '../../tools/site/pages.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-site-'));
after(() => rmSync(folder, { recursive: true, force: true }));

buildDocs(folder, { repository: 'https://example.org/keras-wasm' });
const read = (name) => readFileSync(join(folder, name), 'utf8');

test('every link leads to a page, and to an anchor on it', () => {
  const anchors = (path) => new Set([...readFileSync(path, 'utf8').matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)); // prettier-ignore
  const broken = [];
  for (const path of filesBelow(folder, '.html'))
    for (const [, href] of readFileSync(path, 'utf8').matchAll(/ href="([^"]*)"/g)) {
      if (/^(https?|data):/.test(href) || /^(\.\.\/|\.\/)+index\.html$/.test(href)) continue; // the demo
      const [file, anchor] = href.split('#');
      const target = file === '' ? path : join(dirname(path), file);
      const isThere = existsSync(target) && (!anchor || anchors(target).has(decodeURIComponent(anchor))); // prettier-ignore
      if (!isThere) broken.push(`${path.slice(folder.length)}: ${href}`);
    }
  assert.deepEqual(broken, []);
});

test('every document is a page', () => {
  const documents = filesBelow(join(root, 'docs'), '.md').map((path) => path.slice(root.length));
  const sources = pages.map(({ source }) => source);
  assert.deepEqual(documents.filter((path) => !sources.includes(path)), []); // prettier-ignore
});

test('the reference describes everything that is exported', () => {
  const sections = (name) => new Set([...read(name).matchAll(/<section class="entry" id="([^"]*)"/g)].map(([, id]) => id)); // prettier-ignore
  const missing = [];
  const compare = (page, names) => {
    const found = sections(`api/${page}.html`);
    for (const name of names) if (!found.has(name)) missing.push(`${page}: ${name}`);
  };
  const isNamespace = (value) => Object.prototype.toString.call(value) === '[object Module]';
  const own = Object.entries(keras);
  compare('keras-wasm', own.filter(([, value]) => !isNamespace(value)).map(([name]) => name)); // prettier-ignore
  for (const [name, value] of own) if (isNamespace(value)) compare(name, Object.keys(value));
  compare('worker', Object.keys(worker));
  compare('types', ['CloneOptions', 'LoadOptions', 'PlotModelOptions']);
  assert.deepEqual(missing, []);
  assert.match(read('api/layers.html'), /id="Dense".*?<code>units<\/code> \(required\)/s);
});

test('text of documents cannot become elements', () => {
  const names = filesBelow(folder, '.html').map((path) => path.slice(folder.length + 1));
  for (const name of names) assert.doesNotMatch(read(name), /<script/, name);
});

// The tests that run the programs of each page.
const tested = {
  'README.md': ['package.test.mjs', 'documentation.test.mjs', 'document_programs.test.mjs'],
  'docs/from-keras.md': ['document_programs.test.mjs'],
  'docs/from-tensorflow-js.md': ['document_programs.test.mjs'],
  'docs/scale.md': ['scale.test.mjs'],
  'docs/workers.md': ['document_programs.test.mjs'],
  'docs/command.md': ['document_programs.test.mjs'],
  'docs/recipes.md': ['generated.test.mjs'], // compares it with js-tests/workflows
  'docs/typescript.md': ['types.test.mjs'],
};

test('every page with programs has a test that runs them', () => {
  for (const { source } of pages) {
    const hasPrograms = /^ *```(js|ts|python)$/m.test(readFileSync(join(root, source), 'utf8'));
    if (source === 'CONTRIBUTING.md') continue; // parts of files of this repository
    assert.equal(Object.hasOwn(tested, source), hasPrograms, source);
    for (const file of tested[source] ?? [])
      assert.ok(existsSync(join(root, 'js-tests/project', file)), file);
  }
});
