// A split engine: when the secondary module is loaded, and what errors say when that fails.
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { stubsModule } from '../../tools/split/stubs.mjs';
import { runModule } from '../support/child.mjs';

const dist = (name) => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
const fixture = (name) => fileURLToPath(new URL(`../fixtures/files/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-rest-'));
after(() => rmSync(folder, { recursive: true }));

const text = JSON.stringify;
const secondary = dist('keras-rest.wasm');
const missing = join(folder, 'missing.wasm');

/** Runs a module in a process of its own and returns the lines that it prints. */
async function run(code) {
  const module = `import * as keras from ${text(dist('index.js'))};
    import { copyFileSync, readFileSync, rmSync } from 'node:fs';
    ${code}`;
  const { status, output } = await runModule(module);
  assert.equal(status, 0, output);
  return output.split('\n');
}

const initialize = (options) => `await keras.initialize({ variant: 'simd', ${options} });`;

// `rare` needs the secondary module, `common` does not.
const rare = 'keras.ops.logaddexp2([0, 1], [0, 1]).array()';
const common = `
  const x = keras.Input({ shape: [2] });
  const y = new keras.layers.Dense({ units: 1, kernelInitializer: 'ones' }).apply(x);
  console.log(JSON.stringify(new keras.Model({ inputs: x, outputs: y }).predict([[1, 2]]).array()));`;
const tryRare = `try { console.log(JSON.stringify(${rare})); } catch (error) { console.log(error.message); }`;

test('common models open, predict, clone and save without it', async () => {
  for (const name of ['functional.keras', 'bidirectional_lstm.keras', 'nested.keras']) {
    const output = await run(`${initialize(`restUrl: ${text(missing)}`)}
      const model = await keras.loadModel(${text(fixture(name))});
      const inputs = model.inputs.map(({ shape: [, ...shape] }) =>
        keras.tensor(new Float32Array(shape.reduce((size, each) => size * each, 1)), [1, ...shape]));
      const given = inputs.length > 1 ? inputs : inputs[0];
      model.predict(given).dispose();
      const arrays = inputs.map((input) => input.data());
      await model.predict(arrays.length > 1 ? arrays : arrays[0], { batchSize: 1 });
      const cloneFunction = (layer) => layer.constructor.fromConfig(layer.getConfig());
      keras.cloneModel(keras.cloneModel(model), { cloneFunction }).predict(given);
      console.log((await keras.saveModel(model)).length > 1000);`);
    assert.deepEqual(output, ['true'], name);
  }
});

test('it is read when a call needs it', async () => {
  const copy = join(folder, 'read.wasm');
  copyFileSync(secondary, copy);
  const output = await run(`${initialize(`restUrl: ${text(copy)}`)}${common}${tryRare}
    rmSync(${text(copy)}); // It is read once.
    ${tryRare}`);
  assert.deepEqual(output, ['[[3]]', '[1,2]', '[1,2]']);
});

test('a missing file is named, other calls work, and the next call tries again', async () => {
  const copy = join(folder, 'late.wasm');
  const [message, ...others] = await run(`${initialize(`restUrl: ${text(copy)}`)}${tryRare}${common}
    copyFileSync(${text(secondary)}, ${text(copy)});
    ${tryRare}`);
  assert.match(message, /no such file.*late\.wasm.*keras-rest\.wasm.*`restUrl` or `restBinary`/);
  assert.deepEqual(others, ['[[3]]', '[1,2]']);
});

test('errors of user code do not need it', async () => {
  const lines = await run(`${initialize(`restUrl: ${text(missing)}`)}
    const { cloneModel, Input, layers, Model, Sequential, tensor } = keras;
    const x = Input({ shape: [3] });
    const model = new Model({ inputs: x, outputs: new layers.Dense({ units: 2, name: 'd' }).apply(x) });
    class Failing extends keras.Layer {
      call() { throw new RangeError('own'); }
    }
    for (const use of [
      () => cloneModel(model, { cloneFunction() { throw new RangeError('own'); } }),
      () => cloneModel(model, { callFunction() { throw new RangeError('own'); } }),
      () => new Failing().apply(x),
      () => new layers.Dense({ units: 2, activtion: 'relu' }),
      () => new layers.Dense({ units: -2 }),
      () => model.predict(tensor([[1, 2]])),
      () => model.getLayer('e'),
      () => keras.modelFromJson('{'),
    ]) {
      try { use(); } catch (error) { console.log(error.name, error.message.split('\\n')[0].slice(0, 40)); }
    }`);
  for (const line of lines) assert.doesNotMatch(line, /rest\.wasm|no such file/);
  assert.deepEqual(lines.slice(0, 3), Array(3).fill('RangeError own'));
  assert.deepEqual(
    lines.slice(3).map((line) => line.split(' ')[0]),
    [...Array(4).fill('ValueError'), 'JSONDecodeError'],
  );
});

test('it is looked for beside the .wasm of wasmUrl', async () => {
  const own = join(folder, 'keras.wasm');
  const copy = join(folder, 'keras-rest.wasm');
  copyFileSync(dist('keras.wasm'), own);
  copyFileSync(secondary, copy);
  assert.deepEqual(await run(`${initialize(`wasmUrl: ${text(own)}`)}${tryRare}`), ['[1,2]']);
  rmSync(copy);
  const [message] = await run(`${initialize(`wasmUrl: ${text(own)}`)}${tryRare}`);
  assert.match(message, new RegExp(`no such file.*${copy.replaceAll('\\', '.')}`));
});

test('it can be passed, and awaited', async () => {
  const bytes = `readFileSync(${text(secondary)})`;
  for (const option of [
    `restBinary: ${bytes}`,
    `restBinary: WebAssembly.compile(${bytes})`,
    `restUrl: ${text(secondary)}, rest: 'wait'`,
  ])
    assert.deepEqual(await run(`${initialize(option)}${tryRare}`), ['[1,2]'], option);
});

test("with rest: 'wait', a missing file fails the start, and a second start may succeed", async () => {
  const [message, ...others] = await run(`
    await keras.initialize({ variant: 'simd', restUrl: ${text(missing)}, rest: 'wait' })
      .catch((error) => console.log(error.message));
    ${initialize("rest: 'wait'")}${tryRare}`);
  assert.match(message, /Could not read .*missing\.wasm.*`restUrl`/);
  assert.deepEqual(others, ['[1,2]']);
});

test('it is loaded in the background', async () => {
  const copy = join(folder, 'background.wasm');
  copyFileSync(secondary, copy);
  const output = await run(`${initialize(`restUrl: ${text(copy)}, rest: 'background'`)}${common}
    await new Promise((resolve) => setTimeout(resolve, 2000));
    rmSync(${text(copy)});
    ${tryRare}`);
  assert.deepEqual(output, ['[[3]]', '[1,2]']);
});

test('a failure in the background is a warning', async () => {
  const [warning, message] = await run(`
    keras.setWarningHandler((message) => console.log(message));
    ${initialize(`restUrl: ${text(missing)}, rest: 'background'`)}
    await new Promise((resolve) => setTimeout(resolve, 1500));
    ${tryRare}`);
  assert.match(warning, /Could not read .*missing\.wasm.*`restUrl`/);
  assert.match(message, /missing\.wasm/);
});

test('a module of another build and a file that is not WebAssembly are refused', async () => {
  const bytes = readFileSync(secondary);
  const [{ module: build }] = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
  const changed = bytes.toString('latin1').replaceAll(build, build.replace(/^./, 'x'));
  const other = join(folder, 'other.wasm');
  writeFileSync(other, changed, 'latin1');
  const [atOnce, needed] = await run(`
    await keras.initialize({ variant: 'simd', restBinary: readFileSync(${text(other)}) })
      .catch((error) => console.log(error.message));
    ${initialize(`restUrl: ${text(other)}`)}${tryRare}`);
  for (const message of [atOnce, needed])
    assert.match(
      message,
      /keras-rest\.wasm belongs to another build than the engine that runs\..*`restUrl`/,
    );
  const [html] = await run(`${initialize(`restUrl: ${text(dist('index.js'))}`)}${tryRare}`);
  assert.match(html, /index\.js is not WebAssembly: it starts with/);
});

test('an unknown value of `rest` is refused', async () => {
  const [kind, message] = await run(`
    await keras.initialize({ rest: 'soon' }).catch((error) => console.log(error.kind + '\\n' + error.message));`);
  assert.equal(kind, 'ValueError');
  assert.match(message, /soon/);
});

test('in Node, initialize() fetches a module that is not a file', async () => {
  const asked = [];
  const server = createServer(({ url }, response) => {
    asked.push(url);
    response.writeHead(200, { 'content-type': 'application/wasm' });
    response.end(readFileSync(dist(url.slice(1).replace(/\?.*/, ''))));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${server.address().port}/keras.wasm?v=1`;
  assert.deepEqual(await run(`${initialize(`wasmUrl: ${text(address)}`)}${tryRare}`), ['[1,2]']);
  server.close();
  assert.deepEqual(asked, ['/keras.wasm?v=1', '/keras-rest.wasm?v=1']);
});

