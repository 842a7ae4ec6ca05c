// Data files and streams of the command: .npy, .npz, inputs by name, `score --format files`, and slow readers.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { unzipSync, zipSync } from 'fflate';
import { command, commandIn } from '../support/command.mjs';

const fixture = (name) => fileURLToPath(new URL(`../fixtures/files/${name}`, import.meta.url));
const truthOf = (name) => JSON.parse(readFileSync(`${fixture(name)}.json`, 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-data-'));
const inFolder = (name) => join(folder, name);

after(() => rmSync(folder, { recursive: true, force: true }));

const { run, succeed } = commandIn(folder);

const lines = (text) => text.trimEnd().split('\n');

/** An .npy file of NumPy's version 1.0, as numpy.save() writes it. */
function npy({ shape, data }, descr = '<f4') {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dict = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${dims}), }`;
  const head = Buffer.from(`${dict.padEnd(64 * Math.ceil((dict.length + 11) / 64) - 11)}\n`);
  const start = Buffer.from([
    0x93,
    ...Buffer.from('NUMPY'),
    1,
    0,
    head.length & 255,
    head.length >> 8,
  ]);
  const Typed = { '<f4': Float32Array, '<f8': Float64Array, '<i4': Int32Array }[descr];
  return Buffer.concat([start, head, Buffer.from(Typed.from(data).buffer)]);
}

/** The shape and numbers of an .npy file of float32. */
function readNpy(bytes) {
  const size = bytes[8] + 256 * bytes[9];
  const head = Buffer.from(bytes.subarray(10, 10 + size)).toString();
  assert.match(head, /'descr': '<f4', 'fortran_order': False/);
  const shape = /'shape': \(([^)]*)\)/
    .exec(head)[1]
    .split(',')
    .filter((each) => each.trim() !== '')
    .map(Number);
  const content = bytes.slice(10 + size);
  return {
    shape,
    data: [...new Float32Array(content.buffer, content.byteOffset, content.length / 4)],
  };
}

function assertNear(actual, expected) {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) =>
    assert.ok(Math.abs(value - expected[i]) < 1e-5, `${value}, ${expected[i]}`),
  );
}

const model = fixture('functional.keras');
const { inputs, outputs } = truthOf('functional.keras');
const [input] = inputs.tensors;
const [output] = outputs.tensors;

for (const descr of ['<f4', '<f8'])
  test(`predict reads .npy of ${descr} and writes .npy, .npz, .csv and .json that agree`, () => {
    writeFileSync(inFolder('x.npy'), npy(input, descr));
    for (const ending of ['npy', 'npz', 'csv', 'json'])
      succeed(['predict', model, 'x.npy', '-o', `y.${ending}`]);
    const array = readNpy(readFileSync(inFolder('y.npy')));
    assert.deepEqual(array.shape, output.shape);
    assertNear(array.data, output.data);
    const members = unzipSync(readFileSync(inFolder('y.npz')));
    assert.deepEqual(Object.keys(members), ['arr_0.npy']);
    assertNear(readNpy(members['arr_0.npy']).data, output.data);
    const csv = lines(readFileSync(inFolder('y.csv'), 'utf8'));
    assertNear(
      csv.flatMap((line) => line.split(',').map(Number)),
      output.data,
    );
    assertNear(JSON.parse(readFileSync(inFolder('y.json'))).flat(), output.data);
  });

test('the same .npz has the same bytes', () => {
  writeFileSync(inFolder('x.npy'), npy(input));
  const once = () => {
    succeed(['predict', model, 'x.npy', '-o', 'same.npz']);
    return readFileSync(inFolder('same.npz'));
  };
  assert.deepEqual(once(), once());
});

// --- Inputs by name ---

const dicts = fixture('dicts.keras');
const named = truthOf('dicts.keras');
const names = Object.keys(named.inputs.structure);
const arrays = names.map((name) => [name, named.inputs.tensors[named.inputs.structure[name]]]);
const expected = Object.fromEntries(
  Object.entries(named.outputs.structure).map(([name, i]) => [name, named.outputs.tensors[i].data]),
);
const npyOf = (array) => npy(array, /int/.test(array.dtype ?? '') ? '<i4' : '<f4');

function assertNamed(text) {
  const result = JSON.parse(text);
  assert.deepEqual(Object.keys(result).sort(), Object.keys(expected).sort());
  for (const [name, data] of Object.entries(expected))
    assertNear(result[name].flat(Infinity), data);
}

function nested({ shape, data }) {
  let items = [...data];
  for (const size of shape.slice(1).reverse())
    items = Array.from({ length: items.length / size }, (_, i) =>
      items.slice(i * size, (i + 1) * size),
    );
  return items;
}

test('a model with inputs by name takes an .npz, a .json object, or NAME=FILE', () => {
  const members = Object.fromEntries(arrays.map(([name, array]) => [`${name}.npy`, npyOf(array)]));
  writeFileSync(inFolder('in.npz'), zipSync(members));
  assertNamed(succeed(['predict', dicts, 'in.npz']));
  writeFileSync(
    inFolder('in.json'),
    JSON.stringify(Object.fromEntries(arrays.map(([name, array]) => [name, nested(array)]))),
  );
  assertNamed(succeed(['predict', dicts, 'in.json']));
  assertNamed(succeed(['predict', dicts, '-'], readFileSync(inFolder('in.json'), 'utf8')));
  for (const [name, array] of arrays) writeFileSync(inFolder(`${name}.npy`), npyOf(array));
  const files = names.map((name) => `${name}=${name}.npy`);
  assertNamed(succeed(['predict', dicts, ...files]));
  assertNamed(succeed(['predict', dicts, ...files.reverse()]));
});

test('missing and unknown names of inputs are listed', () => {
  writeFileSync(inFolder('wrong.npz'), zipSync({ 'nobody.npy': npyOf(arrays[0][1]) }));
  const { status, stderr } = run(['predict', dicts, 'wrong.npz']);
  assert.equal(status, 1);
  assert.match(stderr, new RegExp(`Missing: ${names.join(', ')}\\. Unknown: nobody\\.`));
});

test('several outputs by name are written to one .npz', () => {
  const members = Object.fromEntries(arrays.map(([name, array]) => [`${name}.npy`, npyOf(array)]));
  writeFileSync(inFolder('in.npz'), zipSync(members));
  succeed(['predict', dicts, 'in.npz', '-o', 'out.npz']);
  const written = unzipSync(readFileSync(inFolder('out.npz')));
  for (const [name, data] of Object.entries(expected))
    assertNear(readNpy(written[`${name}.npy`]).data, data);
});

test('score takes a line for each sample with an object of its inputs', () => {
  const count = arrays[0][1].shape[0];
  const rows = arrays.map(([name, array]) => [name, nested(array)]);
  const text = Array.from({ length: count }, (_, i) =>
    JSON.stringify(Object.fromEntries(rows.map(([name, samples]) => [name, samples[i]]))),
  ).join('\n');
  const results = lines(succeed(['score', dicts], `${text}\n`)).map((line) => JSON.parse(line));
  assert.equal(results.length, count);
  for (const [name, data] of Object.entries(expected))
    assertNear(
      results.flatMap((each) => [each[name]].flat(Infinity)),
      data,
    );
});

// --- Lines of files ---

const sampleRows = nested(input);
const resultRows = nested(output);
const width = input.shape[1];

test('score --format files answers each path with the outputs of its samples', () => {
  sampleRows.forEach((row, i) =>
    writeFileSync(inFolder(`s${i}.npy`), npy({ shape: [1, width], data: row })),
  );
  writeFileSync(inFolder('all.npz'), zipSync({ 'x.npy': npy(input) }));
  const paths = [...sampleRows.map((_, i) => `s${i}.npy`), 'all.npz'];
  const results = lines(succeed(['score', model, '--format', 'files'], `${paths.join('\n')}\n`));
  assert.equal(results.length, paths.length);
  resultRows.forEach((row, i) => assertNear(JSON.parse(results[i]).flat(), row));
  assertNear(JSON.parse(results.at(-1)).flat(), output.data);
});

test('with --suffix the outputs are beside the samples, and lines name them', () => {
  writeFileSync(inFolder('x.npy'), npy(input));
  const args = ['score', model, '--format', 'files', '--suffix', '.out.npy'];
  assert.deepEqual(
    lines(succeed(args, 'x.npy\n')).map((line) => JSON.parse(line)),
    ['x.out.npy'],
  );
  assertNear(readNpy(readFileSync(inFolder('x.out.npy'))).data, output.data);
  assert.equal(run(['score', model, '--suffix', '.out.npy'], '').status, 2);
});

test('a file that is missing or does not fit stops, or is marked at its line', () => {
  writeFileSync(inFolder('x.npy'), npy(input));
  writeFileSync(
    inFolder('wide.npy'),
    npy({ shape: [1, width + 1], data: Array(width + 1).fill(0) }),
  );
  const text = 'x.npy\nmissing.npy\nwide.npy\nx.npy\n';
  const stopped = run(['score', model, '--format', 'files'], text);
  assert.equal(stopped.status, 1);
  assert.equal(lines(stopped.stdout).length, 1);
  assert.match(stopped.stderr, /line 2: .*missing\.npy/);
  const marked = run(['score', model, '--format', 'files', '--on-error', 'mark'], text);
  assert.equal(marked.status, 0, marked.stderr);
  const results = lines(marked.stdout).map((line) => JSON.parse(line));
  assert.equal(results.length, 4);
  assert.deepEqual([results[1].line, results[2].line], [2, 3]);
  assert.match(results[2].error, /does not fit the input/);
  assertNear(results[3].flat(), output.data);
});

// --- Slow readers and writers ---

/** Runs score with pipes. `use` gets the process and the promise of its exit status. */
async function withScore(args, use) {
  const child = spawn(process.execPath, [command, 'score', model, ...args], { cwd: folder });
  const exited = new Promise((resolve) => child.on('exit', resolve));
  child.stdin.on('error', () => undefined); // it may end first
  try {
    return await use(child, exited);
  } finally {
    child.kill();
  }
}

const line = `${JSON.stringify(sampleRows[0])}\n`;

test('score reads no further than its reader takes results', async () => {
  await withScore(['--batch-size', '8'], async (child, exited) => {
    const total = 200_000;
    let sent = 0;
    const feed = () => {
      while (sent < total) {
        ++sent;
        if (!child.stdin.write(line)) return void child.stdin.once('drain', feed);
      }
      child.stdin.end();
    };
    feed();
    // Nobody reads the results: the pipes fill, and the command must stop to read.
    let before = -1;
    while (before !== sent) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 3000));
    }
    assert.ok(sent < total, 'all lines were read, and their results are in memory');
    let results = 0;
    child.stdout.setEncoding('utf8');
    for await (const chunk of child.stdout) results += chunk.split('\n').length - 1;
    assert.equal(results, total);
    assert.equal(await exited, 0);
  });
});

test('with --batch-size 1 each line is answered before the next one is sent', async () => {
  await withScore(['--batch-size', '1'], async (child, exited) => {
    child.stdout.setEncoding('utf8');
    const answers = child.stdout[Symbol.asyncIterator]();
    for (const [i, row] of sampleRows.entries()) {
      child.stdin.write(`${JSON.stringify(row)}\n`);
      const { value } = await answers.next();
      assertNear([JSON.parse(value)].flat(Infinity), resultRows[i]);
    }
    child.stdin.end();
    assert.equal(await exited, 0);
  });
});

test('a reader that leaves ends the command quietly', async () => {
  await withScore([], async (child, exited) => {
    let errors = '';
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text) => (errors += text));
    child.stdout.destroy();
    for (let i = 0; i < 5000; ++i) child.stdin.write(line);
    child.stdin.end();
    await exited;
    assert.doesNotMatch(errors, /\n\s+at |EPIPE/);
  });
});

test('the last line may lack its end', () => {
  const results = lines(succeed(['score', model], line + line.trimEnd()));
  assert.equal(results.length, 2);
  assert.ok(!existsSync(inFolder('undefined')));
});
