// The programs in documents run: all blocks of a page are one module, and a block that begins with the name of a file is
// that file.
import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { differenceOf, printed, runSide } from '../../tools/interop/tfjs/document.mjs';
import { runFile } from '../support/child.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-programs-'));

before(() => {
  const installed = join(folder, 'node_modules/keras-wasm');
  mkdirSync(installed, { recursive: true });
  for (const name of ['dist', 'package.json']) symlinkSync(join(root, name), join(installed, name));
  copyFileSync(join(root, 'demo/models/digits.keras'), join(folder, 'model.keras'));
});

after(() => rmSync(folder, { recursive: true, force: true }));

const programsOf = (page) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/^( *)```js\n(.*?)^\1```/gms)].map(([, , code]) => code); // prettier-ignore

/** Runs the programs of a page, and `last` after them. */
async function runPage(page, last = '') {
  const blocks = programsOf(page);
  const fileOf = (code) => /^\/\/ ([\w-]+\.mjs)\b/.exec(code)?.[1];
  for (const code of blocks.filter(fileOf)) writeFileSync(join(folder, fileOf(code)), code);
  const program = blocks.filter((code) => !fileOf(code)).join('\n');
  assert.notEqual(program, '');
  writeFileSync(join(folder, 'program.mjs'), program + last);
  const { status, output } = await runFile('program.mjs', folder);
  assert.equal(status, 0, output);
  assert.notEqual(output, '', 'it prints nothing');
}

test('the programs of docs/workers.md run', () => runPage('docs/workers.md'));

test('the programs of docs/from-keras.md run, and make the models that those for Python make', async () => {
  const write = `
    import { writeFileSync } from 'node:fs';
    writeFileSync('models.json', JSON.stringify([model, clone].map((each) => each.toJson())));`;
  await runPage('docs/from-keras.md', write);
  const [model, clone] = JSON.parse(readFileSync(join(folder, 'models.json'), 'utf8'));
  const fixture = join(root, 'js-tests/fixtures/documents/from-keras.json');
  const expected = JSON.parse(readFileSync(fixture, 'utf8'));
  assert.deepEqual({ model: JSON.parse(model), clone: JSON.parse(clone) }, expected);
});

test('the programs of docs/from-tensorflow-js.md print what those for TensorFlow.js print', async () => {
  const { status, stdout, stderr } = await runSide('keras-wasm', { 'keras-wasm': root });
  assert.equal(status, 0, stderr);
  assert.equal(differenceOf(readFileSync(printed, 'utf8'), stdout), undefined);
});

test('the hooks of docs/command.md run', async () => {
  const [hooks] = programsOf('docs/command.md');
  writeFileSync(join(folder, 'hooks.mjs'), hooks);
  const command = join(root, 'dist/command.mjs');
  const { status, output } = await runFile(command, folder, ['clone', 'model.keras', 'out.keras', '--hooks', 'hooks.mjs']); // prettier-ignore
  assert.equal(status, 0, output);
  assert.match(output, /out\.keras: \d+ layers/);
});

test('the bodies of Lambda layers of README.md are taken', async () => {
  const program = programsOf('README.md').find((code) => code.includes('lambdas:'));
  const keras = await import('../support/keras.mjs');
  const lambda = (x) => x;
  const layer = new keras.layers.Lambda({ function: lambda, name: 'lambda_3' });
  const file = await new keras.Sequential([keras.Input({ shape: [2] }), layer]).save();
  const Run = Object.getPrototypeOf(async () => {}).constructor;
  const run = new Run(
    'loadModel',
    'ops',
    program.replace('await loadModel', 'return await loadModel'),
  );
  const opened = await run((_, options) => keras.loadModel(file, options), keras.ops);
  assert.deepEqual(opened.predict([[1, 2]]).array(), [[2, 4]]);
});
