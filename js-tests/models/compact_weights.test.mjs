// Weights of fewer than 32 bits: plans keep them as they are, and compute what eager calls compute with floats.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as keras from '../support/keras.mjs';

const { Input, layers, memory, Sequential, tensor } = keras;

const side = 512;

// Bytes of a model of one layer: its weights, and its plan for a batch.
function bytesOf(makeLayer, shape = [side]) {
  const before = memory().bytes;
  const model = new Sequential([new Input({ shape }), makeLayer()]);
  model.predict(tensor(new Float32Array(side).fill(0.5), [1, ...shape]));
  const bytes = memory().bytes - before;
  model.dispose?.();
  return bytes;
}

const dense = (dtype) => () => new layers.Dense({ units: side, useBias: false, dtype });
const einsum = (dtype) => () =>
  new layers.EinsumDense({ equation: 'ab,bcd->acd', outputShape: [8, side / 8], dtype });

for (const [name, of] of [
  ['Dense', dense],
  ['EinsumDense', einsum],
]) {
  const share = (dtype) => bytesOf(of(dtype)) / bytesOf(of('float32'));
  test(`${name}: half-precision weights take half of the memory of floats, also in a plan`, () => {
    for (const dtype of ['float16', 'bfloat16']) assert.ok(share(dtype) < 0.52, dtype);
  });
  test(`${name}: int8 weights take a quarter`, () => {
    assert.ok(share('int8_from_float32') < 0.27);
  });
  test(`${name}: int4 weights in blocks take an eighth, besides their scales`, () => {
    assert.ok(share('int4/128_from_float32') < 0.15);
  });
}

test('Dense: int4 weights without blocks take an eighth', () => {
  const share = bytesOf(dense('int4/-1_from_float32')) / bytesOf(dense('float32'));
  assert.ok(share < 0.14, String(share));
});

// Values of all magnitudes that float16 has, deterministic.
function spread(count, seed) {
  const values = new Float32Array(count);
  let state = seed;
  for (let i = 0; i < count; ++i) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = (state / 2 ** 31 - 1) * 2 ** -(state % 20);
  }
  return values;
}

for (const dtype of ['float16', 'bfloat16', 'mixed_float16', 'mixed_bfloat16']) {
  test(`${dtype}: predictions have the bits of eager calls, for all sizes of batches`, () => {
    const layer = new layers.Dense({ units: 77, useBias: false, activation: 'relu', dtype });
    const einsumLayer = new layers.EinsumDense({
      equation: 'ab,bcd->acd',
      outputShape: [3, 11],
      dtype,
    });
    const model = new Sequential([new Input({ shape: [45] }), layer, einsumLayer]);
    model.setWeights(
      model.weights.map(({ shape }, i) =>
        tensor(
          spread(
            shape.reduce((a, b) => a * b),
            i + 1,
          ),
          [...shape],
        ),
      ),
    );
    for (const batch of [1, 2, 3, 4, 7, 64]) {
      const x = tensor(spread(batch * 45, 9), [batch, 45]);
      const predicted = [...model.predict(x, { batchSize: batch }).data()];
      assert.deepEqual(predicted, [...model.apply(x).data()], `batch ${batch}`);
      assert.ok(predicted.some((value) => value !== 0));
    }
  });
}

test('large and infinite float16 weights are multiplied as floats', () => {
  const layer = new layers.Dense({ units: 40, useBias: false, dtype: 'float16' });
  const model = new Sequential([new Input({ shape: [16] }), layer]);
  const values = spread(16 * 40, 3);
  values[5] = 60000;
  values[77] = Infinity;
  model.setWeights([tensor(values, [16, 40])]);
  const x = tensor(spread(16, 4), [1, 16]);
  assert.deepEqual([...model.predict(x).data()], [...model.apply(x).data()]);
});
