// Plans read packed copies of weights. Plans that pack the same weights share one copy: plans for other batch sizes, and plans of clones.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { cloneModel, initialize, Input, layers, memory, Sequential } from '../support/keras.mjs';

const size = 300;
const kernelBytes = 4 * size * size;
const rows = (count) => Array.from({ length: count }, (_, i) => new Array(size).fill(i + 1));

before(() => initialize());

const dense = () => new Sequential([Input({ shape: [size] }), new layers.Dense({ units: size })]);

/** The bytes that the core takes for a call, and keeps. */
function grownBy(call) {
  const { bytes } = memory();
  call();
  return memory().bytes - bytes;
}

test('a plan for another batch size packs no weights again', () => {
  const model = dense();
  const first = grownBy(() => model.predict(rows(1)));
  assert.ok(first > kernelBytes, `the first plan packs the kernel: ${first} bytes`);
  const second = grownBy(() => model.predict(rows(3)));
  assert.ok(second < kernelBytes / 2, `${second} bytes`);
  model.dispose();
});

test('the plan of a clone that shares weights packs none', () => {
  const model = dense();
  const expected = model.predict(rows(1)).array();
  const clone = cloneModel(model, { copyWeights: true });
  let outputs;
  const grown = grownBy(() => (outputs = clone.predict(rows(1))));
  assert.ok(grown < kernelBytes / 2, `${grown} bytes`);
  assert.deepEqual(outputs.array(), expected);
});

test('a clone with weights of its own does not change the original', () => {
  const model = dense();
  const outputsOf = (each) => each.predict(rows(1)).array()[0];
  const expected = outputsOf(model);
  const clone = cloneModel(model, { copyWeights: true });
  outputsOf(clone);
  clone.mapWeights((_, values) => values.map((value) => 2 * value));
  assert.deepEqual(
    outputsOf(clone),
    expected.map((value) => 2 * value),
  );
  assert.deepEqual(outputsOf(model), expected);
});

test('packed weights are freed with the last plan', () => {
  const model = dense();
  const clone = cloneModel(model, { copyWeights: true });
  model.predict(rows(1));
  clone.predict(rows(1));
  const { bytes } = memory();
  model.dispose();
  assert.ok(bytes - memory().bytes < kernelBytes, 'the clone still reads them');
  clone.dispose();
  assert.ok(bytes - memory().bytes >= kernelBytes, 'nothing reads them');
});
