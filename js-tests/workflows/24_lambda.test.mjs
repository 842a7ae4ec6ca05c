// Lambda layers from Python, with bodies in JavaScript
//
// The body of a Lambda is Python byte code, which cannot run here, so such a file is refused, as Keras does in safe mode. The
// error names every missing body; pass them by layer name. A saved file still holds Python's bodies.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { initialize, loadModel, ops, slice } from 'keras-wasm';

await initialize();

const file = new URL('../fixtures/custom/lambdas.keras', import.meta.url);
// Keras's prediction, with Python lambdas.
const { inputs, outputs } = JSON.parse(readFileSync(new URL(`${file}.json`), 'utf8'));

test('a file with four lambdas predicts the same as in Python', async () => {
  await assert.rejects(loadModel(file), (error) => {
    assert.deepEqual(
      error.unknown.map(({ registeredName }) => registeredName),
      ['doubled', 'scaled', 'mode', 'first_two'],
    );
    return true;
  });

  const model = await loadModel(file, {
    lambdas: {
      doubled: (x) => ops.add(ops.multiply(x, 2), 1), // lambda x: x * 2 + 1
      scaled: (x, { factor }) => ops.multiply(x, factor), // lambda x, factor: x * factor
      mode: (x, { training }) => (training ? x : ops.negative(x)), // lambda x, training: x if training else -x
      first_two: (x) => ops.getItem(x, [slice(), slice(null, 2)]), // lambda x: x[:, :2]
    },
  });

  const [expected] = outputs.tensors;
  const actual = model.predict(Float32Array.from(inputs.tensors[0].data)).data();
  actual.forEach((y, i) => assert.ok(Math.abs(y - expected.data[i]) < 1e-5));
});
