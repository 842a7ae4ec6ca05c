// The command `keras-wasm`, run as a child process.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { faultsOf, readOnnx } from '../support/onnx_file.mjs';
import { commandIn } from '../support/command.mjs';

const fixture = (name) => fileURLToPath(new URL(`../fixtures/files/${name}`, import.meta.url));
const model = fixture('functional.keras');
const truth = JSON.parse(readFileSync(`${model}.json`, 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-command-'));

after(() => rmSync(folder, { recursive: true, force: true }));

const { run, succeed } = commandIn(folder);

/** Samples of the fixture, and what Keras predicts for them. */
function samples() {
  const rows = ({ shape: [count, width], data }) =>
    Array.from({ length: count }, (_, i) => data.slice(i * width, (i + 1) * width));
  return { inputs: rows(truth.inputs.tensors[0]), outputs: rows(truth.outputs.tensors[0]) };
}

function assertNear(actual, expected) {
  assert.equal(actual.length, expected.length);
  actual.flat().forEach((value, i) => assert.ok(Math.abs(value - expected.flat()[i]) < 1e-5));
}

const lines = (text) => text.trimEnd().split('\n');

test('each command has a help', () => {
  const help = succeed(['--help']);
  for (const name of [
    'summary',
    'config',
    'clone',
    'diff',
    'predict',
    'convert',
    'plot',
    'score',
    'doctor',
  ]) {
    assert.match(help, new RegExp(`^  ${name} `, 'm'));
    assert.match(succeed([name, '--help']), new RegExp(`^Usage: keras-wasm ${name}`));
  }
});

test('--version prints the version of the package', () => {
  const manifest = new URL('../../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
  assert.equal(succeed(['--version']), `${version}\n`);
});

test('wrong arguments exit with 2, failures with 1, and messages name the file', () => {
  for (const args of [
    [],
    ['nothing'],
    ['summary'],
    ['summary', '--bogus', model],
    ['convert', model, 'a.foo'],
  ])
    assert.equal(run(args).status, 2, args.join(' '));
  const { status, stderr, stdout } = run(['summary', 'missing.keras']);
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^keras-wasm: missing\.keras: ValueError: File not found/);
});

test('summary and config print what Keras prints', () => {
  assert.match(succeed(['summary', model]), /^Model: "mlp"\n[\s\S]*Total params: 11 \(44\.00 B\)/);
  assert.equal(JSON.parse(succeed(['summary', '--json', model])).params, 11);
  assert.deepEqual(JSON.parse(succeed(['config', model])).config, truth.config);
});

test('predict reads JSON, CSV and .npy files, and predicts what Keras predicts', () => {
  const { inputs, outputs } = samples();
  assertNear(JSON.parse(succeed(['predict', model, '-'], JSON.stringify(inputs))), outputs);
  writeFileSync(join(folder, 'x.csv'), inputs.map((row) => `${row.join(',')}\n`).join(''));
  for (const name of ['y.npy', 'y.npz', 'y.json']) succeed(['predict', model, 'x.csv', '-o', name]);
  assertNear(JSON.parse(readFileSync(join(folder, 'y.json'), 'utf8')), outputs);
  const file = readFileSync(join(folder, 'y.npy'));
  const values = new Float32Array(new Uint8Array(file).slice(128).buffer);
  assertNear([...values], outputs);
});

test('score writes a result line for each line, in order', () => {
  const { inputs, outputs } = samples();
  const many = Array.from({ length: 100 }, (_, i) => inputs[i % inputs.length]);
  const input = many.map((row) => `${JSON.stringify(row)}\n`).join('');
  const found = lines(succeed(['score', model, '--batch-size', '7'], input));
  assertNear(
    found.map((line) => JSON.parse(line)),
    many.map((_, i) => outputs[i % outputs.length]),
  );
});

for (const name of ['digits', 'digits_mlp', 'digits_rnn', 'digits_transformer'])
  test(`score: the results of ${name} have the same bits in batches of any size`, () => {
    const path = fileURLToPath(new URL(`../../demo/models/${name}.keras`, import.meta.url));
    const pixel = (i, k) => [(((i * 64 + k) * 7919) % 1601) / 100];
    const rows = (i, r) => Array.from({ length: 8 }, (_, c) => pixel(i, 8 * r + c));
    const image = (i) => Array.from({ length: 8 }, (_, r) => rows(i, r));
    const input = Array.from({ length: 49 }, (_, i) => `${JSON.stringify(image(i))}\n`).join('');
    const whole = succeed(['score', path, '--batch-size', '49'], input);
    for (const size of ['1', '2', '3', '17', '32'])
      assert.equal(succeed(['score', path, '--batch-size', size], input), whole, size);
  });

test('score feeds a model of a fixed batch size with batches of that size', async () => {
  const keras = await import('../support/keras.mjs');
  const input = keras.Input({ batchShape: [2, 2] });
  const dense = new keras.layers.Dense({ units: 1, kernelInitializer: 'ones' });
  await new keras.Sequential([input, dense]).save(join(folder, 'fixed.keras'));
  assert.equal(succeed(['score', 'fixed.keras'], '[1, 2]\n[3, 4]\n[5, 6]\n'), '[3]\n[7]\n[11]\n');
});

test('score stops at a line that fails, or marks it', () => {
  const input = '1,2,3\n4,5\n7,8,x\n7,8,9';
  const stopped = run(['score', model, '--format', 'csv'], input);
  assert.equal(stopped.status, 1);
  assert.equal(lines(stopped.stdout).length, 1);
  assert.match(stopped.stderr, /^keras-wasm: line 2: 2 fields, and a sample has 3 elements/);
  const marked = run(['score', model, '--format', 'csv', '--on-error', 'mark'], input);
  assert.equal(marked.status, 0);
  const found = lines(marked.stdout).map((line) => JSON.parse(line));
  assert.equal(found.length, 4);
  assert.deepEqual([found[1].line, found[2].error], [2, 'not a number: x']);
  assert.match(marked.stderr, /2 of 4 lines failed/);
});

test('convert writes all formats, and diff finds no difference after the round trip', () => {
  succeed(['convert', model, 'm.json']);
  succeed(['convert', '-q', model, 'm.h5']);
  succeed(['convert', '-q', 'm.h5', 'm.weights.h5']);
  succeed(['convert', 'm.json', 'again.keras', '--weights', 'm.weights.h5']);
  assert.equal(JSON.parse(succeed(['diff', '--json', model, 'again.keras'])).equal, true);
  assert.equal(run(['diff', '--exit-code', model, fixture('nested.keras')]).status, 1);
});

test('convert writes ONNX', () => {
  assert.match(succeed(['convert', model, 'm.onnx']), /^m\.onnx: \d+ bytes/);
  const { graph } = readOnnx(new Uint8Array(readFileSync(join(folder, 'm.onnx'))));
  assert.deepEqual(faultsOf(graph), []);
});

test('clone applies the hooks of a module and copies the weights', () => {
  const hooks = `export default ({ layers }) => ({ cloneFunction: (layer) =>
    layer instanceof layers.Dense ? new layers.Dense({ ...layer.getConfig(), activation: 'relu' }) : undefined });`;
  writeFileSync(join(folder, 'hooks.mjs'), hooks);
  assert.match(
    succeed(['clone', model, 'clone.keras', '--hooks', 'hooks.mjs']),
    /4 weights copied/,
  );
  const { layers, sameWeights } = JSON.parse(succeed(['diff', '--json', model, 'clone.keras']));
  assert.deepEqual([layers.length, sameWeights], [2, 4]);
});

test('doctor tries whether the engine computes', () => {
  const { engine, files } = JSON.parse(succeed(['doctor', '--json']));
  assert.equal(engine.computes, true);
  assert.ok(files.find(({ name }) => name === 'keras.wasm').size > 0);
});

test('plot draws to standard output and to files', () => {
  const svg = succeed(['plot', model, '--show-shapes', '--show-layer-names']);
  assert.match(svg, /^<svg [^]*Output shape: [^]*<\/svg>\n$/);
  succeed(['plot', model, '-o', 'model.svg', '--show-shapes', '--show-layer-names']);
  assert.equal(readFileSync(join(folder, 'model.svg'), 'utf8'), svg);
  assert.match(succeed(['plot', model, '--dot', '--rankdir', 'LR']), /^digraph G \{\nrankdir=LR;/);
  assert.deepEqual(JSON.parse(succeed(['plot', model, '-o', 'm.dot', '--json'])), {
    file: 'm.dot',
  });
  for (const wrong of [
    ['-o', 'model.png'],
    ['--rankdir', 'UP'],
    ['--dpi', '0'],
    ['--dot', '-o', 'a.dot'],
  ])
    assert.equal(run(['plot', model, ...wrong]).status, 2);
});
