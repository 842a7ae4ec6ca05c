// Synchronous loops do not fill the memory, although finalizers cannot run in them.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  cloneModel,
  Input,
  layers,
  loadModel,
  memory,
  Model,
  ops,
  tensor,
} from '../support/keras.mjs';

const megabyte = 2 ** 20;
// The limit for top-level tensors in the core (web/tensors/tensor_content.ts), plus one result being made.
const limit = 80 * megabyte;

const make = (floats = megabyte / 4) => {
  const x = Input({ shape: [1, 1] });
  return new Model({
    inputs: x,
    outputs: new layers.UpSampling1D({ size: floats }).apply(x),
  });
};

test('ten thousand synchronous predictions of 64 KiB leave the heap size unchanged', () => {
  const model = make(2 ** 14);
  const one = Float32Array.of(1);
  model.predict(one);
  const before = memory();
  for (let i = 0; i < 10_000; ++i) model.predict(one);
  const after = memory();
  assert.equal(after.heapBytes, before.heapBytes);
  assert.deepEqual([after.handles, after.buffers], [before.handles, before.buffers]);
});

test('predictions from nested arrays, with several outputs, or awaited, leave the heap flat', async () => {
  const x = Input({ shape: [1, 1], name: 'x' });
  const y = new layers.UpSampling1D({ size: megabyte / 4 }).apply(x);
  const model = new Model({ inputs: { x }, outputs: { y, z: ops.add(y, 1) } });
  model.predict({ x: [[[1]]] });
  const before = memory();
  for (let i = 0; i < 100; ++i) model.predict({ x: [[[1]]] });
  for (let i = 0; i < 100; ++i) await model.predict({ x: [[[1]]] });
  const after = memory();
  assert.equal(after.heapBytes, before.heapBytes);
  assert.equal(after.buffers, before.buffers);
});

test('operations, tensors and applied models stay within a limit', () => {
  const start = memory().heapBytes;
  const x = tensor(new Float32Array(megabyte / 4).fill(1), [1, megabyte / 4, 1]);
  const model = make();
  let sum = x;
  for (let i = 0; i < 100; ++i) {
    sum = ops.add(sum, x);
    model.apply(tensor([[[i]]]));
    ops.argmax(model.predict(Float32Array.of(i)));
  }
  assert.ok(memory().heapBytes - start < limit, `${memory().heapBytes - start}`);
  assert.equal(sum.data()[7], 101);
  assert.equal(x.data()[7], 1);
  assert.deepEqual(ops.add(x, 1).shape, x.shape);
});

test('results moved out of the core keep their values, for every dtype', () => {
  const made = new Map();
  for (const dtype of ['bool', 'uint8', 'int16', 'int32', 'float16', 'bfloat16', 'float32'])
    made.set(dtype, ops.cast([[0, 1, 2]], dtype));
  const text = tensor(['a', 'b']);
  for (let i = 0; i < 200; ++i) ops.zeros([megabyte / 4]);
  for (const [dtype, each] of made) {
    assert.deepEqual(each.array(), dtype === 'bool' ? [[false, true, true]] : [[0, 1, 2]]);
    assert.deepEqual([each.dtype, each.shape, each.disposed], [dtype, [1, 3], false]);
    assert.equal(ops.cast(each, 'float32').array()[0][1], 1);
    each.dispose();
    assert.throws(() => each.data(), { name: 'DisposedError' });
  }
  assert.deepEqual(text.array(), ['a', 'b']);
});

test('masks stay attached to their tensors', () => {
  const masked = new layers.Embedding({ inputDim: 3, outputDim: 2, maskZero: true }).apply(
    tensor([[0, 1]], null, 'int32'),
  );
  for (let i = 0; i < 200; ++i) ops.zeros([megabyte / 4]);
  assert.deepEqual(masked.mask.array(), [[false, true]]);
});

test('a predicted tensor is an argument like any other, and freed like any other', () => {
  const model = make();
  const before = memory();
  const result = model.predict(Float32Array.of(3));
  assert.equal(memory().handles, before.handles + 1);
  const doubled = ops.multiply(result, 2);
  assert.equal(memory().handles, before.handles + 2);
  assert.equal(doubled.data()[5], 6);
  result.dispose();
  doubled.dispose();
  assert.equal(memory().handles, before.handles);
  assert.ok(result.disposed);
});

test('models that are opened, cloned, run, saved and disposed of leave nothing', async () => {
  const x = Input({ shape: [64] });
  const model = new Model({ inputs: x, outputs: new layers.Dense({ units: 1024 }).apply(x) });
  const bytes = await model.save();
  const round = async () => {
    const opened = await loadModel(bytes);
    const clone = cloneModel(opened, { copyWeights: true });
    clone.predict(new Float32Array(64));
    assert.equal((await clone.save()).length > 1000, true);
    clone.dispose();
    opened.dispose();
  };
  for (let i = 0; i < 20; ++i) await round();
  const before = memory();
  for (let i = 0; i < 50; ++i) await round();
  const after = memory();
  assert.equal(after.heapBytes, before.heapBytes);
  assert.equal(after.functions, before.functions);
  assert.ok(after.bytes <= before.bytes + megabyte);
});
