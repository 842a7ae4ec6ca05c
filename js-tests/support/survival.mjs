// After an error, a model must predict the same bits, and no memory may be left behind.
import assert from 'node:assert/strict';
import { Input, layers, memory, Model, random } from './keras.mjs';

const x = Input({ shape: [3], name: 'x' });
const hidden = new layers.Dense({ units: 4, activation: 'tanh' }).apply(x);
/** The model that must keep predicting. */
export const good = new Model({ inputs: x, outputs: new layers.Dense({ units: 2 }).apply(hidden) });
const goodBits = () => {
  const y = good.predict(new Float32Array([1, 2, 3]));
  const bytes = y.bytes();
  y.dispose();
  return [...bytes];
};
const expected = goodBits();
// Allocated once and kept: a plan for zero samples, and the state of the global seed generator.
good.predict(new Float32Array(0)).dispose();
random.uniform([1]).dispose();

/** Runs a body. Afterwards `good` must predict the same bits, and no memory may be left behind. */
export function surviving(body) {
  const before = memory();
  try {
    return body();
  } finally {
    assert.deepEqual(goodBits(), expected);
    const after = memory();
    assert.equal(after.buffers, before.buffers);
    assert.equal(after.bytes, before.bytes);
    assert.ok(after.heapBytes <= before.heapBytes + 2 ** 20, `${after.heapBytes} bytes`);
  }
}
