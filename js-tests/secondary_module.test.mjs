// The engine in two parts: the second is read when something needs it, and whatever goes wrong with it is told.
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { withStubs } from '../tools/split/stubs.mjs';
import { runModule } from './support/child.mjs';

const dist = (name) => fileURLToPath(new URL(`../dist/${name}`, import.meta.url));
const fixture = (name) => fileURLToPath(new URL(`fixtures/files/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-rest-'));
after(() => rmSync(folder, { recursive: true }));

const text = JSON.stringify;
const rest = dist('keras-rest.wasm');
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

// Something that few models need, and something that most do.
const rare = 'keras.ops.logaddexp2([0, 1], [0, 1]).array()';
const common = `
  const x = keras.Input({ shape: [2] });
  const y = new keras.layers.Dense({ units: 1, kernelInitializer: 'ones' }).apply(x);
  console.log(JSON.stringify(new keras.Model({ inputs: x, outputs: y }).predict([[1, 2]]).array()));`;
const tryRare = `try { console.log(JSON.stringify(${rare})); } catch (error) { console.log(error.message); }`;

test('models as most are open, predict, clone and save without it', async () => {
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

test('it is read when something needs it, and not before', async () => {
  const copy = join(folder, 'read.wasm');
  copyFileSync(rest, copy);
  const output = await run(`${initialize(`restUrl: ${text(copy)}`)}${common}${tryRare}
    rmSync(${text(copy)}); // It is read once.
    ${tryRare}`);
  assert.deepEqual(output, ['[[3]]', '[1,2]', '[1,2]']);
});

test('when it is missing that is said, what needs none of it goes on, and it is tried again', async () => {
  const copy = join(folder, 'late.wasm');
  const [message, ...others] = await run(`${initialize(`restUrl: ${text(copy)}`)}${tryRare}${common}
    copyFileSync(${text(rest)}, ${text(copy)});
    ${tryRare}`);
  assert.match(message, /no such file.*late\.wasm.*keras-rest\.wasm.*`restUrl` or `restBinary`/);
  assert.deepEqual(others, ['[[3]]', '[1,2]']);
});

test('where it is missing, errors are what they are elsewhere', async () => {
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

test('it is sought beside the .wasm that was named', async () => {
  const own = join(folder, 'keras.wasm');
  const copy = join(folder, 'keras-rest.wasm');
  copyFileSync(dist('keras.wasm'), own);
  copyFileSync(rest, copy);
  assert.deepEqual(await run(`${initialize(`wasmUrl: ${text(own)}`)}${tryRare}`), ['[1,2]']);
  rmSync(copy);
  const [message] = await run(`${initialize(`wasmUrl: ${text(own)}`)}${tryRare}`);
  assert.match(message, new RegExp(`no such file.*${copy.replaceAll('\\', '.')}`));
});

test('it can be given, and waited for', async () => {
  const bytes = `readFileSync(${text(rest)})`;
  for (const option of [
    `restBinary: ${bytes}`,
    `restBinary: WebAssembly.compile(${bytes})`,
    `restUrl: ${text(rest)}, rest: 'wait'`,
  ])
    assert.deepEqual(await run(`${initialize(option)}${tryRare}`), ['[1,2]'], option);
});

test('what is waited for and not there fails the start, which can be tried again', async () => {
  const [message, ...others] = await run(`
    await keras.initialize({ variant: 'simd', restUrl: ${text(missing)}, rest: 'wait' })
      .catch((error) => console.log(error.message));
    ${initialize("rest: 'wait'")}${tryRare}`);
  assert.match(message, /Could not read .*missing\.wasm.*`restUrl`/);
  assert.deepEqual(others, ['[1,2]']);
});

test('it comes in the background', async () => {
  const copy = join(folder, 'background.wasm');
  copyFileSync(rest, copy);
  const output = await run(`${initialize(`restUrl: ${text(copy)}, rest: 'background'`)}${common}
    await new Promise((resolve) => setTimeout(resolve, 2000));
    rmSync(${text(copy)});
    ${tryRare}`);
  assert.deepEqual(output, ['[[3]]', '[1,2]']);
});

test('what does not come in the background is a warning', async () => {
  const [warning, message] = await run(`
    keras.setWarningHandler((message) => console.log(message));
    ${initialize(`restUrl: ${text(missing)}, rest: 'background'`)}
    await new Promise((resolve) => setTimeout(resolve, 1500));
    ${tryRare}`);
  assert.match(warning, /Could not read .*missing\.wasm.*`restUrl`/);
  assert.match(message, /missing\.wasm/);
});

test('that of another build, and what is no WebAssembly, are told', async () => {
  const bytes = readFileSync(rest);
  const [{ name }] = WebAssembly.Module.imports(new WebAssembly.Module(bytes)).filter(
    ({ module }) => module === 'first',
  );
  const prefix = name.slice(0, name.indexOf('-') + 1);
  const changed = bytes.toString('latin1').replaceAll(prefix, prefix.replace(/^./, 'x'));
  const other = join(folder, 'other.wasm');
  writeFileSync(other, changed, 'latin1');
  const [atOnce, needed] = await run(`
    await keras.initialize({ variant: 'simd', restBinary: readFileSync(${text(other)}) })
      .catch((error) => console.log(error.message));
    ${initialize(`restUrl: ${text(other)}`)}${tryRare}`);
  for (const message of [atOnce, needed])
    assert.match(message, /keras-rest\.wasm is of another build than that which runs\..*`restUrl`/);
  const [html] = await run(`${initialize(`restUrl: ${text(dist('index.js'))}`)}${tryRare}`);
  assert.match(html, /index\.js is not WebAssembly: it starts with/);
});

test('an unknown way to load it is refused', async () => {
  const [kind, message] = await run(`
    await keras.initialize({ rest: 'soon' }).catch((error) => console.log(error.kind + '\\n' + error.message));`);
  assert.equal(kind, 'ValueError');
  assert.match(message, /soon/);
});

test('in Node the net is asked before the start ends', async () => {
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

test('a stub passes on what it is given, through the table', () => {
  const given = `(module
 (type $0 (func (param i32 v128) (result f32)))
 (import "a" "b" (func $b))
 (import "placeholder.deferred" "7" (func $p (param i32 v128) (result f32)))
 (import "placeholder.deferred" "9" (func $q))
 (table $t 10 10 funcref)
 (func $f (call $b))
)
`;
  const stubbed = withStubs(given, 'rest.wasm');
  assert.doesNotMatch(stubbed, /placeholder/);
  assert.match(stubbed, /\(import "rest\.wasm" "load" \(func \$load_rest\)\)/);
  const signature = '(param i32 v128) (result f32)';
  const values = '(local.get 0) (local.get 1)';
  assert.ok(
    stubbed.includes(
      `(func $p ${signature} (call $load_rest) (call_indirect $t ${signature} ${values} (i32.const 7)))`,
    ),
    stubbed,
  );
  assert.ok(
    stubbed.includes('(func $q (call $load_rest) (call_indirect $t (i32.const 9)))'),
    stubbed,
  );
});

test('an unknown form of the first part is refused', () => {
  assert.throws(() => withStubs('(module\n (import "a" "b" (func $b))\n)', 'r'), /not one table/);
  const odd = '(module\n (import "placeholder.x" "b" (func $b))\n (table $t 1 1 funcref)\n)';
  assert.throws(() => withStubs(odd, 'r'), /No known imports/);
});
