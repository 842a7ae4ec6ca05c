// An engine stopped by a trap says so, and another one can be started.
import assert from 'node:assert/strict';
import test from 'node:test';
import { runModule } from '../support/child.mjs';

const index = new URL('../../dist/index.js', import.meta.url).href;

/**
 * Runs a module in a separate process with finalizers and returns the lines it prints. In the module, `ruin()` makes the
 * next call into the core trap.
 */
async function run(text) {
  const { status, output } = await runModule(`
    import { setFlagsFromString } from 'node:v8';
    import { runInNewContext } from 'node:vm';
    import * as keras from ${JSON.stringify(index)};
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc');
    let memory;
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (...args) => {
      const result = await instantiate(...args);
      const { exports } = result.instance ?? result;
      memory = Object.values(exports).find((value) => value instanceof WebAssembly.Memory) ?? memory;
      return result;
    };
    const ruin = () => new Uint8Array(memory.buffer).fill(0xff);
    const tell = (body) => {
      try { console.log(JSON.stringify(body())); } catch (error) { console.log(error.constructor.name + ': ' + error.message); return error; }
    };
    const settle = async () => {
      for (let i = 0; i < 5; ++i) { gc(); await new Promise((resolve) => setTimeout(resolve, 5)); }
    };
    const make = () => new keras.Sequential([
      keras.Input({ shape: [2] }), new keras.layers.Dense({ units: 1, kernelInitializer: 'ones' })]);
    await keras.initialize();
    ${text}`);
  assert.equal(status, 0, output);
  return output.split('\n');
}

const stopped =
  /^EngineStoppedError: The engine of keras-wasm has stopped \(RuntimeError: .*\)\. Call `await initialize\(\)`/;

test('a trap stops the engine, and that call and all later ones say what to do', async () => {
  const [first, ...later] = await run(`
    const model = make();
    ruin();
    const error = tell(() => model.summary({ printFn: null }));
    tell(() => model.predict([[1, 2]]));
    tell(() => keras.tensor([1]));
    tell(() => make());
    console.log(error.cause instanceof WebAssembly.RuntimeError, error instanceof keras.KerasError, error.kind);`);
  assert.match(first, stopped);
  assert.deepEqual(later, [first, first, first, 'true true EngineStoppedError']);
});

test('initialize() starts another engine with fresh names and seeds', async () => {
  const lines = await run(`
    keras.setRandomSeed(1);
    const draw = () => [make().name, ...keras.random.uniform([2]).array()];
    const before = draw();
    ruin();
    tell(() => keras.tensor([1]));
    const again = keras.initialize();
    console.log(again === keras.initialize(), (await again).threads);
    keras.setRandomSeed(1);
    console.log(JSON.stringify(draw()) === JSON.stringify(before));
    tell(() => make().predict([[1, 2]]).array());`);
  assert.match(lines[0], stopped);
  assert.deepEqual(lines.slice(1), ['true 1', 'true', '[[3]]']);
});

test('objects of the old engine are refused by the new one; data in JavaScript is kept', async () => {
  const lines = await run(`
    const model = make();
    const [variable] = model.weights;
    const made = keras.tensor([1, 2]);
    const predicted = model.predict([[1, 2]]);
    ruin();
    tell(() => made.data());
    await keras.initialize();
    make(); // Objects of the new engine have the same ids as the old ones.
    tell(() => model.predict([[1, 2]]));
    tell(() => model.layers);
    tell(() => variable.value());
    tell(() => made.data());
    tell(() => keras.ops.add(made, 1));
    tell(() => predicted.array());
    tell(() => keras.ops.add(predicted, 1).array());
    console.log(model.disposed, made.disposed);
    model.dispose();
    made.dispose();
    tell(() => make().predict([[1, 2]]).array());`);
  const gone = (what) =>
    `DisposedError: This ${what} belongs to an engine that has stopped and can no longer be used.`;
  assert.match(lines[0], stopped);
  assert.deepEqual(lines.slice(1), [
    gone('Sequential'),
    gone('Sequential'),
    gone('Variable'),
    gone('tensor'),
    gone('tensor'),
    '[[3]]',
    '[[4]]',
    'true true',
    '[[3]]',
  ]);
});

