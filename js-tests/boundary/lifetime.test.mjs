// Nothing leaks: memory stays flat while thousands of models are made, cloned, run and dropped.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  cloneModel,
  DisposedError,
  Input,
  Layer,
  layers,
  memory,
  Model,
  ops,
  Sequential,
  tensor,
} from '../support/keras.mjs';

// Enables gc() as `node --expose-gc` does.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** Lets finalizers run until the counts stop falling. */
async function settle() {
  let before = memory();
  for (let quiet = 0; quiet < 3;) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const now = memory();
    quiet = now.handles < before.handles || now.bytes < before.bytes ? 0 : quiet + 1;
    before = now;
  }
  return before;
}

class Scale extends Layer {
  static className = 'Scale';
  constructor({ factor = 2, ...options } = {}) {
    super(options);
    this.factor = factor;
  }
  call(x) {
    return ops.multiply(ops.add(x, 0), this.factor);
  }
  getConfig() {
    return { ...super.getConfig(), factor: this.factor };
  }
}

function makeModel() {
  const inputs = Input({ shape: [8] });
  const hidden = new layers.Dense({ units: 8, activation: 'relu' }).apply(inputs);
  return new Model({ inputs, outputs: new Scale().apply(hidden) });
}

const row = new Float32Array(8).fill(1);

/** Runs `round` many times, and compares the live counts after the first rounds and at the end. */
async function staysFlat(round, { rounds, warmUp = 20, every = 100 }) {
  for (let i = 0; i < warmUp; ++i) round(i);
  const before = await settle();
  for (let i = 1; i <= rounds; ++i) {
    round(i);
    // Finalizers only run between tasks.
    if (i % every === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const after = await settle();
  assert.equal(after.handles, before.handles);
  assert.equal(after.buffers, before.buffers);
  assert.equal(after.bytes, before.bytes);
  assert.equal(after.functions, before.functions);
  assert.ok(
    after.heapBytes <= before.heapBytes + 16e6,
    `the heap grew from ${before.heapBytes} to ${after.heapBytes} bytes`,
  );
}

test('thousands of models that are made, cloned, run and disposed of leave nothing', async () => {
  const model = makeModel();
  const round = () => {
    const clone = cloneModel(model);
    clone.predict(row).dispose();
    clone.dispose();
  };
  await staysFlat(round, { rounds: 3000 });
});

test('thousands of models that are dropped without dispose leave nothing', async () => {
  const round = () => {
    const clone = cloneModel(makeModel(), { cloneFunction: (layer) => layer });
    clone.predict(row);
  };
  await staysFlat(round, { rounds: 2000 });
});

test('predictions free the tensors that a custom layer makes', () => {
  const model = new Sequential([Input({ shape: [1000] }), new Scale()]);
  const many = new Float32Array(1000 * 200);
  model.predict(many, { batchSize: 1 }).dispose();
  const { heapBytes } = memory();
  for (let i = 0; i < 50; ++i) model.predict(many, { batchSize: 1 }).dispose();
  assert.equal(memory().heapBytes, heapBytes);
});

test('thousands of predictions of one model leave nothing', async () => {
  const model = makeModel();
  // Plans are kept for the last few batch sizes, so the last rounds must repeat those of the warm-up.
  await staysFlat((i) => model.predict(new Float32Array(8 * (1 + (i % 20)))).dispose(), {
    rounds: 9999,
    every: 10000,
  });
});

test('thousands of errors leave nothing', async () => {
  const model = makeModel();
  const own = new Error('mine');
  const hooks = {
    cloneFunction() {
      throw own;
    },
  };
  const round = () => {
    assert.throws(() => cloneModel(model, hooks), own);
    assert.throws(() => new layers.Dense({ units: 1, activation: (x) => x, nonsense: 1 }));
  };
  await staysFlat(round, { rounds: 2000 });
});

test('a custom layer lives as long as a graph that holds it', async () => {
  const made = new WeakRef(new Scale({ factor: 5 }));
  let model = new Sequential([Input({ shape: [8] }), made.deref()]);
  await settle();
  assert.ok(made.deref(), 'the layer is still in the model');
  assert.equal(model.predict(row).array()[0][0], 5);
  model = null;
  await settle();
  assert.equal(made.deref(), undefined, 'the layer is still referenced');
});

test('a disposed custom layer keeps working for the model that holds it', () => {
  const layer = new Scale({ factor: 3 });
  const model = new Sequential([Input({ shape: [8] }), layer]);
  layer.dispose();
  assert.equal(model.predict(row).array()[0][0], 3);
});

test('dispose may be called twice, and using a disposed object is an error', () => {
  const values = tensor([1, 2]);
  values.dispose();
  values.dispose();
  assert.equal(values.disposed, true);
  assert.throws(() => values.data(), DisposedError);
  const layer = new layers.Dense({ units: 1 });
  layer.dispose();
  layer[Symbol.dispose]();
  assert.throws(() => layer.name, DisposedError);
});

test('disposing of a model frees its weights unless its layers are used elsewhere', async () => {
  const model = makeModel();
  const [dense] = model.layers.filter((layer) => layer instanceof layers.Dense);
  model.predict(row).dispose();
  model.dispose();
  assert.equal(dense.getWeights()[0].shape[0], 8);
});

test('a tensor that a call does not return is freed, and using it explains keep()', () => {
  class Keeps extends Layer {
    static className = 'Keeps';
    call(x) {
      if (x.size === null) return x;
      this.dropped = ops.add(x, 1);
      this.kept = ops.add(x, 2).keep();
      return x;
    }
  }
  const layer = new Keeps();
  layer.apply(tensor([1, 2]));
  assert.deepEqual(layer.kept.array(), [3, 4]);
  assert.throws(() => layer.dropped.array(), /keep\(\)/);
});
