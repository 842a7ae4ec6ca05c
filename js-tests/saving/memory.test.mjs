// Loading and saving leak no memory.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { withFile } from '../support/hdf5.mjs';
import { Input, layers, cloneModel, loadModel, memory, Model } from '../support/keras.mjs';
import { withFolder } from '../support/saved_files.mjs';

const MEGABYTE = 2 ** 20;

function dense(units) {
  const x = Input({ shape: [1000] });
  const kernelInitializer = 'zeros';
  return new Model({ inputs: x, outputs: new layers.Dense({ units, kernelInitializer }).apply(x) });
}

/** Live handles and memory, without functions. */
function alive() {
  const { handles, buffers, bytes } = memory();
  return { handles, buffers, bytes };
}

for (const format of ['keras', 'h5']) {
  test(`loading and disposing a ${format} file of 50 MB twenty times needs constant memory, without garbage collection`, async () => {
    const model = dense(12_500);
    const bytes = await model.save(undefined, { format });
    model.dispose();
    assert.ok(bytes.length > 45 * MEGABYTE);
    (await loadModel(bytes)).dispose();
    const before = alive();
    const { heapBytes } = memory();
    for (let i = 0; i < 20; ++i) (await loadModel(bytes)).dispose();
    assert.deepEqual(alive(), before);
    // Memory grows in steps, and once due to fragmentation: by less than one model, not by twenty.
    assert.ok(memory().heapBytes - heapBytes < 45 * MEGABYTE);
  });
}

test('loading weights twenty times needs constant memory', async () => {
  const model = dense(2500);
  const weights = await model.saveWeights();
  await model.loadWeights(weights);
  const before = alive();
  for (let i = 0; i < 20; ++i) await model.loadWeights(weights);
  assert.deepEqual(alive(), before);
});

test('failing to load leaks nothing', async () => {
  const [narrow, wide] = [dense(100), dense(101)];
  const weights = await wide.saveWeights();
  const fail = () => assert.rejects(narrow.loadWeights(weights), /must match/);
  await fail(); // initializes the weights
  const before = alive();
  for (let i = 0; i < 20; ++i) await fail();
  assert.deepEqual(alive(), before);
});

test('failing to load an incomplete legacy file leaks nothing', async () => {
  const model = dense(100);
  const { bytes } = withFile(await model.save(undefined, { format: 'h5' }), 'a', (file) => {
    const weights = file.get('model_weights');
    weights.delete_attribute('layer_names');
    weights.create_attribute('layer_names', ['missing', 'dense', 'more'], [3], 'S8');
    for (const name of ['missing', 'more']) {
      const group = weights.create_group(name);
      group.create_dataset({ name: 'a', data: new Float32Array(2000) });
      group.create_attribute('weight_names', ['a', 'b'], [2], 'S1');
    }
  });
  const before = alive();
  for (let i = 0; i < 20; ++i) await assert.rejects(loadModel(bytes), /no dataset/);
  assert.deepEqual(alive(), before);
});

test('hundreds of cycles of loading, cloning, predicting and saving need constant memory', async () => {
  const model = dense(50);
  const bytes = await model.save();
  const cycle = async () => {
    const loaded = await loadModel(bytes);
    const clone = cloneModel(loaded);
    clone.predict(new Float32Array(1000)).dispose();
    await clone.save();
    clone.dispose();
    loaded.dispose();
  };
  await cycle();
  const before = alive();
  const { heapBytes } = memory();
  for (let i = 0; i < 300; ++i) await cycle();
  const { buffers, bytes: size } = alive();
  assert.deepEqual({ buffers, size }, { buffers: before.buffers, size: before.bytes });
  assert.ok(memory().heapBytes - heapBytes < MEGABYTE);
});

test('a large file is opened in hardly more memory than its weights take, and saved in as much again', async () => {
  await withFolder(async (folder) => {
    const program = fileURLToPath(new URL('../../bench/file_memory_process.mjs', import.meta.url));
    const dist = fileURLToPath(new URL('../../dist', import.meta.url));
    const path = join(folder, 'large.keras');
    const megabytes = 84; // five layers
    const run = (...args) =>
      execFileSync(process.execPath, ['--expose-gc', program, dist, ...args]);
    run('make', path, String(megabytes));
    const { load, save } = JSON.parse(run('measure', path));
    // A copy of the file in JavaScript's memory would be twice the size.
    assert.ok(load < 1.5 * megabytes * 1e6, `${load}`);
    assert.ok(save < 1.5 * megabytes * 1e6, `${save}`);
  });
});