test('user classes work with the next engine and stay registered', async () => {
  const lines = await run(`
    class Twice extends keras.Layer {
      static className = 'Twice';
      call(x) { return keras.ops.multiply(x, 2); }
    }
    keras.registerKerasSerializable({ package: 'p' })(Twice);
    const own = () => new keras.Sequential([keras.Input({ shape: [2] }), new Twice()]);
    const json = own().toJson();
    ruin();
    tell(() => own());
    await keras.initialize();
    tell(() => own().predict([[1, 2]]).array());
    tell(() => keras.modelFromJson(json).predict([[1, 2]]).array());
    tell(() => keras.cloneModel(own()).predict([[1, 2]]).array());`);
  assert.match(lines[0], stopped);
  assert.deepEqual(lines.slice(1), ['[[2,4]]', '[[2,4]]', '[[2,4]]']);
});

test('finalizers do not touch a stopped engine, before or after the next start', async () => {
  const lines = await run(`
    (() => { for (let i = 0; i < 50; ++i) { make(); keras.tensor([i]); make().weights; } })();
    ruin();
    tell(() => make());
    await settle();
    await keras.initialize();
    await settle();
    const { handles } = keras.memory();
    console.log(handles);
    tell(() => make().predict([[1, 2]]).array());`);
  assert.match(lines[0], stopped);
  assert.deepEqual(lines.slice(1), ['0', '[[3]]']);
});

test('a trap in a finalizer stops the engine, not the process', async () => {
  const lines = await run(`
    (() => { for (let i = 0; i < 50; ++i) make(); })();
    ruin();
    await settle();
    tell(() => make());
    await keras.initialize();
    tell(() => make().predict([[1, 2]]).array());`);
  assert.match(lines[0], stopped);
  assert.deepEqual(lines.slice(1), ['[[3]]']);
});

test('user code called by the core cannot continue in a stopped engine, even if it catches errors', async () => {
  const lines = await run(`
    const model = make();
    let calls = 0;
    const cloneFunction = (layer) => {
      ++calls;
      ruin();
      try { layer.getConfig(); } catch {}
      return layer;
    };
    const deep = new keras.Sequential([keras.Input({ shape: [2] }),
      ...Array.from({ length: 5 }, () => new keras.layers.Dense({ units: 2 }))]);
    tell(() => keras.cloneModel(deep, { cloneFunction }));
    console.log(calls);
    await keras.initialize();
    tell(() => make().predict([[1, 2]]).array());`);
  assert.match(lines[0], stopped);
  assert.deepEqual(lines.slice(1), ['1', '[[3]]']);
});

test('another initialize() returns the first promise, or an error for different options', async () => {
  const lines = await run(`
    const refused = (options) => keras.initialize(options).then(() => console.log('resolved'), (error) => console.log(error.kind, error.message));
    const first = keras.initialize();
    const { variant } = await first;
    console.log([{}, { variant: 'auto' }, { variant }, { threads: 1 }, { variant, wasmUrl: undefined }]
      .every((options) => keras.initialize(options) === first));
    await refused({ threads: 2 });
    await refused({ variant: 'threads' });
    await refused({ wasmUrl: '/other.wasm' });
    await refused({ wasmBinary: new Uint8Array(3) });
    console.log(variant);
    tell(() => make().predict([[1, 2]]).array());`);
  const variant = lines[5];
  const error = (received) =>
    `ValueError keras-wasm runs already, with variant=${variant} and threads=1: initialize() cannot change that. Received: ${received}`;
  assert.deepEqual(lines, [
    'true',
    error('threads=2'),
    error('variant=threads'),
    error('wasmUrl=/other.wasm'),
    error('wasmBinary=...'),
    variant,
    '[[3]]',
  ]);
});