/** A module of these sections, each a list of bytes that starts with its number; imports have names of one letter. */
function moduleOf(...sections) {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  return Uint8Array.from([
    ...header,
    ...sections.flatMap(([id, ...bytes]) => [id, bytes.length, ...bytes]),
  ]);
}
const name = (text) => [text.length, ...Buffer.from(text)];
const typeSection = [1, 2, 0x60, 2, 0x7f, 0x7b, 1, 0x7d, 0x60, 0, 0];
const importSection = (module) => [
  ...[2, 3, ...name('a'), ...name('b'), 0, 1],
  ...[...name(module), ...name('7'), 0, 0, ...name(module), ...name('9'), 0, 1],
];
const tableSection = [4, 1, 0x70, 0, 10];
const exportSection = [7, 1, ...name('%x'), 1, 0];

test('a stub loads the module and passes its arguments through the table', () => {
  const first = moduleOf(
    typeSection,
    importSection('placeholder.deferred'),
    tableSection,
    exportSection,
  );
  assert.ok(WebAssembly.validate(first));
  const stubs = stubsModule(first, 'r.wasm#1');
  assert.match(stubs, /\(import "r\.wasm#1" "load" \(func \$load\)\)/);
  assert.match(stubs, /\(import "first" "%x" \(table \$table 0 funcref\)\)/);
  const signature = '(param i32 v128) (result f32)';
  const values = '(local.get 0) (local.get 1)';
  for (const stub of [
    `(func (export "7") ${signature} (call $load) (call_indirect $table ${signature} ${values} (i32.const 7)))`,
    '(func (export "9") (call $load) (call_indirect $table (i32.const 9)))',
  ])
    assert.ok(stubs.includes(stub), stubs);
});

test('a first module of an unknown form is refused', () => {
  const other = moduleOf(typeSection, importSection('other'), tableSection, exportSection);
  assert.throws(() => stubsModule(other, 'r'), /has no placeholders/);
  const imports = importSection('placeholder.deferred');
  const noTable = moduleOf(typeSection, imports, tableSection, [7, 0]);
  assert.throws(() => stubsModule(noTable, 'r'), /exports 0 tables/);
});
